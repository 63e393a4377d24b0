import http.client
from urllib.parse import urlsplit

import pytest
import requests

from tests.patience import eventually
from tests.simulators.mobiwork.running import (
    ADD,
    LOGIN,
    VIEW,
    Client,
    error_of,
    parsed,
    products,
    script,
)

EDIT = """<request><customer><companyName>Fern</companyName><type>BUSINESS</type>
<address><city>Tampa</city></address><primaryContact><firstName>Ana</firstName>
<lastName>Lopez</lastName></primaryContact></customer></request>"""


@pytest.mark.parametrize("status", [401, 403])
def test_a_firewall_can_block_the_login(client: Client, status: int) -> None:
    script(client, kind="blocked", endpoint="authenticate", status=status, times=2)
    answers = [client.send("POST", "authenticate.html", LOGIN) for _ in range(3)]
    assert [one.status_code for one in answers] == [status, status, 200]
    assert "Request blocked by firewall" in answers[0].text


def test_a_blocked_call_never_happens(client: Client) -> None:
    before = products(client)
    script(client, kind="blocked", endpoint="product.add")
    assert client.send("POST", "product/add.html", ADD).status_code == 403
    assert products(client) == before


def test_the_edits_of_one_record_can_always_fail(client: Client) -> None:
    script(client, kind="status", status=500, path="customer/700001/edit", always=True, after=False)
    before = client.admin("GET", "records/customer/700001")
    answers = [client.send("POST", "customer/700001/edit.html", EDIT) for _ in range(5)]
    assert {one.status_code for one in answers} == {500}
    assert "Internal Server Error" in answers[0].text
    assert client.admin("GET", "records/customer/700001") == before
    edited = client.post("customer/700002/edit.html", EDIT)
    assert edited.findtext("customer/companyName") == "Fern"


def test_a_script_without_end_is_ended_by_hand(client: Client) -> None:
    script(client, kind="status", always=True)
    assert {client.send("GET", VIEW).status_code for _ in range(3)} == {503}
    client.admin("DELETE", "faults")
    assert client.send("GET", VIEW).status_code == 200


@pytest.mark.parametrize("text", ["Saved, e-mail not sent", "The session of 3 pm has expired"])
def test_a_success_can_carry_a_warning(client: Client, text: str) -> None:
    script(client, kind="warning", endpoint="product.add", text=text)
    answer = client.post("product/add.html", ADD)
    assert (answer.get("statusCode"), answer.findtext("message")) == ("1", text)
    assert answer.findtext("product/name") == "Tee"


def test_a_success_can_carry_an_error(client: Client) -> None:
    script(client, kind="warning", text="The session has expired", element="error")
    answer = client.post("product/add.html", ADD)
    assert (answer.get("statusCode"), answer.findtext("error")) == ("1", "The session has expired")
    assert answer.findtext("product/name") == "Tee"


def test_a_success_can_be_a_text_instead_of_the_record(client: Client) -> None:
    before = products(client)
    script(client, kind="warning", endpoint="product.add", text="Saved & queued", instead=True)
    answer = client.post("product/add.html", ADD)
    assert (answer.get("statusCode"), answer.text, len(answer)) == ("1", "Saved & queued", 0)
    assert products(client) == before + 1


def test_a_failure_stays_a_failure_without_a_warning(client: Client) -> None:
    script(client, kind="warning", text="All is well", instead=True)
    assert error_of(client.get("customer/1/view.html")) == ("2", "1003")


def test_a_list_can_be_read_in_spite_of_a_warning(client: Client) -> None:
    script(client, kind="warning", endpoint="*.list", text="Your session expires in 5 minutes")
    answer = client.post("customer/list.html", "<request/>")
    assert len(answer.findall("customerList/customer")) == 41


def test_a_call_can_take_effect_after_its_client_gave_up(client: Client) -> None:
    before = products(client)
    script(client, kind="late", endpoint="product.add", seconds=0.05)
    with pytest.raises(requests.ConnectionError):
        client.send("POST", "product/add.html", ADD)
    assert eventually(lambda: products(client), lambda count: count > before) == before + 1
    last = client.admin("GET", "journal")["entries"][-1]
    assert (last["fault"], last["status"], last["status_code"]) == ("late", 0, "")


def test_a_late_call_can_be_forgotten(client: Client) -> None:
    script(client, kind="late", endpoint="product.add", seconds=300)
    with pytest.raises(requests.ConnectionError):
        client.send("POST", "product/add.html", ADD)
    [call] = client.service.faults.late
    client.admin("DELETE", "faults")
    assert (call.cancelled(), client.service.faults.late) == (True, [])


def connection(client: Client, timeout: float) -> http.client.HTTPConnection:
    line = http.client.HTTPConnection(urlsplit(client.url).netloc, timeout=timeout)
    line.request("GET", f"/api/rest/40321/10.0.78/{VIEW}?token={client.token}")
    return line


def test_an_answer_can_come_byte_by_byte(client: Client) -> None:
    whole = client.send("GET", VIEW).content
    script(client, kind="byte_by_byte", seconds=0.2)
    line = connection(client, timeout=9)
    answer = line.getresponse()
    assert answer.read1() != whole
    line.close()
    script(client, kind="byte_by_byte", seconds=0.2)
    assert client.send("GET", VIEW).content == whole


def test_who_does_not_wait_for_the_last_byte_disturbs_nobody(client: Client) -> None:
    script(client, kind="byte_by_byte", seconds=60)
    line = connection(client, timeout=9)
    line.getresponse().read(1)
    line.close()
    assert client.get(VIEW).get("statusCode") == "1"


def test_a_small_answer_can_become_a_huge_one(client: Client) -> None:
    script(client, kind="gzip_bomb", megabytes=20)
    line = connection(client, timeout=60)
    packed = line.getresponse()
    assert (packed.getheader("Content-Encoding"), len(packed.read()) < 50_000) == ("gzip", True)
    line.close()
    script(client, kind="gzip_bomb", megabytes=20)
    content = client.send("GET", VIEW).content
    assert len(content) > 20 << 20
    assert parsed(content.decode()).findtext("customer/mobiworkCustomerId") == "700001"
