import pytest

from simulators.mobiwork.account import LOGIN_ID, PASSWORD
from tests.simulators.mobiwork.running import LOGIN, Client, error_of


def test_a_token_is_twenty_capitals_and_digits(client: Client) -> None:
    token = client.post("authenticate.html", LOGIN).findtext("token") or ""
    assert len(token) == 20
    assert token.isascii()
    assert token == token.upper()


@pytest.mark.parametrize("right", [LOGIN_ID, PASSWORD])
def test_wrong_credentials_fail(client: Client, right: str) -> None:
    body = LOGIN.replace(right, "X" * 16)
    assert error_of(client.post("authenticate.html", body)) == ("2", "1001")


def test_missing_credentials_fail(client: Client) -> None:
    assert error_of(client.post("authenticate.html", "<request/>")) == ("2", "1001")


def test_a_call_without_a_token_fails(client: Client) -> None:
    client.token = ""
    assert error_of(client.get("customer/700001/view.html")) == ("2", "1002")


def test_another_client_id_fails(client: Client) -> None:
    url = f"{client.url}/api/rest/11111/10.0.78/customer/700001/view.html"
    assert "1007" in client.session.get(url, params={"token": client.token}, timeout=60).text


def test_the_declaration_has_no_version(client: Client) -> None:
    text = client.send("GET", "product/307001/view.html").text
    assert text.startswith('<?xml encoding="UTF-8" ?><response version="5.0.156" statusCode="1">')


@pytest.mark.parametrize(
    ("switch", "start"),
    [
        ({"xml_declaration": "good"}, '<?xml version="1.0" encoding="UTF-8"?><response'),
        ({"xml_declaration": "none"}, "<response"),
    ],
)
def test_the_declaration_can_be_switched(
    client: Client, switch: dict[str, str], start: str
) -> None:
    client.switch(**switch)
    assert client.send("GET", "product/307001/view.html").text.startswith(start)


def test_the_answer_can_carry_the_version_of_the_address(client: Client) -> None:
    client.switch(response_version="")
    assert client.get("product/307001/view.html").get("version") == "10.0.78"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "location/1/view.html", 404),
        ("GET", "customer/700001/view", 404),
        ("GET", "customer/{id}/view.html", 404),
        ("GET", "customer//view.html", 404),
        ("POST", "customer/700001/view.html", 405),
        ("POST", "customer/700001/delete.html", 405),
        ("GET", "customer/list.html", 405),
        ("POST", "payment/list.html", 405),
    ],
)
def test_a_call_that_does_not_exist_is_answered_by_the_web_server(
    client: Client, method: str, path: str, status: int
) -> None:
    answer = client.send(method, path)
    assert (answer.status_code, answer.text[:15]) == (status, "<!DOCTYPE html>")


def test_an_assumed_endpoint_can_be_switched_off(client: Client) -> None:
    client.switch(endpoints_off=["product.view"])
    assert client.send("GET", "product/307001/view.html").status_code == 404


def test_all_assumed_endpoints_can_be_switched_off_at_once(client: Client) -> None:
    client.switch(endpoints_off=["assumed"])
    assert client.send("GET", "invoice/5501/view.html").status_code == 404
    assert client.send("GET", "customer/700001/view.html").status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        '<!DOCTYPE request [<!ENTITY a "b">]><request><name>&a;</name></request>',
        "<!DOCTYPE request><request/>",
    ],
)
def test_a_document_type_definition_is_refused(client: Client, body: str) -> None:
    assert error_of(client.post("customer/list.html", body)) == ("2", "1004")


def test_an_error_element_can_stay_open(client: Client) -> None:
    client.switch(unclosed_error=True)
    assert "</error>" not in client.send("GET", "customer/1/view.html").text
