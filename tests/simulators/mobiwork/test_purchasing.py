from typing import Any

import pytest

from tests.simulators.mobiwork.running import Client


@pytest.fixture
def order(client: Client) -> dict[str, Any]:
    lines = [
        {"productId": "307030", "quantity": "10", "price": "6.10"},
        {"productId": "307031", "quantity": "4", "price": "8.00"},
    ]
    given = {"vendorId": "51001", "status": "SENT", "lineItems": lines}
    made: dict[str, Any] = client.admin("POST", "records/purchaseOrder", given)
    return made


def path(order: dict[str, Any]) -> str:
    return f"receive/{order['mobiworkPurchaseOrderId']}"


def lines(order: dict[str, Any]) -> list[str]:
    return [str(one["lineItemId"]) for one in order["lineItems"]]


def state(order: dict[str, Any]) -> tuple[str, list[str | None]]:
    return order["status"], [one.get("receivedQuantity") for one in order["lineItems"]]


def test_everything_can_be_received_at_once(client: Client, order: dict[str, Any]) -> None:
    assert state(client.admin("POST", path(order), {})) == ("RECEIVED", ["10", "4"])


def test_a_part_can_be_received(client: Client, order: dict[str, Any]) -> None:
    part = {"quantities": {lines(order)[0]: "2.5"}}
    assert state(client.admin("POST", path(order), part)) == ("PARTIALLY_RECEIVED", ["2.5", None])


def test_what_is_left_is_received_later(client: Client, order: dict[str, Any]) -> None:
    client.admin("POST", path(order), {"quantities": {lines(order)[0]: 3}})
    assert state(client.admin("POST", path(order), {})) == ("RECEIVED", ["10", "4"])


def test_more_than_was_ordered_may_arrive(client: Client, order: dict[str, Any]) -> None:
    first, second = lines(order)
    given = {"quantities": {first: 12, second: 4}}
    assert state(client.admin("POST", path(order), given)) == ("RECEIVED", ["12", "4"])


def test_a_receipt_is_seen_through_the_api(client: Client, order: dict[str, Any]) -> None:
    given = {
        "quantities": {lines(order)[0]: 3},
        "receivedDate": "2026-11-03",
        "vendorInvoiceNumber": "VI-77",
    }
    client.admin("POST", path(order), given)
    seen = client.get(f"purchaseOrder/{order['mobiworkPurchaseOrderId']}/view.html")
    names = ("status", "receivedDate", "vendorInvoiceNumber", "lineItems/lineItem/receivedQuantity")
    assert [seen.findtext(f"purchaseOrder/{name}") for name in names] == [
        "PARTIALLY_RECEIVED",
        "Tue Nov 03 00:00:00 EST 2026",
        "VI-77",
        "3.0",
    ]


def test_a_receipt_without_a_date_is_of_now(client: Client, order: dict[str, Any]) -> None:
    received = client.admin("POST", path(order), {})
    assert received["receivedDate"][:10] == client.service.account.stamp()[:10]


@pytest.mark.parametrize(
    "given",
    [{"quantities": {}}, {"quantities": {"1": "2"}}, {"quantities": []}, []],
)
def test_a_receipt_of_nothing_is_refused(
    client: Client, order: dict[str, Any], given: object
) -> None:
    answer = client.session.post(f"{client.url}/_sim/{path(order)}", json=given, timeout=60)
    assert answer.status_code == 400


@pytest.mark.parametrize("quantity", ["0", "-1", "many"])
def test_a_quantity_that_cannot_arrive_is_refused(
    client: Client, order: dict[str, Any], quantity: str
) -> None:
    given = {"quantities": {lines(order)[0]: quantity}}
    answer = client.session.post(f"{client.url}/_sim/{path(order)}", json=given, timeout=60)
    assert answer.status_code == 400


def test_a_cancelled_order_is_not_received(client: Client, order: dict[str, Any]) -> None:
    number = order["mobiworkPurchaseOrderId"]
    client.admin("PATCH", f"records/purchaseOrder/{number}", {"status": "CANCELLED"})
    answer = client.session.post(f"{client.url}/_sim/{path(order)}", json={}, timeout=60)
    assert (answer.status_code, answer.json()["error"][-9:]) == (400, "cancelled")


def test_an_order_that_does_not_exist_is_not_received(client: Client) -> None:
    answer = client.session.post(f"{client.url}/_sim/receive/9", json={}, timeout=60)
    assert answer.status_code == 404


def test_an_expense_may_name_its_vendor(client: Client) -> None:
    body = """<request><expense><amount>12.50</amount><vendorId>51001</vendorId>
    <expenseDate>2026/11/03</expenseDate></expense></request>"""
    added = client.post("expense/add.html", body)
    vendor = client.admin("GET", "records/vendor/51001")["name"]
    assert added.findtext("expense/vendorName") == vendor
    assert added.findtext("expense/expenseDate") == "Tue Nov 03 00:00:00 EST 2026"


@pytest.mark.usefixtures("today")
def test_an_expense_without_a_date_is_of_the_day_it_is_added(client: Client) -> None:
    added = client.post(
        "expense/add.html", "<request><expense><amount>1</amount></expense></request>"
    )
    assert added.findtext("expense/expenseDate") == added.findtext("expense/createdDate")


def test_a_quote_that_is_approved_gets_the_date(client: Client, today: str) -> None:
    quote = client.admin("POST", "records/estimate", {"customerId": "700001", "status": "Sent"})
    number = quote["mobiworkEstimateId"]
    approved = client.admin("PATCH", f"records/estimate/{number}", {"status": "Approved"})
    assert (quote.get("approvedDate"), approved["approvedDate"][:10]) == (None, today)


def test_a_quote_can_expire(client: Client) -> None:
    body = """<request><estimate><customer>700001</customer><externalId>q1</externalId>
    <dueDate>2026/12/01</dueDate><expirationDate>2026/12/15</expirationDate></estimate></request>"""
    added = client.post("estimate/add.html", body)
    assert added.findtext("estimate/expirationDate") == "Tue Dec 15 00:00:00 EST 2026"
