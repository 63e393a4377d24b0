from xml.etree.ElementTree import ParseError

import pytest

from simulators.mobiwork.poison import KINDS
from tests.simulators.mobiwork.running import Client, parsed

LIST = "<request><startPosition>0</startPosition><maxResults>5</maxResults></request>"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("element", ["companyName", "contact.lastName"])
def test_one_record_can_make_a_whole_list_unreadable(
    client: Client, kind: str, element: str
) -> None:
    given = {"entity": "customer", "id": "700003", "element": element, "kind": kind}
    client.person("spoil_text", **given)
    listed = client.send("POST", "customer/list.html", LIST).content
    assert KINDS[kind] in listed
    with pytest.raises((ParseError, UnicodeDecodeError)):
        parsed(listed.decode())
    others = client.send("GET", "customer/700002/view.html").content
    assert parsed(others.decode()).find("customer") is not None


def test_a_spoilt_text_is_in_the_invoices_of_its_customer(client: Client) -> None:
    invoice = next(client.service.account.store.where("invoice", "customerId", "700003"))
    given = {"entity": "customer", "id": "700003", "element": "contact.firstName"}
    client.person("spoil_text", kind="control", **given)
    seen = client.send("GET", f"invoice/{invoice['mobiworkInvoiceId']}/view.html").content
    assert b"\x1f" in seen


def test_a_spoilt_text_is_mended_by_typing_it_again(client: Client) -> None:
    given = {"entity": "customer", "id": "700003", "element": "companyName", "kind": "nul"}
    client.person("spoil_text", **given)
    client.admin("PATCH", "records/customer/700003", {"companyName": "Fern"})
    seen = client.get("customer/700003/view.html")
    assert seen.findtext("customer/companyName") == "Fern"


@pytest.mark.parametrize(
    ("element", "kind"),
    [("companyName", "glitter"), ("address", "nul"), ("nowhere.city", "nul")],
)
def test_what_cannot_be_spoilt_is_refused(client: Client, element: str, kind: str) -> None:
    given = {"entity": "customer", "id": "700003", "element": element, "kind": kind}
    assert client.refused("spoil_text", **given)[0] == 400


def test_a_signature_can_be_as_large_as_a_list(client: Client) -> None:
    client.person("grow_field", entity="customer", id="700003", apiName="Signature")
    field = client.get("customer/700003/view.html").find("customer/customFields/customField")
    assert field is not None
    assert (field.findtext("apiName"), len(field.findtext("value") or "")) == (
        "Signature",
        450 * 1024,
    )


def test_a_busy_day_has_more_documents_than_a_list_holds(client: Client) -> None:
    record = {"customerId": "700001", "amount": "10.00"}
    client.person("add_many", entity="payment", count=450, day="2026-11-05", record=record)
    body = "<createdFromDate>2026/11/05</createdFromDate><createdToDate>2026/11/05</createdToDate>"
    pages = [
        client.get("payment/list.html", f"<request>{body}{page}</request>")
        for page in ("", "<startPosition>200</startPosition><maxResults>200</maxResults>")
    ]
    ids = [[one.findtext("paymentId") for one in page.iter("payment")] for page in pages]
    assert (len(ids[0]), ids[0] == ids[1]) == (200, True)
    assert pages[0].findtext("paymentList/payment/paymentDate") == "2026/11/05"


def test_many_records_are_deleted_at_once_the_oldest_first(client: Client) -> None:
    done = client.person("delete_many", entity="payment", count=60)
    assert done == {"deleted": "60", "total": "37"}
    assert "payment 901 " in client.send("GET", "payment/901/view.html").text


def test_all_records_are_deleted_at_once(client: Client) -> None:
    client.person("delete_many", entity="invoice")
    assert client.post("invoice/list.html", "<request/>").findall("invoiceList/invoice") == []


def test_chosen_records_are_deleted_at_once(client: Client) -> None:
    client.person("delete_many", entity="customer", ids=[700002, "700005"])
    kept = client.admin("GET", "records/customer?limit=4")["records"]
    assert [one["mobiworkCustomerId"] for one in kept] == ["700001", "700003", "700004", "700006"]


@pytest.mark.parametrize("count", ["0", "-1", "1000000", "many"])
def test_an_absurd_number_of_records_is_refused(client: Client, count: str) -> None:
    for deed in ("add_many", "delete_many"):
        assert client.refused(deed, entity="payment", count=count)[0] == 400
