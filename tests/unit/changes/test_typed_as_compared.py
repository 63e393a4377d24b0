"""What the comparison of both sides asks about, daily life asks about: drawn companies, any kind.

Both look for records by one function; what they know of QuickBooks' documents is not the same. Rows
of QuickBooks are read as the comparison keeps them and as daily life does.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.changes.matching.facts import kept_facts, latest_facts
from connector.entities.books import SaidThere, kept_there, there, there_of
from connector.entities.recognitions import ADDED_UP, BESIDE, ENTERED_AS, RECOGNITIONS
from connector.entities.typed.beside import TYPED_BESIDE, typed_lines
from connector.entities.typed.compared import NewDocument, Typed, compared, new_document
from connector.model.links import RecordKey
from connector.model.matching.alike import Resemblance
from connector.model.matching.evidence import Facts
from connector.model.matching.matches import elsewhere

DAY, WHOM, OTHER = date(2025, 3, 2), "58", "59"
CUSTOMERS, VENDORS = "CustomerRef", "VendorRef"
FLOWS = {
    "Invoice": ("push_invoices", CUSTOMERS),
    "Payment": ("push_payments", CUSTOMERS),
    "Bill": ("push_bills", VENDORS),
    "Purchase": ("push_expenses", VENDORS),
    "CreditMemo": ("push_credits", CUSTOMERS),
    "RefundReceipt": ("push_credits", CUSTOMERS),
}
AMOUNTS = tuple(map(Decimal, ("60.00", "40.00", "100.00", "100.40", "97.00")))
MORE = tuple(map(Decimal, ("160.00", "140.00", "153.00", "135.00", "106.00")))
NUMBERS = st.sampled_from(("", "", "Cash", "1044", "chk 1044", "1045"))
DAYS = st.integers(-40, 40)


def reference(kind: str, party: str) -> dict[str, Any]:
    """Return how a document of QuickBooks names a customer or vendor."""
    named = {"value": party, "name": f"Ann {party}"}
    if kind == "Purchase":
        return {"EntityRef": {**named, "type": "Vendor"}}
    return {(VENDORS if kind in {"Bill", "BillPayment"} else CUSTOMERS): named}


@st.composite
def rows(draw: st.DrawFn, target: str) -> tuple[str, dict[str, Any]]:
    kind = draw(st.sampled_from((target, *(one.target for one in BESIDE[target]))))
    amount, number = draw(st.sampled_from(AMOUNTS + MORE)), draw(NUMBERS)
    whom = draw(st.sampled_from((WHOM, WHOM, WHOM, OTHER)))
    day = (DAY + timedelta(days=draw(DAYS))).isoformat()
    row: dict[str, Any] = {"Id": str(draw(st.integers(100, 999))), "TxnDate": day}
    if kind == "Deposit":
        named = {"Entity": {"value": whom, "name": "Ann"}} if draw(st.booleans()) else {}
        account = draw(st.sampled_from(("Services", "Accounts Receivable (A/R)")))
        detail = {**named, "CheckNum": number, "AccountRef": {"value": "84", "name": account}}
        return kind, {**row, "Line": [{"Id": "1", "Amount": amount, "DepositLineDetail": detail}]}
    if kind == "JournalEntry":
        who = "Customer" if FLOWS[target][1] == CUSTOMERS else "Vendor"
        entity = {"Type": who, "EntityRef": {"value": whom, "name": "Ann"}}
        side = {"PostingType": draw(st.sampled_from(("Debit", "Credit"))), "Entity": entity}
        line = {"Id": "0", "Amount": amount, "JournalEntryLineDetail": side}
        return kind, {**row, "Line": [line]}
    key = "PaymentRefNum" if kind == "Payment" else "DocNumber"
    applied = {"UnappliedAmt": amount} if kind == "Payment" else {}
    nobodys = kind == "SalesReceipt" and draw(st.booleans())
    named = {} if nobodys else reference(kind, whom)
    return kind, {**row, **applied, **named, "TotalAmt": amount, key: number}


@st.composite
def companies(draw: st.DrawFn) -> tuple[str, list[NewDocument], list[tuple[str, dict[str, Any]]]]:
    target = draw(st.sampled_from(sorted(FLOWS)))
    found = list[NewDocument]()
    for own in range(draw(st.integers(1, 3))):
        amount, day = draw(st.sampled_from(AMOUNTS)), DAY + timedelta(days=draw(st.integers(0, 9)))
        key = "PaymentRefNum" if target == "Payment" else "DocNumber"
        body = {"TxnDate": day.isoformat(), key: draw(NUMBERS), **reference(target, WHOM)}
        body |= {"Line": [{}]} if draw(st.booleans()) else {}
        owner, amounts = RecordKey("record", str(own)), (amount, Decimal(0))
        found.append(new_document(owner, target, body, amounts=amounts, label=f"record {own}"))
    drawn = draw(st.lists(rows(target), max_size=4, unique_by=lambda one: (one[0], one[1]["Id"])))
    return target, found, drawn


def as_the_comparison_does(
    target: str, news: list[NewDocument], drawn: list[tuple[str, dict[str, Any]]]
) -> Resemblance:
    """Compare as both sides are compared: by all that QuickBooks says of each document."""
    flow, _ = FLOWS[target]
    ours = {one.id: one.facts for one in news}
    table = RECOGNITIONS[flow].table
    alike = Resemblance(target, table, ours, adds_up=target in ADDED_UP)
    alike.of_its_kind(one for kind, row in drawn if kind == target for one in facts(kind, row))
    on_account = {one.id for one in news if one.on_account}
    for beside in BESIDE[target]:
        free = [
            replace(one, id=elsewhere(kind, one.id))
            for kind, row in drawn
            if kind == beside.target
            for one in facts(kind, row)
            if beside.entered_as in {None, *one.said.get(ENTERED_AS, ())}
        ]
        left = () if flow in beside.never else alike.like_nothing_there()
        rest = [own for own in left if own in on_account or not beside.on_account]
        alike.of_another(rest, free, of_any_day=beside.of_any_day, banked=beside.banked)
    alike.added_up()
    return alike


def facts(kind: str, row: dict[str, Any]) -> list[Facts]:
    return latest_facts(kept_facts(kind, [row]))


def remembered(
    target: str, drawn: list[tuple[str, dict[str, Any]]]
) -> Iterator[tuple[str, SaidThere]]:
    """Yield what daily life remembers of the same documents."""
    for kind, row in drawn:
        lines = typed_lines(kind, row) if kind in TYPED_BESIDE else {row["Id"]: there(row)}
        for own, said in lines.items():
            yield own if kind == target else elsewhere(kind, own), there_of(kept_there(said))


def asked(alike: Resemblance) -> set[tuple[str, str]]:
    return {
        (own, candidate.quickbooks_id)
        for own, found in alike.all_found().items()
        for candidate in alike.candidates(found)
    }


@pytest.mark.case("F17e")
@given(company=companies())
def test_what_the_comparison_asks_about_daily_life_asks_about(
    company: tuple[str, list[NewDocument], list[tuple[str, dict[str, Any]]]],
) -> None:
    target, news, drawn = company
    flow, _ = FLOWS[target]
    daily = compared(news, Typed(dict(remembered(target, drawn)), {}), flow)
    assert asked(as_the_comparison_does(target, news, drawn)) <= asked(daily)
