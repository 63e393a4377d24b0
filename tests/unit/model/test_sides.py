"""Both sides of a record, field by field: what differs is marked, and only that."""

from decimal import Decimal
from typing import Any

from connector.entities.customers.pull import PULL
from connector.model.links import Link, Origin, RecordKey
from connector.model.tracking.sides import GONE, SideRow, as_read, of_document, of_lists

FACTS = {"amount": "1,234.50", "customer": "7", "date": "2026-03-02", "product 5": "2 for 90.00"}
SENT = {
    "DocNumber": "INV-1",
    "TxnDate": "2026-03-02",
    "CustomerRef": {"value": "58"},
    "Line": [
        {"Amount": Decimal("90"), "SalesItemLineDetail": {"Qty": Decimal("2.00")}},
        {"DetailType": "SubTotalLineDetail", "Amount": Decimal("90")},
    ],
}
THERE = SENT | {
    "TotalAmt": Decimal("1234.5"),
    "CustomerRef": {"value": "58", "name": "Smith"},
}


def link(base: dict[str, Any], **more: Any) -> Link:
    return Link(
        owner=RecordKey("invoice", "5501"),
        target="Invoice",
        quickbooks_id="145",
        sync_token="0",  # noqa: S106 - a version
        content_hash=None,
        base=base,
        origin=Origin.CREATED,
        **more,
    )


def document(there: dict[str, Any] | None) -> dict[str, SideRow]:
    of = link(SENT, total=Decimal("1234.50"))
    return {one.name: one for one in of_document(FACTS, of, there, party="Smith")}


def test_a_document_that_agrees_differs_nowhere() -> None:
    rows = document(THERE)
    assert [name for name, row in rows.items() if row.differs] == []
    assert (rows["amount"].mobiwork, rows["amount"].sent) == ("$1,234.50", "$1,234.50")
    assert (rows["customer"].mobiwork, rows["customer"].quickbooks) == ("Smith", "Smith")
    assert rows["lines"].sent == "2 for $90.00"


def test_whoever_was_sent_as_an_id_is_called_as_quickbooks_calls_that_id() -> None:
    assert (document(THERE)["customer"].sent, document(None)["customer"].sent) == ("Smith", "Id 58")
    other = THERE | {"CustomerRef": {"value": "59", "name": "Jones"}}
    assert document(other)["customer"].sent == "Id 58"


def test_what_was_changed_in_quickbooks_is_marked() -> None:
    changed = THERE | {"TxnDate": "2026-04-01", "CustomerRef": {"value": "59", "name": "Jones"}}
    assert [n for n, row in document(changed).items() if row.differs] == ["date", "customer"]


def test_without_a_reading_only_what_is_known_is_compared() -> None:
    rows = document(None)
    assert [name for name, row in rows.items() if row.differs] == []
    assert {row.quickbooks for row in rows.values()} == {None}


def test_lists_are_marked_where_both_sides_say_something_else() -> None:
    held = {"phone": "555-0100", "e-mail": "a@x.example"}
    known = link({}, in_mobiwork=held, in_quickbooks=held | {"phone": "555-0199"})
    rows = {one.name: one for one in of_lists(PULL.fields, known, None, None)}
    assert {name for name, row in rows.items() if row.differs} == {"phone"}


def test_a_side_that_has_no_record_any_more_says_nothing_of_it() -> None:
    row = SideRow(name="amount", mobiwork="$43.38", sent="$43.38", quickbooks="$43.38")
    told = SideRow(name="record", mobiwork="is there", quickbooks="is not there", differs=True)
    left = SideRow(name="amount", mobiwork="$43.38", sent="$43.38")

    assert as_read([row], here=None, there=GONE) == (told, left)
    assert as_read([row], here=None, there=None) == (row,)
