"""What the office typed for who was merged into our customer, or on a job of his, is ours too."""

from typing import Any

import pytest

from connector.model.cursor import MergedRecord
from tests.builders import CONNECTION, a_payment, an_invoice
from tests.unit.changes.test_doubled_documents import entries, told
from tests.unit.engine.world import World
from tests.unit.push.test_typed_there import outcomes, with_an_invoice

OTHER = {"CustomerRef": {"value": "4711", "name": "Blue Heron"}, "TotalAmt": 9.63}
TYPED = (
    ("invoice", an_invoice("5502"), ("Invoice", {"TxnDate": "2025-11-03", "DocNumber": "7"})),
    ("invoice", an_invoice("5502"), ("SalesReceipt", {"TxnDate": "2025-11-03"})),
    ("payment", a_payment(), ("Payment", {"TxnDate": "2025-11-10", "UnappliedAmt": 9.63})),
)


def merged(world: World, loser: str, survivor: str) -> None:
    world.store.merged_records.note(
        CONNECTION, MergedRecord(entity="Customer", loser=loser, survivor=survivor)
    )


def on_a_job(world: World, own: str) -> None:
    world.store.parents.keep(CONNECTION, "Customer", {"4711": "4710", "4710": own})


def on_a_job_of_one_who_was_merged(world: World, own: str) -> None:
    world.store.parents.keep(CONNECTION, "Customer", {"4711": "4710"})
    merged(world, "4710", own)


def merged_into_ours(world: World, own: str) -> None:
    merged(world, "4711", own)


def both_merged(world: World, own: str) -> None:
    merged(world, "4711", "4712")
    merged(world, own, "4712")


def ours_is_his_job(world: World, own: str) -> None:
    world.store.parents.keep(CONNECTION, "Customer", {own: "4711"})


NEAR = (merged_into_ours, both_merged, on_a_job, on_a_job_of_one_who_was_merged, ours_is_his_job)


def he_has_the_same_parent(world: World, own: str) -> None:
    world.store.parents.keep(CONNECTION, "Customer", {"4711": "4710", own: "4710"})


def nothing_is_known(_world: World, _own: str) -> None:
    return


STRANGERS = (nothing_is_known, he_has_the_same_parent)


@pytest.fixture
def world() -> World:
    return with_an_invoice()


def row(members: dict[str, Any]) -> dict[str, Any]:
    return {"Id": "900", "SyncToken": "0", **OTHER, **members}


@pytest.mark.case("F5o")
@pytest.mark.parametrize(
    ("known", "outcome"),
    [(one, "waiting") for one in NEAR] + [(one, "created") for one in STRANGERS],
)
@pytest.mark.parametrize("case", TYPED, ids=["invoice", "receipt", "payment"])
def test_what_was_typed_for_one_who_was_merged_into_ours_or_on_a_job_of_his_alone_is_asked_about(
    world: World, known: Any, outcome: str, case: Any
) -> None:
    source, record, (target, members) = case
    told(world, target, row(members))
    known(world, world.link("customer", "700001"))
    assert outcomes(world, source, record) == {outcome: 1}


@pytest.mark.case("F5o")
@pytest.mark.parametrize("known", NEAR)
@pytest.mark.parametrize("target", ["Invoice", "SalesReceipt"])
def test_what_is_typed_so_after_the_same_was_posted_is_an_entry(
    world: World, known: Any, target: str
) -> None:
    known(world, world.link("customer", "700001"))
    told(world, target, row({"TxnDate": "2025-11-03"}))
    assert len(entries(world, "invoice")) == 1
