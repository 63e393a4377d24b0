"""What somebody changes in QuickBooks after the post is an entry, until it is as posted again."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from connector.changes.documents import shown
from connector.changes.documents.parties import Exists, asking, taken_to_exist
from connector.changes.enqueue import put_merges
from connector.entities.registry import BY_ENTITY, PULL_NAMED
from connector.errors import RejectedError, RemoteDownError
from connector.model.body import Json
from connector.model.cursor import MergedRecord
from connector.model.links import Link
from connector.model.outcomes import Outcome, RecordOutcome
from connector.model.pending import PendingItem
from connector.quickbooks.responses import ChangeData
from tests.builders import CONNECTION, a_customer, a_payment, a_product, an_invoice
from tests.unit.engine.world import World
from tests.unit.entities.purchases.buying import a_vendor, an_expense, buying_settings

UPDATED = RecordOutcome(
    run_id="r2", flow="push_invoices", record_id="5501", outcome=Outcome.UPDATED, label=""
)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def world() -> World:
    """An invoice of 9.63 and its payment are in QuickBooks."""
    world = World()
    world.find(a_customer(), a_product(), an_invoice(), a_payment())
    world.push("customer", "product", "invoice", "payment")
    return world


def buy(world: World) -> None:
    """Post an expense of a vendor, too."""
    world.save(buying_settings())
    world.find(a_vendor(), an_expense(vendorId="51001"))
    assert world.push("vendor", "expense")["expense"] == {"created": 1}


def changed(world: World, target: str, exists: Exists = taken_to_exist, **members: Any) -> None:
    """Let a look see what a person made of a document."""
    row = {**world.quickbooks.records[target][0], **members}
    rows = {target: [row]}
    changes = ChangeData(records=rows, deleted={}, time=NOON, truncated=False)
    shown.note(CONNECTION, changes, world.store, exists)


def entries(world: World, source: str) -> list[PendingItem]:
    return list(world.store.pending.worklist(CONNECTION, BY_ENTITY[source].name))


@pytest.mark.case("M8c")
@pytest.mark.parametrize(
    ("source", "members", "told"),
    [
        ("invoice", {"TotalAmt": 12.00}, "Its total was 9.63 and is 12.00 now."),
        ("invoice", {"TxnDate": "2025-10-02"}, "Its date was 2025-11-02 and is 2025-10-02 now."),
        ("payment", {"TotalAmt": 9, "UnappliedAmt": 0}, "Its total was 9.63 and is 9.00 now."),
        ("payment", {"UnappliedAmt": 9.63}, "9.63 of it was applied to its invoice and is not"),
        ("payment", {"TotalAmt": 20, "UnappliedAmt": 20}, "9.63 of it was applied to its invoice"),
    ],
)
def test_what_is_changed_in_quickbooks_is_an_entry_with_both_figures_until_it_is_taken_back(
    world: World, source: str, members: dict[str, Any], told: str
) -> None:
    target = BY_ENTITY[source].target
    changed(world, target, **members)
    [entry] = entries(world, source)
    assert told in (entry.reason or "")
    world.run_id = "r2"
    world.find(a_customer(), a_product(), an_invoice(comments="x"), a_payment())
    assert world.push("invoice", "payment")["payment"] == {}
    assert entries(world, source) == [entry]
    changed(world, target)
    assert entries(world, source) == []


NINE = {"value": "9"}
GREY = NINE | {"name": "Grey Owl"}


@pytest.mark.case("M8d")
@pytest.mark.parametrize(
    ("source", "members", "told"),
    [
        ("invoice", {"CustomerRef": GREY}, "customer was Blue Heron Plumbing and is Grey Owl"),
        ("payment", {"CustomerRef": GREY}, "customer was Blue Heron Plumbing and is Grey Owl"),
        ("invoice", {"CustomerRef": NINE}, "customer was Blue Heron Plumbing and is Customer 9"),
        ("invoice", {"TxnTaxDetail": {"TotalTax": 0.5}}, "sales tax was 0.63 and is 0.50"),
        ("invoice", {"TxnTaxDetail": {}}, "sales tax was 0.63 and is 0.00"),
        ("expense", {"EntityRef": NINE}, "vendor was Tampa Plumbing Supply and is Vendor 9"),
    ],
)
def test_another_party_or_tax_in_quickbooks_is_an_entry_with_both_until_it_is_taken_back(
    world: World, source: str, members: dict[str, Any], told: str
) -> None:
    target = BY_ENTITY[source].target
    if source == "expense":
        buy(world)
    changed(world, target, **members)
    [entry] = entries(world, source)
    assert f"Its {told} now." in (entry.reason or "")
    changed(world, target)
    assert entries(world, source) == []


@pytest.mark.case("M8d")
@pytest.mark.parametrize("followed", [False, True], ids=["waits to be followed", "was followed"])
def test_a_document_of_a_customer_who_was_merged_there_has_not_moved(
    world: World, followed: bool
) -> None:
    merged = MergedRecord(entity="Customer", loser="1", survivor="9")
    if followed:
        world.store.merged_records.follow(CONNECTION, merged, None)
    else:
        world.store.merged_records.note(CONNECTION, merged)
        put_merges(CONNECTION, [PULL_NAMED["pull_customers"]], world.store)
    changed(world, "Invoice", CustomerRef=GREY)
    assert entries(world, "invoice") == []
    changed(world, "Invoice", CustomerRef={"value": "8"})
    assert len(entries(world, "invoice")) == 1


@pytest.mark.case("M8d")
def test_a_chain_of_merges_of_which_each_is_known_otherwise_is_gone_through(world: World) -> None:
    kept, pull = world.store.merged_records, PULL_NAMED["pull_customers"]
    kept.note(CONNECTION, MergedRecord(entity="Customer", loser="2", survivor="3"))
    put_merges(CONNECTION, [pull], world.store)
    kept.follow(CONNECTION, MergedRecord(entity="Customer", loser="1", survivor="2"), None)
    kept.note(CONNECTION, MergedRecord(entity="Customer", loser="3", survivor="9"))
    changed(world, "Invoice", CustomerRef=GREY)
    assert entries(world, "invoice") == []


@pytest.mark.case("M8d")
def test_however_many_were_merged_a_document_reads_only_those_it_went_through(
    world: World,
) -> None:
    kept = world.store.merged_records
    for one in range(100, 400):
        merged = MergedRecord(entity="Customer", loser=str(one), survivor="8")
        kept.follow(CONNECTION, merged, None)
    kept.follow(CONNECTION, MergedRecord(entity="Customer", loser="1", survivor="9"), None)
    asked: list[list[str]] = []
    survivors = kept.survivors

    def counted(connection_id: str, entity: str, losers: Any) -> Any:
        asked.append(list(losers))
        return survivors(connection_id, entity, losers)

    kept.survivors = counted  # type: ignore[method-assign]
    changed(world, "Invoice", CustomerRef=GREY)
    assert (entries(world, "invoice"), asked) == ([], [["1", "9"], ["9"]])


@pytest.mark.case("M8d")
@pytest.mark.parametrize(
    ("source", "member"), [("invoice", "CustomerRef"), ("payment", "CustomerRef")]
)
def test_who_is_gone_from_quickbooks_was_merged_whatever_tells_of_it_and_when(
    world: World, source: str, member: str
) -> None:
    merged_away: list[str] = []

    def query(statement: str) -> list[Json]:
        merged_away.append(statement)
        return []

    changed(world, BY_ENTITY[source].target, asking(query), **{member: GREY})
    assert entries(world, source) == []
    assert merged_away == ["SELECT * FROM Customer WHERE Id IN ('1') AND Active IN (true, false)"]


@pytest.mark.case("M8d")
@pytest.mark.parametrize("refused", [False, True])
def test_who_is_still_there_or_cannot_be_asked_about_was_not_merged(
    world: World, refused: bool
) -> None:
    asked: list[str] = []

    def query(statement: str) -> list[Json]:
        asked.append(statement)
        if refused:
            raise RejectedError("No.", code="4001")
        return [{"Id": "1", "Active": False}]

    exists = asking(query)
    changed(world, "Invoice", exists, CustomerRef=GREY)
    changed(world, "Payment", exists, CustomerRef=GREY)
    assert (len(entries(world, "invoice")), len(entries(world, "payment"))) == (1, 1)
    assert len(asked) == 1


@pytest.mark.case("M8d")
def test_what_could_not_be_told_for_want_of_an_answer_is_told_at_the_next_look(
    world: World,
) -> None:
    def no_answer(_statement: str) -> list[Json]:
        raise RemoteDownError("QuickBooks does not answer.")

    with pytest.raises(RemoteDownError):
        changed(world, "Invoice", asking(no_answer), CustomerRef=GREY)
    changed(world, "Invoice", CustomerRef=GREY)
    assert len(entries(world, "invoice")) == 1


@pytest.mark.case("M8d")
def test_an_expense_of_a_vendor_who_was_merged_there_has_not_moved(world: World) -> None:
    buy(world)
    changed(world, "Purchase", asking(lambda _statement: []), EntityRef=GREY)
    assert entries(world, "expense") == []


@pytest.mark.case("M8d")
@pytest.mark.parametrize("on", [False, True], ids=["the pull is off", "the pull is on"])
def test_a_merge_of_vendors_is_followed_once_their_pull_is_on(world: World, on: bool) -> None:
    buy(world)
    vendor = world.link("vendor", "51001")
    merged = MergedRecord(entity="Vendor", loser=str(vendor), survivor="9")
    world.store.merged_records.note(CONNECTION, merged)
    put_merges(CONNECTION, [PULL_NAMED["pull_vendors"]] if on else [], world.store)
    assert world.store.merged_records.noted(CONNECTION) == ([] if on else [merged])
    changed(world, "Purchase", EntityRef=GREY)
    assert entries(world, "expense") == []


@pytest.mark.case("M8d")
@pytest.mark.parametrize(
    ("source", "members"),
    [
        ("invoice", {"TxnTaxDetail": {"TotalTax": 0.63}, "SyncToken": "4"}),
        ("expense", {"EntityRef": {}}),
    ],
)
def test_the_same_tax_and_a_payee_that_quickbooks_drops_are_no_change(
    world: World, source: str, members: dict[str, Any]
) -> None:
    if source == "expense":
        buy(world)
    changed(world, BY_ENTITY[source].target, **members)
    assert entries(world, source) == []


@pytest.mark.case("M8d")
def test_what_we_change_ourselves_is_not_told_as_changed_there(world: World) -> None:
    own = world.store.links.read(CONNECTION, "invoice", "5501")
    assert isinstance(own, Link)
    world.store.links.save(CONNECTION, replace(own, tax=Decimal("0.50")), UPDATED, before=own)
    changed(world, "Invoice", TxnTaxDetail={"TotalTax": 0.5})
    assert entries(world, "invoice") == []


@pytest.mark.case("M8c")
def test_what_a_person_has_seen_of_it_is_not_told_again(world: World) -> None:
    changed(world, "Invoice", TotalAmt=12)
    world.store.pending.close(entries(world, "invoice")[0])
    changed(world, "Invoice", TotalAmt=12)
    assert entries(world, "invoice") == []


@pytest.mark.case("M8c")
@pytest.mark.parametrize(
    "members", [{"Balance": 0, "SyncToken": "4"}, {"TotalAmt": 0, "PrivateNote": "Voided"}]
)
def test_what_is_paid_or_void_is_not_told_as_changed(world: World, members: dict[str, Any]) -> None:
    changed(world, "Invoice", **members)
    assert entries(world, "invoice") == []
