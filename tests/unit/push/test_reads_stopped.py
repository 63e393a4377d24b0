from datetime import datetime

import pytest

from connector.entities.registry import BY_ENTITY
from connector.errors import ReadsStoppedError
from connector.model.outcomes import Outcome
from connector.model.pending import PendingState
from connector.push.worker import push
from tests.builders import CONNECTION, a_customer, an_invoice
from tests.unit.undo.world import NO_TAX, World

STOPPED = "QuickBooks is not read any more before the month ends."


def stop_reads(kind: str) -> None:
    """Stop what is metered, as the budget does."""
    if kind == "metered":
        raise ReadsStoppedError(STOPPED)


@pytest.mark.case("B6")
def test_everything_that_needs_no_read_is_posted_while_reads_are_stopped() -> None:
    world = World()
    for number in range(5):
        own = f"70001{number}"
        world.mobiwork.put(
            a_customer(own, companyName=f"Known {number}", externalCustomerId=f"{number + 40},QBO")
        )
        world.mobiwork.put(an_invoice(f"552{number}", **NO_TAX, customerId=own))
        world.mobiwork.put(an_invoice(f"553{number}", **NO_TAX))
    world.books.gate = stop_reads

    world.run("r1")

    assert len(world.books.all("Invoice")) == 6, "those of the customer that was just created"
    assert len(world.books.all("Payment")) == 1
    waits = world.store.pending.read_many(CONNECTION, "push_customers", ["700010"])["700010"]
    assert (waits.state, waits.reason) == (PendingState.WAITING, STOPPED)


@pytest.mark.parametrize(
    ("now", "again"),
    [
        ("2026-11-30T22:10:00+00:00", "2026-12-01T00:00:00+00:00"),
        ("2026-12-31T20:00:00-05:00", "2027-01-01T20:00:00-05:00"),
        ("2026-12-31T18:59:00-05:00", "2027-01-01T00:00:00+00:00"),
        ("2026-11-12T22:10:00+00:00", "2026-11-13T22:10:00+00:00"),
    ],
)
def test_what_waits_for_a_read_is_planned_again_when_the_month_turns_or_after_a_day(
    now: str, again: str
) -> None:
    world = World()
    world.mobiwork.put(a_customer(externalCustomerId="41,QBO"))
    world.books.gate = stop_reads
    world.look()
    push(BY_ENTITY["customer"], world.run_of("r1", now=lambda: datetime.fromisoformat(now)))
    waits = world.store.pending.read_many(CONNECTION, "push_customers", ["700001"])["700001"]
    assert waits.not_before is not None
    assert datetime.fromisoformat(waits.not_before) == datetime.fromisoformat(again)


def test_what_waited_for_a_read_is_posted_once_reads_go_on() -> None:
    world = World()
    world.books.client.create("Customer", {"DisplayName": "Blue Heron Plumbing"}, requestid="q")
    world.mobiwork.put(a_customer(externalCustomerId="1,QBO"))
    world.books.gate = stop_reads
    world.run("r1")
    told = list(world.store.runs.outcomes(CONNECTION, "r1", "push_customers"))
    assert [one.outcome for one in told] == [Outcome.WAITING]

    world.books.gate = lambda _kind: None
    world.store.pending.replay(CONNECTION, "push_customers", "700001")
    world.run("r2")

    told = list(world.store.runs.outcomes(CONNECTION, "r2", "push_customers"))
    assert [one.outcome for one in told] == [Outcome.LINKED]
