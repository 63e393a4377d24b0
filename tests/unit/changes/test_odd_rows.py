"""Rows of QuickBooks in each of which one member is odd: a look keeps all others."""

import contextlib
from collections.abc import Iterator
from copy import deepcopy
from datetime import timedelta
from decimal import Decimal
from typing import Any
from zlib import crc32

import pytest

from connector.changes.company import ask_company, read_preferences
from connector.changes.quickbooks import poll
from connector.entities.registry import PULLS
from connector.errors import UnreadableAnswerError
from connector.model.body import Json
from connector.model.links import RecordKey
from connector.model.outcomes import Outcome, RecordOutcome
from tests.builders import CONNECTION, a_company, a_link, settings
from tests.fakes import Record
from tests.unit.changes.books import DAY, HOUR, NOON, Books

type Place = tuple[str | int, ...]
MISSING = object()
ODD: tuple[Any, ...] = (
    MISSING, None, "x", [], {}, True, [[1]], {"value": []}, "0000-00-00", "1,000.00", "NaN", 10**30,
)  # fmt: skip
PART = 12
LISTED = ("Customer", "Vendor", "Item")
ALIKE: Record = {
    "Id": "7",
    "SyncToken": "0",
    "Active": True,
    "MetaData": {
        "CreateTime": "2025-03-02T10:00:00+00:00",
        "LastUpdatedTime": "2025-03-02T13:30:00+00:00",
    },
}
USD, WHOM = {"value": "USD"}, {"value": "58", "name": "Harbor Cafe"}
PAID = [{"TxnId": "145", "TxnType": "Invoice"}]
NINE = Decimal(9)
TAXES = {
    "TotalTax": Decimal("0.63"),
    "TaxLine": [{"Amount": NINE, "TaxLineDetail": {"TaxRateRef": {"value": "3"}, "TaxPercent": 7}}],
}
DOCUMENT: Record = {
    "TotalAmt": Decimal("9.63"),
    "TxnDate": "2025-03-01",
    "DocNumber": "7",
    "CustomerRef": WHOM,
    "VendorRef": {"value": "58"},
    "EntityRef": {"value": "58", "type": "Customer"},
    "Balance": Decimal("9.63"),
    "TxnTaxDetail": TAXES,
    "PrivateNote": "x",
    "CurrencyRef": USD,
    "ExchangeRate": 1,
    "PaymentType": "Check",
    "AccountRef": {"value": "35"},
    "Line": [
        {
            "Id": "1",
            "LineNum": 1,
            "Amount": NINE,
            "DetailType": "SalesItemLineDetail",
            "SalesItemLineDetail": {"Qty": 1, "UnitPrice": 9, "ItemRef": {"value": "11"}},
            "LinkedTxn": PAID,
        },
        {
            "Amount": NINE,
            "DetailType": "DepositLineDetail",
            "DepositLineDetail": {"Entity": WHOM | {"type": "CUSTOMER"}, "CheckNum": "7"},
        },
        {
            "Amount": NINE,
            "DetailType": "JournalEntryLineDetail",
            "JournalEntryLineDetail": {
                "PostingType": "Credit",
                "AccountRef": {"value": "84"},
                "Entity": {"Type": "Customer", "EntityRef": WHOM},
            },
        },
    ],
}
GOOD: dict[str, Record] = {
    "Customer": {
        "DisplayName": "Harbor Cafe",
        "PrimaryPhone": {"FreeFormNumber": "1"},
        "BillAddr": {"Line1": "1 Quay"},
        "Job": False,
        "SalesTermRef": {"value": "3"},
    },
    "Vendor": {"DisplayName": "Pier", "BillAddr": {"Line1": "1 Quay"}, "TermRef": {"value": "3"}},
    "Item": {"Name": "Elbow", "Type": "NonInventory", "UnitPrice": NINE, "QtyOnHand": 3},
    "Term": {"Name": "Net 30", "Type": "STANDARD", "DueDays": 30},
    "Payment": {
        **{name: DOCUMENT[name] for name in ("TotalAmt", "TxnDate", "CustomerRef", "PrivateNote")},
        "UnappliedAmt": Decimal(0),
        "Line": [{"Amount": NINE, "LinkedTxn": PAID}],
    },
    "Account": {"Name": "Sales", "AccountType": "Income", "AccountSubType": "ServiceFeeIncome"},
    "PaymentMethod": {"Name": "Check", "Type": "NON_CREDIT_CARD"},
    **dict.fromkeys(
        ("Invoice", "Estimate", "Bill", "PurchaseOrder", "Purchase", "CreditMemo", "RefundReceipt",
         "SalesReceipt", "Deposit", "JournalEntry", "BillPayment"),
        DOCUMENT,
    ),
}  # fmt: skip


def places(value: Any, path: Place = ()) -> Iterator[Place]:
    children = value.items() if isinstance(value, dict) else enumerate(value)
    for name, child in children:
        yield (*path, name)
        if isinstance(child, dict | list):
            yield from places(child, (*path, name))


def damaged(good: Json, place: Place, odd: object) -> Any:
    row = deepcopy(dict(good))
    held: Any = row
    for step in place[:-1]:
        held = held[step]
    if odd is MISSING:
        del held[place[-1]]
    else:
        held[place[-1]] = odd
    return row


def damages(good: Json, part: int = PART) -> Iterator[tuple[str, Any]]:
    """Yield rows with what is odd about each: of so many always the same one."""
    for place in places(good):
        for odd in ODD:
            what = f"{'.'.join(map(str, place))} {'missing' if odd is MISSING else odd}"
            if place != ("Id",) and crc32(what.encode()) % part == 0:
                yield what, damaged(good, place, odd)


class Shown(Books):
    """A company that shows all it has, whatever the time of it is."""

    def _changed(self, entity: str, since: Any) -> list[Record]:
        return list(self.rows.get(entity, {}).values())

    def look(self, after: timedelta, *, rang: bool = False) -> None:
        self.now = NOON + after
        chosen = settings(show_payments=True)
        poll(
            CONNECTION,
            list(PULLS),
            lambda: self,
            settings=chosen,
            now=self.now,
            rang=rang,
            store=self.store,
        )


def posted() -> Shown:
    """Return a company with an invoice that was posted, of which all lists were read."""
    books = Shown(now=NOON - DAY)
    known = a_company(read_at=(NOON + 30 * DAY).isoformat())
    books.store.settings.save_company(CONNECTION, known)
    link = a_link(RecordKey("invoice", "5501"), target="Invoice", quickbooks_id="145")
    told = RecordOutcome(
        run_id="r0", flow="push_invoices", record_id="5501", outcome=Outcome.CREATED, label="x"
    )
    assert books.store.links.save(CONNECTION, link, told)
    return books


def found(books: Shown, entity: str) -> bool:
    """Tell whether a good row was kept, of an entity that is pulled or remembered."""
    pulls = [pull.name for pull in PULLS if pull.source == entity and entity in LISTED]
    kept = [one for name in pulls for one in books.store.pending.read_all(CONNECTION, name)]
    return not pulls or any(one.record_id == "8" for one in kept)


@pytest.mark.case("R16c")
@pytest.mark.parametrize("entity", GOOD)
def test_whatever_is_odd_about_a_row_a_look_keeps_the_others(entity: str) -> None:
    good = ALIKE | GOOD[entity]
    for what, bad in damages(good):
        rows = {entity: {"7": bad, "8": good | {"Id": "8"}}}
        books = posted()
        books.rows = rows
        books.look(timedelta(0))
        assert found(books, entity), what
        books = posted()
        books.look(timedelta(0))
        books.rows = rows
        books.look(7 * HOUR, rang=True)
        assert found(books, entity), what


PREFERENCES: Record = {
    "Id": "1",
    "SalesFormsPrefs": {
        "CustomTxnNumbers": True,
        "CustomField": [{"CustomField": [{"Name": "a"}]}],
    },
    "AccountingInfoPrefs": {"BookCloseDate": "2025-01-31", "ClassTrackingPerTxn": True},
    "TaxPrefs": {"UsingSalesTax": True, "TaxGroupCodeRef": {"value": "2"}},
    "OtherPrefs": {"NameValue": [{"Name": "a", "Value": "b"}]},
    "CurrencyPrefs": {"MultiCurrencyEnabled": False},
}
INFO: Record = {"Id": "1", "CompanyName": "Harbor", "Country": "US", "NameValue": [{"Name": "a"}]}


@pytest.mark.case("R16c")
@pytest.mark.parametrize("which", ["preferences", "company_info"])
def test_a_company_of_another_form_is_read_or_said_to_be_unreadable(which: str) -> None:
    good = PREFERENCES if which == "preferences" else INFO
    for _, bad in damages(good, part=2):
        books = posted()
        books.preferences = lambda: PREFERENCES  # type: ignore[method-assign]
        books.company_info = lambda: INFO  # type: ignore[method-assign]
        setattr(books, which, lambda bad=bad: bad)
        for read in (ask_company, read_again):
            with contextlib.suppress(UnreadableAnswerError):
                read(books, now=NOON + 60 * DAY)


def read_again(books: Shown, *, now: Any) -> None:
    read_preferences(CONNECTION, books, now=now, store=books.store)
