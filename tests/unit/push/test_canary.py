from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from connector.changes.mended_totals import settle
from connector.entities.registry import POSTED_ONCE
from connector.model.totals import CANARY, said_otherwise
from connector.push.link import ids_of_lines
from connector.push.money.foreseen import not_as_planned
from connector.quickbooks.responses import ChangeData
from tests.builders import CONNECTION, a_customer, a_payment, a_product, an_invoice, settings
from tests.fakes import FakeQuickBooks, Record
from tests.unit.engine.deaths import KilledError
from tests.unit.engine.world import World

CENT = Decimal("0.01")
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
TWELVE = range(5501, 5513)


@dataclass
class Otherwise(FakeQuickBooks):
    """A company that makes the totals of one entity another one."""

    entity: str = "Invoice"
    off: Decimal = CENT
    other: Record = field(default_factory=dict)

    def _stored(self, entity: str, body: Record) -> Record:
        record: Record = super()._stored(entity, body)
        if entity == self.entity:
            record["TotalAmt"] += self.off
            record |= self.other
        return record


def started(quickbooks: FakeQuickBooks, **changes: Any) -> World:
    """Return a world right after the start, with twelve invoices, each with its payment."""
    world = World(quickbooks=quickbooks, workers=8)
    invoices = [an_invoice(str(one), **changes) for one in TWELVE]
    payments = [a_payment(str(one + 1000), invoiceId=str(one)) for one in TWELVE]
    world.find(a_customer(), a_product(), *invoices, *payments)
    world.push("customer", "product")
    world.store.totals.watch(CONNECTION, POSTED_ONCE)
    return world


def posted(world: World, entity: str = "Invoice") -> int:
    return len(world.quickbooks.records.get(entity, []))


@pytest.mark.case("F1s")
def test_one_of_the_first_documents_that_comes_out_otherwise_stops_its_kind() -> None:
    world = started(Otherwise())
    assert world.push("invoice") == {"invoice": {"posted with difference": 1, "waiting": 11}}
    assert posted(world) == 1
    told = world.note("invoice", "5512")[1]
    assert told.startswith(
        "It is not posted yet: one of the first invoices came out otherwise in QuickBooks than "
        "planned (invoice INV-5501 of Blue Heron Plumbing)."
    )


@pytest.mark.case("F1s")
def test_documents_without_tax_and_totals_of_their_own_are_watched_too() -> None:
    world = started(Otherwise(entity="Payment"))
    world.push("invoice")
    assert world.push("payment")["payment"] == {"posted with difference": 1, "waiting": 11}
    assert (posted(world), posted(world, "Payment")) == (12, 1)
    entry = world.store.pending.read_many(CONNECTION, "push_payments", ["6501"])["6501"]
    assert entry.state.value == "deleted"
    assert "Its total was planned as 9.63 and is 9.64 in QuickBooks." in (entry.reason or "")


@pytest.mark.case("F1s")
def test_once_the_first_came_out_as_planned_the_rest_goes_as_ever() -> None:
    world = started(FakeQuickBooks())
    assert world.push("invoice") == {"invoice": {"created": 12}}
    assert world.store.totals.watched(CONNECTION, "push_invoices") == 0


@pytest.mark.case("F1s")
def test_after_the_first_ones_a_single_difference_does_not_stop_the_kind() -> None:
    world = started(FakeQuickBooks())
    for _ in range(CANARY):
        world.store.totals.pass_one(CONNECTION, "push_invoices")
    world.quickbooks = Otherwise(records=world.quickbooks.records)
    world.push("invoice")
    assert posted(world) > 1


@pytest.mark.case("F1s")
def test_a_worker_that_dies_after_the_post_leaves_the_kind_stopped() -> None:
    world = started(Otherwise())

    def die(step: str) -> None:
        if step == "link saved":
            raise KilledError

    world.checkpoint = die
    with pytest.raises(KilledError):
        world.push("invoice")
    world.checkpoint = lambda _step: None
    world.run_id = "r2"
    world.push("invoice")
    assert posted(world) == 1


@pytest.mark.case("F1s")
def test_a_decision_or_a_mended_document_lets_the_kind_go_on() -> None:
    world = started(Otherwise())
    world.push("invoice")
    world.save(settings(on_other_total="post and list"))
    world.run_id = "r2"
    world.push("invoice")
    assert posted(world) == len(TWELVE)
    stopped = started(Otherwise())
    stopped.push("invoice")
    [invoice] = stopped.quickbooks.records["Invoice"]
    mended = dict(invoice, TotalAmt=invoice["TotalAmt"] - CENT)
    told = ChangeData(records={"Invoice": [mended]}, deleted={}, time=NOON, truncated=False)
    settle(CONNECTION, told, stopped.store)
    stopped.quickbooks.off = Decimal(0)  # type: ignore[attr-defined]
    stopped.run_id = "r2"
    assert stopped.push("invoice") == {"invoice": {"created": 11}}


@pytest.mark.parametrize(
    ("other", "told"),
    [
        ({"TxnDate": "2025-01-01"}, "Its date was planned as 2025-11-02 and is 2025-01-01"),
        ({"DueDate": "2025-11-02"}, "Its due date was planned as 2025-12-02 and is 2025-11-02"),
        ({"CustomerRef": {"value": "99", "name": "Ann"}}, "planned as 1 and is Ann (99) in"),
        ({"DocNumber": "1001"}, "Its number was planned as INV-5501 and is 1001"),
        ({"Line": []}, "It was planned with 1 lines and has 0"),
    ],
)
@pytest.mark.case("M33a")
def test_another_date_party_number_or_line_than_was_sent_stops_the_kind_as_well(
    other: Record, told: str
) -> None:
    world = started(Otherwise(off=Decimal(0), other=other))
    assert world.push("invoice") == {"invoice": {"posted with difference": 1, "waiting": 11}}
    assert told in world.note("invoice", "5501")[1]


@pytest.mark.case("M33a")
def test_after_the_first_ones_another_date_is_an_entry_until_it_is_corrected() -> None:
    world = started(Otherwise(off=Decimal(0), other={"TxnDate": "2025-01-01"}))
    for _ in range(CANARY):
        world.store.totals.pass_one(CONNECTION, "push_invoices")
    assert world.push("invoice") == {"invoice": {"posted with difference": 12}}
    assert world.left("invoice") == {str(one): "deleted" for one in TWELVE}
    rows = world.quickbooks.records["Invoice"]
    for day, ended in (("2025-01-02", 0), ("2025-11-02", 12)):
        records = {"Invoice": [row | {"TxnDate": day} for row in rows]}
        told = ChangeData(records=records, deleted={}, time=NOON, truncated=False)
        assert settle(CONNECTION, told, world.store) == ended
    assert world.left("invoice") == {}


@pytest.mark.case("M33a")
def test_another_number_after_the_first_ones_is_a_remark_and_no_entry() -> None:
    world = started(Otherwise(off=Decimal(0), other={"DocNumber": "1001"}))
    for _ in range(CANARY):
        world.store.totals.pass_one(CONNECTION, "push_invoices")
    assert world.push("invoice") == {"invoice": {"created": 12}}
    assert "QuickBooks gave it the number 1001" in world.note("invoice", "5501")[1]


@pytest.mark.parametrize(
    ("sent", "answer", "told"),
    [
        ({"TotalAmt": 9}, {"TotalAmt": 9}, None),
        ({"TotalAmt": 9}, {"Balance": 0}, None),
        (
            {"TotalAmt": 9},
            {"DueDate": "2026-12-01", "Balance": 0},
            "open balance was planned as 9.00",
        ),
        ({"TotalAmt": 9}, {"UnappliedAmt": 2}, "not applied was planned as 9.00 and is 2.00"),
        (
            {"Line": [{"Amount": 9}], "TxnTaxDetail": {"TotalTax": 1}},
            {"TotalAmt": 10, "TxnTaxDetail": {"TotalTax": 2}},
            "sales tax was planned as 1.00 and is 2.00",
        ),
        (
            {
                "Line": [
                    {"Amount": 9},
                    {
                        "DetailType": "DiscountLineDetail",
                        "Amount": 1,
                        "DiscountLineDetail": {"PercentBased": True, "DiscountPercent": 10},
                    },
                ]
            },
            {"TotalAmt": "8.10"},
            None,
        ),
        (
            {"Line": [{"Amount": 9, "SalesItemLineDetail": {"TaxCodeRef": {"value": "TAX"}}}]},
            {"TotalAmt": "9.63", "TxnTaxDetail": {"TotalTax": "0.63"}},
            None,
        ),
        (
            {"Line": [{"Amount": 9, "SalesItemLineDetail": {"TaxCodeRef": {"value": "TAX"}}}]},
            {"TotalAmt": "9.64", "TxnTaxDetail": {"TotalTax": "0.63"}},
            "Its total was planned as 9.63 and is 9.64",
        ),
    ],
)
@pytest.mark.case("F1s")
def test_every_figure_of_an_answer_is_held_against_the_plan(
    sent: Record, answer: Record, told: str | None
) -> None:
    found = not_as_planned(sent, answer)
    assert (told is None) == (found is None)
    assert found is None or told is None or told in found.sentence


def test_a_credit_that_is_applied_to_an_invoice_leaves_nothing_unapplied() -> None:
    lines = [
        {"Amount": Decimal(50), "LinkedTxn": [{"TxnId": own, "TxnType": kind}]}
        for own, kind in (("145", "Invoice"), ("146", "CreditMemo"))
    ]
    sent: Record = {"TotalAmt": Decimal(0), "Line": lines}
    assert not_as_planned(sent, sent | {"UnappliedAmt": Decimal(0)}) is None
    left = not_as_planned(sent, sent | {"UnappliedAmt": Decimal(50)})
    assert left is not None
    assert "not applied was planned as 0.00 and is 50.00" in left.sentence


def sold(item: str, amount: int, **more: Any) -> Record:
    kind = "SalesItemLineDetail"
    return {"Amount": amount, "DetailType": kind, kind: {"ItemRef": {"value": item}, **more}}


@pytest.mark.parametrize(
    ("answered", "told"),
    [
        ([sold("11", 9, Qty=2), {"Amount": 9, "DetailType": "SubTotalLineDetail"}], []),
        ([sold("12", 9, Qty=2)], ["The product of its line 1 was planned as 11 and is 12"]),
        ([sold("11", 9, Qty=3)], ["The quantity of its line 1 was planned as 2 and is 3"]),
        ([sold("11", 9)], []),
        ([sold("11", 9, Qty=Decimal("2.00004"))], []),
        ([sold("11", 4, Qty=2)], ["The amount of its line 1 was planned as 9 and is 4"]),
    ],
)
@pytest.mark.case("M33a")
def test_every_line_of_an_answer_is_held_against_the_plan(
    answered: list[Record], told: list[str]
) -> None:
    found = said_otherwise({"Line": [sold("11", 9, Qty=Decimal("2.0"))]}, {"Line": answered})
    assert [one.removesuffix(" in QuickBooks.").replace(".0000", "") for one in found] == told


NO_NUMBERS = ("one", "1,5", "NaN", "Infinity", [2], {"value": "2"}, True)


@pytest.mark.parametrize("said", NO_NUMBERS, ids=str)
@pytest.mark.case("M33a")
def test_a_figure_of_an_answer_that_is_no_number_is_compared_with_nothing(said: object) -> None:
    sent = [sold("11", 9, Qty=2), sold("12", 9, Qty=1)]
    odd = [sold("11", 9, Qty=said), {**sent[1], "LineNum": said}]
    assert said_otherwise({"Line": sent}, {"Line": odd}) == []
    [told] = said_otherwise({"Line": sent}, {"Line": [{**sent[0], "Amount": said}, odd[0]]})
    assert told == "The product of its line 2 was planned as 12 and is 11 in QuickBooks."
    lines = [{"Id": "2", "LineNum": 2}, {"Id": "1", "LineNum": said}, {"LineNum": 3}]
    assert ids_of_lines({"Line": lines}) == ("2", "1")


@pytest.mark.case("M33a")
def test_the_invoices_of_a_payment_are_held_against_the_plan_in_any_order() -> None:
    lines = [
        {"Amount": amount, "LinkedTxn": [{"TxnId": own, "TxnType": "Invoice"}]}
        for own, amount in (("145", 5), ("146", 4))
    ]
    assert said_otherwise({"Line": lines}, {"Line": lines[::-1]}) == []
    moved = [lines[0], {**lines[1], "LinkedTxn": [{"TxnId": "147", "TxnType": "Invoice"}]}]
    assert said_otherwise({"Line": lines}, {"Line": moved}) == [
        "The document of its line 2 was planned as 146 and is 147 in QuickBooks."
    ]
