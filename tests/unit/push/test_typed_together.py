"""Sums, fees, deposits of nobody and slips of the pen in daily life: asked about, told after it."""

from typing import Any

import pytest

from connector.entities.typed import apart
from connector.model.pending import PendingItem
from tests.builders import CONNECTION, a_customer, a_payment, a_product
from tests.unit.changes.test_doubled_documents import entries, told
from tests.unit.engine.test_matched_together import visit
from tests.unit.engine.world import World
from tests.unit.entities.purchases.buying import a_vendor, an_expense, buying_settings

MASTERS = (a_customer(), a_product(), a_vendor())
VISITS = (visit("5502", "100.00", "2025/03/03"), visit("5503", "150.00", "2025/03/10"))
SUMS: dict[str, dict[str, Any]] = {
    "Invoice": {"TotalAmt": 250.00, "TxnDate": "2025-03-12", "DocNumber": "7"},
    "SalesReceipt": {"TotalAmt": 250.00, "TxnDate": "2025-03-12"},
}
PAID_FOR = (visit("5510", "100.00", "2025/01/10"), visit("5511", "150.00", "2025/01/10"))
PAID = tuple(
    a_payment(own, invoiceId=of, amount=amount, paymentDate=day, paymentReference="")
    for own, of, amount, day in (
        ("901", "5510", "100.00", "2025/03/03"),
        ("902", "5511", "150.00", "2025/03/04"),
    )
)
OUTLAYS = (("31001", "308.29"), ("31002", "91.71"))


@pytest.fixture
def world() -> World:
    world = World()
    world.save(buying_settings())
    world.find(*MASTERS, *PAID_FOR)
    world.push("customer", "product", "vendor", "invoice")
    return world


def whom(world: World) -> dict[str, Any]:
    return {"value": world.link("customer", "700001"), "name": "Blue Heron Plumbing"}


def typed(world: World, target: str, own: str = "900", **members: Any) -> None:
    told(world, target, {"Id": own, "SyncToken": "0", "CustomerRef": whom(world), **members})


def banked(
    world: World, amount: float, day: str, *, named: bool = False, version: str = "0"
) -> None:
    entity = {"Entity": {**whom(world), "type": "CUSTOMER"}} if named else {}
    told(world, "Deposit", a_deposit("77", amount, day, **entity) | {"SyncToken": version})


def a_deposit(own: str, amount: float, day: str, **detail: Any) -> dict[str, Any]:
    line = {"Id": "1", "Amount": amount, "DepositLineDetail": detail}
    return {"Id": own, "SyncToken": "0", "TxnDate": day, "Line": [line]}


def pushed(world: World, source: str, *records: Any) -> dict[str, int]:
    world.run_id = f"r{int(world.run_id[1:]) + 1}"
    world.find(*MASTERS, *PAID_FOR, *records)
    return world.push(source)[source]


def asked(world: World, target: str) -> dict[str, set[str]]:
    every = world.store.matches.read_all(CONNECTION, target)
    return {one.owner.mobiwork_id: {*one.quickbooks_ids} for one in every}


def one_entry(world: World, source: str) -> PendingItem:
    [entry] = entries(world, source)
    return entry


@pytest.mark.case("F17a")
@pytest.mark.parametrize("target", SUMS)
def test_two_visits_that_the_office_typed_as_one_document_are_asked_about(
    world: World, target: str
) -> None:
    typed(world, target, **SUMS[target])
    assert pushed(world, "invoice", *VISITS) == {"waiting": 2}
    own = "Invoice:900" if target == "Invoice" else "SalesReceipt:900+"
    assert asked(world, "Invoice") == {"5502": {own}, "5503": {own}}


@pytest.mark.case("F17a")
@pytest.mark.parametrize("target", SUMS)
def test_the_second_of_two_visits_that_are_one_there_is_asked_about_though_the_first_is_posted(
    world: World, target: str
) -> None:
    assert pushed(world, "invoice", VISITS[0]) == {"created": 1}
    typed(world, target, **SUMS[target])
    assert pushed(world, "invoice", *VISITS) == {"waiting": 1}
    assert asked(world, "Invoice").keys() == {"5503"}


@pytest.mark.case("F17a")
@pytest.mark.parametrize("target", SUMS)
def test_one_document_that_is_typed_for_two_posted_visits_is_an_entry_until_it_is_gone(
    world: World, target: str
) -> None:
    assert pushed(world, "invoice", *VISITS) == {"created": 2}
    typed(world, target, **SUMS[target])
    assert "in which it may be with invoice" in (one_entry(world, "invoice").reason or "")
    told(world, target, gone=("900",))
    assert entries(world, "invoice") == []


@pytest.mark.case("F17a")
def test_a_visit_that_the_office_typed_as_two_documents_is_asked_about(world: World) -> None:
    typed(world, "Invoice", "900", TotalAmt=60.00, TxnDate="2025-03-03", DocNumber="7")
    typed(world, "Invoice", "901", TotalAmt=40.00, TxnDate="2025-03-04", DocNumber="8")
    assert pushed(world, "invoice", visit("5502", "100.00", "2025/03/05")) == {"waiting": 1}
    assert asked(world, "Invoice") == {"5502": {"Invoice:900+901"}}


@pytest.mark.case("F17a")
def test_what_adds_up_by_chance_to_what_a_posted_document_is_is_no_reason_to_ask(
    world: World,
) -> None:
    before = visit("5501", "150.00", "2025/03/08")
    assert pushed(world, "invoice", before) == {"created": 1}
    typed(world, "Invoice", TotalAmt=260.00, TxnDate="2025-03-12", DocNumber="7")
    assert pushed(world, "invoice", before, *VISITS) == {"created": 2}


@pytest.mark.case("F17b")
@pytest.mark.parametrize("posted_first", [True, False])
def test_payments_that_came_to_the_bank_in_one_amount_under_no_name(
    world: World, *, posted_first: bool
) -> None:
    if posted_first:
        assert pushed(world, "payment", *PAID) == {"created": 2}
        banked(world, 250.00, "2025-03-05")
        assert "Deposit 77 line 1" in (one_entry(world, "payment").reason or "")
    else:
        banked(world, 250.00, "2025-03-05")
        assert pushed(world, "payment", *PAID) == {"waiting": 2}


@pytest.mark.case("F17b")
@pytest.mark.parametrize("posted_first", [True, False])
@pytest.mark.parametrize("named", [True, False])
def test_a_payment_that_came_to_the_bank_less_a_fee(
    world: World, *, named: bool, posted_first: bool
) -> None:
    if posted_first:
        assert pushed(world, "payment", PAID[0]) == {"created": 1}
        banked(world, 96.80, "2025-03-05", named=named)
        assert len(entries(world, "payment")) == 1
    else:
        banked(world, 96.80, "2025-03-05", named=named)
        assert pushed(world, "payment", PAID[0]) == {"waiting": 1}


@pytest.mark.case("F17b")
@pytest.mark.parametrize(("page", "later"), [(apart.PAGE, 205), (5, 9)])
@pytest.mark.parametrize("day", ["2025-03-05", "2025-03-28"])
def test_however_many_are_posted_after_them_those_of_an_earlier_deposit_are_found(
    world: World, monkeypatch: pytest.MonkeyPatch, day: str, *, page: int, later: int
) -> None:
    """All deposits of a month may be typed at one sitting; the latest payments are read first."""
    monkeypatch.setattr(apart, "PAGE", page)
    bills = [visit(f"7{n:03}", "900.00", "2025/01/10") for n in range(later + 2)]
    said = [("30.00", "2025/03/03"), ("40.00", "2025/03/03")]
    said += [(f"{300 + n}.13", day.replace("-", "/")) for n in range(later)]
    paid = [
        a_payment(f"8{n:03}", invoiceId=f"7{n:03}", amount=one, paymentDate=on, paymentReference="")
        for n, (one, on) in enumerate(said)
    ]
    assert pushed(world, "invoice", *bills) == {"created": later + 2}
    assert pushed(world, "payment", *bills, *paid) == {"created": later + 2}
    told(world, "Deposit", a_deposit("77", 70.00, "2025-03-04"), a_deposit("78", 3.33, day))
    assert [one.record_id for one in entries(world, "payment")] == ["twice-Deposit-77.1"]


@pytest.mark.case("F17a")
@pytest.mark.parametrize("page", [apart.PAGE, 5])
def test_however_many_a_customer_has_after_them_those_typed_as_one_are_found(
    world: World, monkeypatch: pytest.MonkeyPatch, page: int
) -> None:
    monkeypatch.setattr(apart, "PAGE", page)
    later = [visit(f"6{n:03}", f"{300 + n}.13", "2025/03/28") for n in range(205)]
    assert pushed(world, "invoice", *VISITS, *later) == {"created": 207}
    typed(world, "Invoice", **SUMS["Invoice"])
    assert one_entry(world, "invoice").record_id == "twice-Invoice-900"


@pytest.mark.case("F17c")
@pytest.mark.parametrize("posted_first", [True, False])
@pytest.mark.parametrize("amount", [100.00, 153.00])
def test_an_amount_that_was_rounded_or_typed_with_two_digits_exchanged(
    world: World, amount: float, *, posted_first: bool
) -> None:
    ours = visit("5502", "100.40" if amount == 100.00 else "135.00", "2025/03/03")
    if posted_first:
        assert pushed(world, "invoice", ours) == {"created": 1}
        typed(world, "Invoice", TotalAmt=amount, TxnDate="2025-03-06", DocNumber="7")
        assert len(entries(world, "invoice")) == 1
    else:
        typed(world, "Invoice", TotalAmt=amount, TxnDate="2025-03-06", DocNumber="7")
        assert pushed(world, "invoice", ours) == {"waiting": 1}


@pytest.mark.case("F17d")
@pytest.mark.parametrize("posted_first", [True, False])
def test_the_number_day_and_total_of_an_invoice_under_another_customer(
    world: World, *, posted_first: bool
) -> None:
    other = {"value": "4711", "name": "Somebody Else"}
    ours = visit("5502", "100.00", "2025/03/03")
    number: dict[str, Any] = {"TotalAmt": 100.00, "TxnDate": "2025-03-03", "DocNumber": "5502"}
    if posted_first:
        assert pushed(world, "invoice", ours) == {"created": 1}
        typed(world, "Invoice", **number | {"CustomerRef": other})
        assert len(entries(world, "invoice")) == 1
    else:
        typed(world, "Invoice", **number | {"CustomerRef": other})
        assert pushed(world, "invoice", ours) == {"waiting": 1}


@pytest.mark.case("F17d")
@pytest.mark.parametrize("posted_first", [True, False])
def test_the_number_of_an_invoice_with_another_total(world: World, *, posted_first: bool) -> None:
    ours = visit("5502", "100.00", "2025/03/03")
    members: dict[str, Any] = {"TotalAmt": 180.00, "TxnDate": "2025-03-20", "DocNumber": "5502"}
    if posted_first:
        assert pushed(world, "invoice", ours) == {"created": 1}
        typed(world, "Invoice", **members)
        assert len(entries(world, "invoice")) == 1
    else:
        typed(world, "Invoice", **members)
        assert pushed(world, "invoice", ours) == {"waiting": 1}


@pytest.mark.case("F17b")
@pytest.mark.parametrize("posted_first", [True, False])
def test_expenses_that_were_typed_as_one_check(world: World, *, posted_first: bool) -> None:
    of = {"vendorId": "51001", "vendorName": "Tampa Plumbing Supply"}
    some = [an_expense(own, amount=amount, **of) for own, amount in OUTLAYS]
    vendor = {"value": world.link("vendor", "51001"), "name": of["vendorName"], "type": "Vendor"}
    check = {"Id": "900", "EntityRef": vendor, "TotalAmt": 400.00, "TxnDate": "2026-04-02"}
    if posted_first:
        assert pushed(world, "expense", *some) == {"created": 2}
        told(world, "Purchase", check)
        assert len(entries(world, "expense")) == 1
    else:
        told(world, "Purchase", check)
        assert pushed(world, "expense", *some) == {"waiting": 2}


@pytest.mark.case("F18e")
def test_a_check_for_the_statement_of_a_vendor_is_an_entry_beside_what_was_posted(
    world: World,
) -> None:
    of = {"vendorId": "51001", "vendorName": "Tampa Plumbing Supply"}
    bought = (("31001", "8.29", "02/06"), ("31002", "91.71", "02/17"), ("31003", "40.00", "02/27"))
    some = [
        an_expense(own, amount=amount, expenseDate=f"2026/{day}", **of)
        for own, amount, day in bought
    ]
    assert pushed(world, "expense", *some) == {"created": 3}
    vendor = {"value": world.link("vendor", "51001"), "name": of["vendorName"], "type": "Vendor"}
    check = {"Id": "900", "EntityRef": vendor, "TotalAmt": 140.00, "TxnDate": "2026-03-27"}
    told(world, "Purchase", check)
    assert one_entry(world, "expense").record_id == "twice-Purchase-900"


MADE_OF_PAYMENTS = {"Id": "9", "LinkedTxn": [{"TxnId": "4", "TxnType": "Payment"}]}


@pytest.mark.case("M6k")
@pytest.mark.parametrize("late", [True, False])
def test_a_deposit_to_which_a_line_was_added_is_asked_about_in_whatever_order_it_is_told(
    world: World, *, late: bool
) -> None:
    older = {"Id": "77", "SyncToken": "0", "TxnDate": "2025-03-03", "Line": [MADE_OF_PAYMENTS]}
    if not late:
        told(world, "Deposit", older)
    banked(world, 100.00, "2025-03-03", named=True, version="1")
    if late:
        told(world, "Deposit", older)
    assert pushed(world, "payment", PAID[0]) == {"waiting": 1}


@pytest.mark.case("M6k")
@pytest.mark.parametrize("amount", [3.00, 100.00])
def test_an_older_reading_that_comes_late_ends_no_entry_and_begins_none(
    world: World, amount: float
) -> None:
    assert pushed(world, "payment", PAID[0]) == {"created": 1}
    banked(world, amount, "2025-03-03", named=True, version="1")
    before = [one.reason for one in entries(world, "payment")]
    assert len(before) == (amount == 100.00)
    banked(world, 103.00 - amount, "2025-03-03", named=True, version="0")
    assert [one.reason for one in entries(world, "payment")] == before


@pytest.mark.case("M6k")
def test_a_deposit_that_is_deleted_is_not_there_again_when_an_older_reading_comes_late(
    world: World,
) -> None:
    banked(world, 100.00, "2025-03-03", named=True, version="1")
    told(world, "Deposit", gone=("77",))
    banked(world, 100.00, "2025-03-03", named=True, version="1")
    assert pushed(world, "payment", PAID[0]) == {"created": 1}
    assert entries(world, "payment") == []
