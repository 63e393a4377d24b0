from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from connector.changes.mended_totals import settle
from connector.model.totals import MOST
from connector.quickbooks.responses import ChangeData
from tests.builders import CONNECTION, a_customer, a_line, a_product, an_invoice, settings
from tests.fakes import FakeQuickBooks, Record
from tests.unit.engine.deaths import KilledError
from tests.unit.engine.world import World

CENT = Decimal("0.01")
FLOW = "push_invoices"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@dataclass
class OwnTax(FakeQuickBooks):
    """A company whose automated tax is `off` from the one that is sent, and ignores that."""

    off: Decimal = CENT

    def _stored(self, entity: str, body: Record) -> Record:
        record: Record = super()._stored(entity, body)
        self._total(record)
        return record

    def update(self, entity: str, body: Record, *, requestid: str) -> Record:
        record: Record = super().update(entity, body, requestid=requestid)
        self._total(record)
        self._by_id(entity, record["Id"]).update(record)
        return record

    def _total(self, record: Record) -> None:
        if "Line" not in record:
            return
        codes = {line["SalesItemLineDetail"]["TaxCodeRef"]["value"] for line in record["Line"]}
        tax = Decimal("0.63") + self.off if "TAX" in codes else Decimal(0)
        record["TxnTaxDetail"] = {"TotalTax": tax}
        record["TotalAmt"] = sum((line["Amount"] for line in record["Line"]), tax)
        record["Balance"] = record["TotalAmt"]


def choose(world: World, **changes: Any) -> None:
    world.save(settings(**changes))


@pytest.fixture
def world() -> World:
    found = World(quickbooks=OwnTax())
    found.find(a_customer(), a_product(), a_product("307009"))
    found.push("customer", "product")
    return found


def find(world: World, *numbers: int, **changes: Any) -> None:
    masters = a_customer(), a_product(), a_product("307009")
    world.find(*masters, *(an_invoice(str(number), **changes) for number in numbers))


def posted(world: World) -> list[Record]:
    return world.quickbooks.records.get("Invoice", [])


def told(world: World, record_id: str) -> str:
    item = world.store.pending.read_many(CONNECTION, FLOW, [record_id])[record_id]
    return item.reason or ""


@pytest.mark.case("M13")
def test_a_document_whose_total_differs_stands_on_the_worklist_with_both_totals(
    world: World,
) -> None:
    find(world, 5501)
    assert world.push("invoice") == {"invoice": {"posted with difference": 1}}
    assert world.left("invoice") == {"5501": "deleted"}
    made = "total is 9.63 with 0.63 tax, but QuickBooks calculated 9.64 with 0.64 tax"
    assert made in told(world, "5501")
    assert told(world, "5501").endswith("QuickBooks did not take the tax that was sent along.")


@pytest.mark.case("M13")
def test_a_newer_reading_does_not_take_the_difference_from_the_worklist(world: World) -> None:
    find(world, 5501)
    world.push("invoice")
    find(world, 5501, comments="Side door")
    world.run_id = "r2"
    world.push("invoice")
    assert "QuickBooks calculated 9.64" in told(world, "5501")


@pytest.mark.case("M13b")
def test_after_three_differences_of_one_cause_further_documents_wait_for_a_decision(
    world: World,
) -> None:
    find(world, *range(5501, 5513))
    assert world.push("invoice") == {
        "invoice": {"posted with difference": MOST, "waiting": 12 - MOST}
    }
    assert len(posted(world)) == MOST
    assert told(world, "5512") == (
        "It is not posted yet: 3 invoices came out with another total in QuickBooks because of the "
        "sales tax (invoice INV-5501 of Blue Heron Plumbing, invoice INV-5502 of Blue Heron "
        "Plumbing, invoice INV-5503 of Blue Heron Plumbing). Invoices that it may befall, too, "
        'wait until you choose in the setting "When QuickBooks calculates a different total" what '
        "to do, or "
        "mend the cause and save the settings to let them go on. 9 of them wait at this moment."
    )


@pytest.mark.case("M13b")
def test_many_workers_post_no_more_than_three_that_differ(world: World) -> None:
    world.workers = 8
    find(world, *range(5501, 5513))
    world.push("invoice")
    assert len(posted(world)) == MOST


@pytest.mark.case("M13b")
def test_untaxed_documents_that_agree_prove_nothing_of_taxed_ones(world: World) -> None:
    world.workers = 8
    line = {"lineItems": {"lineItem": [a_line(taxable="false")]}}
    untaxed = [an_invoice(str(one), taxAmount="0", total="9.00", **line) for one in range(1, 5)]
    taxed = [an_invoice(str(one)) for one in range(5501, 5513)]
    world.find(a_customer(), a_product(), a_product("307009"), *untaxed, *taxed)
    world.push("invoice")
    assert len(posted(world)) == len(untaxed) + MOST


@pytest.mark.case("M13b")
def test_documents_that_the_cause_cannot_befall_go_on(world: World) -> None:
    find(world, *range(5501, 5504))
    world.push("invoice")
    untaxed = {"lineItems": {"lineItem": [a_line(taxable="false")]}, "taxAmount": "0"}
    taxed = (an_invoice(str(number)) for number in range(5501, 5504))
    masters = a_customer(), a_product(), a_product("307009")
    world.find(*masters, *taxed, an_invoice("5504", total="9.00", **untaxed))
    world.run_id = "r2"
    assert world.push("invoice") == {"invoice": {"created": 1}}


@pytest.mark.case("M13c")
def test_once_that_was_decided_all_are_posted_and_each_difference_is_listed(world: World) -> None:
    choose(world, on_other_total="post and list")
    find(world, *range(5501, 5506))
    assert world.push("invoice") == {"invoice": {"posted with difference": 5}}
    assert set(world.left("invoice").values()) == {"deleted"}


@pytest.mark.case("M13c")
def test_a_mended_cause_lets_the_kind_go_on_once_the_settings_are_saved(world: World) -> None:
    find(world, *range(5501, 5506))
    world.push("invoice")
    world.quickbooks.off = Decimal(0)  # type: ignore[attr-defined]
    world.store.totals.decide(CONNECTION, [FLOW])
    world.run_id = "r2"
    assert world.push("invoice") == {"invoice": {"created": 2}}


ROUNDED = {"on_other_total": "add a rounding line", "rounding_product": "307009"}


@pytest.mark.case("M13d")
def test_a_line_takes_the_cents_where_that_was_decided(world: World) -> None:
    choose(world, **ROUNDED)
    find(world, *range(5501, 5506))
    world.push("invoice")
    assert {one["TotalAmt"] for one in posted(world)} == {Decimal("9.63")}
    assert posted(world)[0]["Line"][1:] == [
        {
            "Description": "Rounding",
            "Amount": -CENT,
            "DetailType": "SalesItemLineDetail",
            "SalesItemLineDetail": {
                "ItemRef": {"value": world.link("product", "307009")},
                "TaxCodeRef": {"value": "NON"},
            },
        }
    ]
    assert (len(posted(world)), world.left("invoice")) == (5, {})


@pytest.mark.case("M13d")
@pytest.mark.parametrize("step", ["intent saved", "answer received", "link saved"])
def test_a_worker_that_dies_leaves_one_rounding_line_all_the_same(world: World, step: str) -> None:
    choose(world, **ROUNDED)
    find(world, 5501)
    for nth in (1, 2):
        reached = {"times": 0}

        def die(at: str, nth: int = nth, reached: dict[str, int] = reached) -> None:
            reached["times"] += at == step
            if at == step and reached["times"] == nth:
                raise KilledError

        world.checkpoint = die
        try:
            world.push("invoice")
        except KilledError:
            world.run_id = f"r{nth + 1}"
    world.checkpoint = lambda _step: None
    world.run_id = "r9"
    world.push("invoice")
    assert [len(one["Line"]) for one in posted(world)] == [2]
    assert (posted(world)[0]["TotalAmt"], world.left("invoice")) == (Decimal("9.63"), {})


@pytest.mark.case("M33b")
def test_where_plans_are_approved_a_rounding_line_is_one(world: World) -> None:
    choose(world, **ROUNDED, approve_before_post=[FLOW])
    find(world, 5501)
    lines = []
    for number in (1, 2, 3):
        world.run_id = f"r{number}"
        world.push("invoice")
        lines.append([len(one["Line"]) for one in posted(world)])
        approve(world, "5501")
    assert lines == [[], [1], [2]]
    assert (posted(world)[0]["TotalAmt"], world.left("invoice")) == (Decimal("9.63"), {})


def approve(world: World, record_id: str) -> None:
    """Approve a plan as it is kept by now."""
    store = world.store
    [plan] = store.plans.read_many(CONNECTION, world.run().scope, FLOW, [record_id]).values()
    store.pending.approve(CONNECTION, FLOW, record_id, str(plan.content_hash))


@pytest.mark.case("M13e")
def test_what_is_larger_than_rounding_is_listed_and_stops_its_kind(world: World) -> None:
    choose(world, **ROUNDED)
    world.quickbooks.off = Decimal("0.50")  # type: ignore[attr-defined]
    find(world, *range(5501, 5506))
    assert world.push("invoice") == {"invoice": {"posted with difference": 3, "waiting": 2}}
    assert {len(one["Line"]) for one in posted(world)} == {1}


@pytest.mark.case("M13f")
def test_a_rounding_line_that_quickbooks_does_not_take_leaves_the_entry(world: World) -> None:
    find(world, 5501)
    world.push("invoice")
    world.quickbooks.edit("Invoice", posted(world)[0]["Id"], Balance=Decimal(0))
    choose(world, **ROUNDED)
    find(world, 5501, comments="Side door")
    world.run_id = "r2"
    world.push("invoice")
    assert "QuickBooks calculated 9.64" in told(world, "5501")
    assert "paid or credited" in told(world, "5501")
    assert len(posted(world)[0]["Line"]) == 1


@pytest.mark.case("M13g")
def test_whether_quickbooks_obeys_a_sent_tax_is_remembered_for_the_company(world: World) -> None:
    assert world.store.totals.override_obeyed(CONNECTION) is None
    find(world, 5501)
    world.push("invoice")
    assert world.store.totals.override_obeyed(CONNECTION) is False


def changed(world: World, total: str) -> ChangeData:
    """Return what QuickBooks tells once somebody gave the first invoice this total."""
    row = posted(world)[0] | {"TotalAmt": Decimal(total)}
    return ChangeData(records={"Invoice": [row]}, deleted={}, time=NOON, truncated=False)


@pytest.mark.case("M13h")
def test_a_total_that_is_corrected_in_quickbooks_leaves_the_worklist_by_itself(
    world: World,
) -> None:
    find(world, 5501)
    world.push("invoice")
    assert settle(CONNECTION, changed(world, "9.65"), world.store) == 0
    assert world.left("invoice") == {"5501": "deleted"}
    assert settle(CONNECTION, changed(world, "9.63"), world.store) == 1
    assert (world.left("invoice"), world.store.totals.undecided(CONNECTION, FLOW)) == ({}, [])
