from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from connector.errors import (
    ConnectionBrokenError,
    ConnectorError,
    DuplicateNameError,
    RejectedError,
    StaleSyncTokenError,
)
from connector.model.calls import Calls
from connector.quickbooks.client import QuickBooks
from connector.quickbooks.query import matching, select
from tests.e2e.connected_company import (
    Books,
    a_customer,
    a_request_id,
    add,
)


def an_invoice(client: QuickBooks, customer: dict[str, Any]) -> dict[str, Any]:
    account = next(client.query(select("Account", AccountType="Income")))
    item = add(
        client, "Item", Name="Repair", Type="Service", IncomeAccountRef={"value": account["Id"]}
    )
    detail = {"ItemRef": {"value": item["Id"]}, "Qty": 3, "UnitPrice": Decimal("33.333333")}
    line = {
        "DetailType": "SalesItemLineDetail",
        "Amount": Decimal("100.00"),
        "SalesItemLineDetail": detail,
    }
    body = {"CustomerRef": {"value": customer["Id"]}, "Line": [line], "TxnDate": "2026-03-02"}
    return add(client, "Invoice", **body)


def failure(client: QuickBooks, entity: str, body: dict[str, Any]) -> ConnectorError:
    with pytest.raises(ConnectorError) as raised:
        add(client, entity, **body)
    return raised.value


def test_a_connected_company_tells_its_country(books: Books) -> None:
    assert books.client().company_info()["Country"] == "US"


def test_preferences_can_be_read(books: Books) -> None:
    assert "SalesFormsPrefs" in books.client().preferences()


def test_a_created_customer_is_read_as_it_was_answered(books: Books) -> None:
    client = books.client()
    created = a_customer(client)
    assert client.read("Customer", created["Id"]) == created


def test_an_update_changes_only_what_it_says(books: Books) -> None:
    client = books.client()
    created = add(client, "Customer", DisplayName="Harbor Cafe", Notes="Ring twice")
    changed = client.update(
        "Customer",
        {"Id": created["Id"], "SyncToken": created["SyncToken"], "Notes": "Ring once"},
        requestid=a_request_id(),
    )
    assert (changed["DisplayName"], changed["Notes"]) == ("Harbor Cafe", "Ring once")


def test_the_same_request_again_creates_nothing(books: Books) -> None:
    client = books.client()
    body, requestid = {"DisplayName": "Harbor Cafe"}, a_request_id()
    answers = [client.create("Customer", body, requestid=requestid) for _ in range(2)]
    assert (answers[0]["Id"] == answers[1]["Id"], len(list(client.query(select("Customer"))))) == (
        True,
        1,
    )


def test_a_stale_update_says_so(books: Books) -> None:
    client = books.client()
    created = a_customer(client)
    stale = {"Id": created["Id"], "SyncToken": created["SyncToken"], "Notes": "first"}
    client.update("Customer", stale, requestid=a_request_id())
    with pytest.raises(StaleSyncTokenError):
        client.update("Customer", stale | {"Notes": "second"}, requestid=a_request_id())


def test_a_taken_name_is_a_duplicate_name(books: Books) -> None:
    client = books.client()
    a_customer(client)
    error = failure(client, "Customer", {"DisplayName": "harbor cafe"})
    assert (type(error), str(error).split(" was ")[0]) == (
        DuplicateNameError,
        'Customer "harbor cafe"',
    )


def test_a_name_taken_by_a_vendor_is_a_duplicate_name(books: Books) -> None:
    client = books.client()
    add(client, "Vendor", DisplayName="Harbor Cafe")
    assert type(failure(client, "Customer", {"DisplayName": "Harbor Cafe"})) is DuplicateNameError


def test_an_unknown_field_is_refused_with_its_code_and_trace(books: Books) -> None:
    error = failure(books.client(), "Customer", {"DisplayName": "Harbor Cafe", "Colour": "red"})
    assert isinstance(error, RejectedError)
    assert (error.code, bool(error.tid)) == ("2010", True)


def test_a_record_nobody_has_is_refused_as_not_found(books: Books) -> None:
    with pytest.raises(RejectedError) as raised:
        books.client().read("Customer", "99999")
    assert raised.value.code == "610"


def test_a_suspended_company_breaks_the_connection(books: Books) -> None:
    books.simulator.admin("POST", "switches", {"subscription": "EXPIRED"})
    error = failure(books.client(), "Customer", {"DisplayName": "Harbor Cafe"})
    books.simulator.admin("POST", "switches", {"subscription": "PAID"})
    assert type(error) is ConnectionBrokenError


@pytest.mark.parametrize(
    "name", ["Adam's Candy", "C\\parts", "100% Pure & Co+", "Café Øst", "a'b\\'c", "x' OR 'y"]
)
def test_any_name_is_found_by_a_query(books: Books, name: str) -> None:
    client = books.client()
    created = a_customer(client, name)
    a_customer(client, "Somebody else")
    found = client.query(select("Customer", DisplayName=name, include_inactive=True))
    assert [row["Id"] for row in found] == [created["Id"]]


def test_inactive_customers_are_found_only_when_asked_for(books: Books) -> None:
    client = books.client()
    created = a_customer(client)
    retire = {"Id": created["Id"], "SyncToken": created["SyncToken"], "Active": False}
    client.update("Customer", retire, requestid=a_request_id())
    active = list(client.query(select("Customer")))
    everyone = list(client.query(select("Customer", include_inactive=True)))
    assert (len(active), len(everyone)) == (0, 1)


def test_pages_together_are_the_whole(books: Books) -> None:
    client = books.client()
    created = [a_customer(client, f"Customer {n}")["Id"] for n in range(7)]
    found = [
        row["Id"] for row in client.query(select("Customer", order_by="DisplayName"), page_size=3)
    ]
    assert found == created


def test_a_query_takes_conditions(books: Books) -> None:
    client = books.client()
    for name in ("Harbor Cafe", "North Dock"):
        a_customer(client, name)
    statement = select("Customer", matching(DisplayName="North Dock"))
    assert [one["DisplayName"] for one in client.query(statement)] == ["North Dock"]


def test_a_query_of_what_cannot_be_queried_is_refused_as_our_fault(books: Books) -> None:
    with pytest.raises(RejectedError, match="a problem in the connector"):
        list(books.client().query("SELECT * FROM Customer WHERE Colour = 'red'"))


def test_money_goes_there_and_back_to_the_cent(books: Books) -> None:
    client = books.client()
    invoice = an_invoice(client, a_customer(client))
    assert client.read("Invoice", invoice["Id"])["TotalAmt"] == Decimal("100.00")


def test_changes_tell_what_was_made_and_what_was_deleted(books: Books) -> None:
    client = books.client()
    before = client.changes(["Customer"], datetime.now(UTC) - timedelta(hours=1)).time
    customer = a_customer(client)
    invoice = an_invoice(client, customer)
    gone = {"entity": "Invoice", "id": invoice["Id"]}
    books.simulator.admin("POST", "person/delete", gone)
    changes = client.changes(["Customer", "Invoice", "Payment"], before - timedelta(minutes=1))
    assert (
        [row["Id"] for row in changes.records["Customer"]],
        changes.deleted["Invoice"],
        changes.records["Payment"],
        changes.truncated,
    ) == ([customer["Id"]], [invoice["Id"]], [], False)


def test_our_meter_counts_what_intuit_counts(books: Books) -> None:
    before = books.simulator.admin("GET", "counters")
    client = books.client()
    created = a_customer(client)
    client.read("Customer", created["Id"])
    list(client.query(select("Customer")))
    failure(client, "Customer", {"DisplayName": "Harbor Cafe"})
    after = books.simulator.admin("GET", "counters")
    assert books.meter.counted == Calls(metered=2, free=1)
    assert metered(after) - metered(before) == 2


def metered(counters: dict[str, Any]) -> int:
    return int(counters["metered"])
