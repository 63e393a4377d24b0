import time
from xml.etree.ElementTree import ParseError

import pytest
import requests

from tests.simulators.mobiwork.running import (
    ADD,
    VIEW,
    Client,
    error_of,
    parsed,
    products,
    script,
)


@pytest.mark.parametrize("kind", ["malformed_xml", "truncated_xml", "empty"])
def test_an_answer_can_be_unreadable(client: Client, kind: str) -> None:
    script(client, kind=kind)
    answer = client.send("GET", VIEW)
    assert answer.status_code == 200
    with pytest.raises(ParseError):
        parsed(answer.content.decode())


def test_an_answer_can_be_a_page(client: Client) -> None:
    script(client, kind="html")
    assert client.send("GET", VIEW).text.startswith("<!DOCTYPE html>")


@pytest.mark.parametrize("status", [500, 502, 503, 429])
def test_an_answer_can_be_an_http_error(client: Client, status: int) -> None:
    script(client, kind="status", status=status)
    assert client.send("GET", VIEW).status_code == status


def test_a_connection_can_be_dropped(client: Client) -> None:
    script(client, kind="drop")
    with pytest.raises(requests.ConnectionError):
        client.send("GET", VIEW)


def test_an_answer_can_be_slow(client: Client) -> None:
    script(client, kind="slow", seconds=0.3)
    started = time.monotonic()
    assert client.send("GET", VIEW).status_code == 200
    assert time.monotonic() - started >= 0.3


def test_a_good_token_can_be_refused(client: Client) -> None:
    script(client, kind="wrong_token")
    assert error_of(client.get(VIEW)) == ("2", "1002")
    assert client.get(VIEW).get("statusCode") == "1"


def test_a_call_can_fail_with_any_code(client: Client) -> None:
    script(client, kind="error", code="4711", text="Out of {luck} & money")
    root = client.get(VIEW)
    assert (error_of(root), root.findtext("error")) == (("2", "4711"), "Out of {luck} & money")


@pytest.mark.parametrize(("after", "more"), [(True, 1), (False, 0)])
@pytest.mark.parametrize("kind", ["drop", "status", "truncated_xml", "html", "error"])
def test_a_fault_comes_after_or_instead_of_the_effect(
    client: Client, kind: str, after: bool, more: int
) -> None:
    before = products(client)
    script(client, kind=kind, after=after)
    try:
        client.send("POST", "product/add.html", ADD)
    except requests.ConnectionError:
        assert kind == "drop"
    assert products(client) - before == more


def test_a_fault_strikes_as_often_as_told(client: Client) -> None:
    script(client, kind="status", times=2)
    assert [client.send("GET", VIEW).status_code for _ in range(3)] == [503, 503, 200]


def test_a_fault_can_let_some_requests_pass_first(client: Client) -> None:
    script(client, kind="status", skip=1)
    assert [client.send("GET", VIEW).status_code for _ in range(3)] == [200, 503, 200]


def test_a_fault_strikes_its_endpoint_only(client: Client) -> None:
    script(client, kind="status", endpoint="product.view")
    assert client.send("GET", VIEW).status_code == 200
    assert client.send("GET", "product/307001/view.html").status_code == 503


def test_a_fault_strikes_its_path_only(client: Client) -> None:
    script(client, kind="status", path="customer/700002/")
    assert client.send("GET", VIEW).status_code == 200
    assert client.send("GET", "customer/700002/view.html").status_code == 503


def test_faults_can_be_called_off(client: Client) -> None:
    script(client, kind="status", times=5)
    assert client.admin("DELETE", "faults") == []
    assert client.send("GET", VIEW).status_code == 200


def test_a_fault_is_in_the_journal(client: Client) -> None:
    script(client, kind="status")
    client.send("GET", VIEW)
    last = client.admin("GET", "journal")["entries"][-1]
    assert (last["fault"], last["status"]) == ("status", 503)
