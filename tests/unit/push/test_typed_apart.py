"""What the office typed after the start under a day of up to a month off is asked about, too."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from connector.changes.documents import shown
from connector.entities.registry import BY_ENTITY
from connector.mobiwork.xml import RawRecord
from connector.model.links import RecordKey
from connector.model.matching.comparison import Grade
from connector.model.matching.matches import Candidate, Match, MatchDecision
from connector.model.worklist.causes import Kind
from connector.quickbooks.responses import ChangeData
from tests.builders import CONNECTION, a_customer, a_line, a_payment, a_product, an_invoice
from tests.unit.engine.test_matched_together import visit
from tests.unit.engine.world import World
from tests.unit.entities.purchases.buying import a_vendor, an_expense, buying_settings

MASTERS = (a_customer(), a_product(), a_vendor())
DAY = date(2025, 3, 2)
MOST_ASKED = {7: 5, 14: 5, 30: 2}
"""So many visits at most are asked about for one that was typed, where each is said to be another:
those that are to be posted within a month of it."""


@pytest.fixture
def world() -> World:
    world = World()
    world.save(buying_settings())
    world.find(*MASTERS)
    world.push("customer", "product", "vendor")
    return world


def on(days: int) -> date:
    return DAY + timedelta(days=days)


def typed(world: World, day: date, own: str = "900", target: str = "Invoice", **more: Any) -> None:
    """Let a look see what somebody typed in QuickBooks, of the usual customer and 99.00."""
    customer = {"value": world.link("customer", "700001")}
    usual = {"CustomerRef": customer, "TotalAmt": 99.00, "TxnDate": day.isoformat()}
    row = {"Id": own, "SyncToken": "0", **usual, **more}
    changes = ChangeData(
        records={target: [row]}, deleted={}, time=datetime.now(UTC), truncated=False
    )
    shown.note(CONNECTION, changes, world.store)


def monthly(own: int, day: date) -> RawRecord:
    record: RawRecord = visit(str(own), "99.00", day.strftime("%Y/%m/%d"))
    return record


def pushed(world: World, *records: RawRecord, source: str = "invoice") -> dict[str, int]:
    """Find and push some records in a run of their own; return the outcomes."""
    world.run_id = f"r{int(world.run_id[1:]) + 1}"
    world.find(*MASTERS, *records)
    return world.push(source)[source]


def entries(world: World, source: str = "invoice") -> list[str]:
    flow = BY_ENTITY[source].name
    found = world.store.pending.worklist(CONNECTION, flow)
    return [one.record_id for one in found if one.cause == Kind.TWICE]


def decide(world: World, decision: MatchDecision, chosen: str | None = None) -> None:
    for match in list(world.store.matches.read_all(CONNECTION, "Invoice")):
        said = replace(match, decision=decision, chosen=chosen, decided_at="2025-03-03")
        world.store.matches.decide(CONNECTION, said)
        world.store.pending.replay(CONNECTION, match.flow, match.item)


@pytest.mark.case("F5a")
@pytest.mark.parametrize(
    ("days", "outcome"),
    [
        *((days, "waiting") for days in (6, -6, 19, 31, -31)),
        *((days, "created") for days in (32, -32)),
    ],
)
def test_an_invoice_that_was_typed_up_to_a_month_off_is_asked_about_before_it_is_posted(
    world: World, *, days: int, outcome: str
) -> None:
    typed(world, on(days), DocNumber="7")
    assert pushed(world, monthly(1, DAY)) == {outcome: 1}
    if outcome == "waiting":
        told = world.note("invoice", "1")[1]
        assert "(Invoice 900)" in told
        assert f'the date is "{DAY}" in MobiWork and "{on(days)}" in QuickBooks' in told


@pytest.mark.case("F5a")
@pytest.mark.parametrize("days", [6, -20])
def test_a_payment_and_an_expense_that_were_typed_days_off_are_asked_about(
    world: World, days: int
) -> None:
    paid = a_payment("901", amount="99.00", paymentDate=DAY.strftime("%Y/%m/%d"), invoiceId="1")
    assert pushed(world, monthly(1, DAY)) == {"created": 1}
    typed(world, on(days), target="Payment", UnappliedAmt=99.00)
    assert pushed(world, monthly(1, DAY), paid, source="payment") == {"waiting": 1}
    spent = an_expense(
        createdDate=DAY.strftime("%Y/%m/%d"),
        vendorId="51001",
        vendorName="Tampa Plumbing Supply",
        amount="99.00",
    )
    vendor = {"value": world.link("vendor", "51001"), "type": "Vendor"}
    typed(world, on(days), target="Purchase", CustomerRef=None, EntityRef=vendor)
    assert pushed(world, spent, source="expense") == {"waiting": 1}


@pytest.mark.case("F5a")
@pytest.mark.parametrize(
    "members",
    [{"CustomerRef": {"value": "77"}}, {"TotalAmt": 99.01}],
    ids=["customer", "total"],
)
def test_another_customer_or_total_of_another_day_is_no_reason_to_ask(
    world: World, members: dict[str, Any]
) -> None:
    typed(world, on(9), **members)
    assert pushed(world, monthly(1, DAY)) == {"created": 1}


@pytest.mark.case("F5a")
def test_money_that_pays_another_invoice_is_no_payment_of_another_day(world: World) -> None:
    paid = a_payment("901", amount="99.00", paymentDate=DAY.strftime("%Y/%m/%d"), invoiceId="1")
    pushed(world, monthly(1, DAY))
    typed(world, on(9), target="Payment", UnappliedAmt=0)
    assert pushed(world, monthly(1, DAY), paid, source="payment") == {"created": 1}


@pytest.mark.case("F5a")
@pytest.mark.parametrize(
    ("decision", "chosen", "outcome"),
    [(MatchDecision.DIFFERENT, None, "created"), (MatchDecision.SAME, "900", "linked")],
)
def test_what_a_person_says_of_one_of_another_day_holds(
    world: World, decision: MatchDecision, chosen: str | None, outcome: str
) -> None:
    typed(world, on(12))
    world.quickbooks.records.setdefault("Invoice", []).append(
        {"Id": "900", "SyncToken": "0", "TotalAmt": 99.00, "TxnDate": on(12).isoformat()}
        | {"CustomerRef": {"value": world.link("customer", "700001")}}
    )
    assert pushed(world, monthly(1, DAY)) == {"waiting": 1}
    decide(world, decision, chosen)
    assert pushed(world, monthly(1, DAY)) == {outcome: 1}


@pytest.mark.case("F5a")
@pytest.mark.parametrize("days", [6, 31, -6, -31])
def test_what_is_typed_a_month_off_beside_a_posted_one_is_an_entry(world: World, days: int) -> None:
    assert pushed(world, monthly(1, DAY)) == {"created": 1}
    typed(world, on(days), DocNumber="7")
    assert entries(world) == ["twice-Invoice-900"]
    typed(world, on(32))
    assert entries(world) == []


def said_to_be(world: World, grade: Grade, own: str = "900") -> None:
    """Let both sides have been compared: another visit is what was typed."""
    other = Match(
        owner=RecordKey("invoice", "99"),
        target="Invoice",
        label="invoice 99",
        grade=grade,
        candidates=(Candidate(own, "invoice 900"),),
        flow="push_invoices",
        item="99",
        found_at="2025-01-01",
    )
    world.store.matches.keep(CONNECTION, other)


@pytest.mark.case("F5a")
@pytest.mark.parametrize(
    ("grade", "outcome"),
    [
        (Grade.CERTAIN, "created"),
        (Grade.LIKELY, "created"),
        (Grade.CONTRADICTS, "waiting"),
        (Grade.SEVERAL, "waiting"),
    ],
)
def test_what_is_the_match_of_another_visit_is_no_reason_to_ask(
    world: World, grade: Grade, outcome: str
) -> None:
    said_to_be(world, grade)
    typed(world, on(-20))
    assert pushed(world, monthly(1, DAY)) == {outcome: 1}
    assert entries(world) == []


def first_of(month: int) -> date:
    return date(2025, month, 1)


def a_year(world: World, office: dict[int, date]) -> Counter[str]:
    """Live a year of one service a month; return what became of the visits, and the entries.

    `office` tells what the office types: by the month at the end of which a look sees it, the day.
    """
    told = Counter[str]()
    for month in range(1, 13):
        told.update(pushed(world, *(monthly(one, first_of(one)) for one in range(1, month + 1))))
        if day := office.get(month):
            typed(world, day, f"9{month:02}")
    return told + Counter(entries=len(entries(world)))


@pytest.mark.case("F5b")
def test_a_service_of_one_amount_each_month_asks_nothing_in_a_year(world: World) -> None:
    assert a_year(world, {}) == {"created": 12}


@pytest.mark.case("F5b")
def test_of_a_service_each_month_the_one_that_was_typed_as_well_is_told_once(world: World) -> None:
    assert a_year(world, {5: date(2025, 5, 13)}) == {"created": 12, "entries": 1}


@pytest.mark.case("F5b")
def test_what_the_office_bills_each_month_besides_is_told_and_keeps_no_visit_waiting(
    world: World,
) -> None:
    office = {month: date(2025, month, 12) for month in range(1, 13)}
    assert a_year(world, office) == {"created": 12, "entries": 12}


@pytest.mark.case("F5b")
def test_visits_of_before_the_start_that_are_paid_later_are_no_reason_to_ask(world: World) -> None:
    typed(world, date(2024, 11, 1), "898")
    typed(world, date(2024, 12, 1), "899")
    assert a_year(world, {}) == {"created": 12}


@pytest.mark.case("F5b")
@pytest.mark.parametrize("step", [7, 14, 30])
@pytest.mark.parametrize("off", [-31, -17, -9, -6, 6, 9, 17, 31])
@pytest.mark.parametrize("seen_after", [2, 4])
def test_one_of_a_series_that_was_typed_as_well_is_told_or_asked_about(
    world: World, step: int, off: int, seen_after: int
) -> None:
    visits = [on(step * number) for number in range(7)]
    told = 0
    for number in range(7):
        some = [monthly(one, visits[one]) for one in range(number + 1)]
        if pushed(world, *some).get("waiting"):
            told += 1
            decide(world, MatchDecision.DIFFERENT)
            assert pushed(world, *some) == {"created": 1}
        if number == seen_after:
            typed(world, visits[3] + timedelta(days=off))
    assert told + len(entries(world)) in range(1, MOST_ASKED[step] + 1)


@pytest.mark.case("F5f")
@pytest.mark.parametrize("days", [0, 1, -20])
@pytest.mark.parametrize(
    ("total", "tax", "outcome"),
    [(100.00, 0, "waiting"), (107.00, 7.00, "waiting"), (88.46, 0, "created")],
)
def test_an_invoice_that_was_typed_without_its_tax_is_asked_about_before_it_is_posted(
    world: World, *, days: int, total: float, tax: float, outcome: str
) -> None:
    line = a_line(quantity="1", price="100.00", total="100.00")
    whole = {"lineItems": {"lineItem": [line]}, "invoiceDate": DAY.strftime("%Y/%m/%d")}
    ours = an_invoice("1", **whole, subTotal="100.00", taxAmount="7.00", total="107.00")
    typed(world, on(days), TotalAmt=total, TxnTaxDetail={"TotalTax": tax})
    assert pushed(world, ours) == {outcome: 1}


@pytest.mark.case("F5b")
@pytest.mark.parametrize("party", ["77", None])
def test_what_the_office_types_of_others_is_no_rhythm_of_a_customer(
    world: World, party: str | None
) -> None:
    typed(world, on(-20), "899", CustomerRef={"value": party} if party else {"value": ""})
    typed(world, on(-10))
    assert pushed(world, monthly(1, DAY)) == {"waiting": 1}
    assert "(Invoice 900)" in world.note("invoice", "1")[1]


@pytest.mark.case("F5b")
def test_what_goes_on_in_the_rhythm_of_what_the_office_types_is_no_reason_to_ask(
    world: World,
) -> None:
    typed(world, on(-20), "899")
    typed(world, on(-10))
    assert pushed(world, monthly(1, DAY)) == {"waiting": 1}
    assert "(Invoice 899)" in world.note("invoice", "1")[1]
    assert "(Invoice 900)" not in world.note("invoice", "1")[1]


@pytest.mark.case("F5b")
@pytest.mark.parametrize(("step", "off"), [(30, -14), (30, -16), (14, -7), (14, -6)])
def test_what_was_typed_halfway_between_two_visits_is_told(
    world: World, step: int, off: int
) -> None:
    visits = [monthly(number, on(step * number)) for number in range(3)]
    for number in range(3):
        assert pushed(world, *visits[: number + 1]) == {"created": 1}
    typed(world, on(2 * step + off))
    assert entries(world) == ["twice-Invoice-900"]


@pytest.mark.case("F5b")
def test_a_visit_that_only_quickbooks_has_is_no_reason_to_ask_about_the_next_one(
    world: World,
) -> None:
    visits = [monthly(number, on(30 * number)) for number in (0, 1, 3)]
    for number in (1, 2):
        assert pushed(world, *visits[:number]) == {"created": 1}
    typed(world, on(60))
    assert pushed(world, *visits) == {"created": 1}
    assert entries(world) == []
