"""Histories of documents that were sent, and of the worker that never heard the answer."""

import pytest

from connector.errors import RejectedError
from connector.push import load
from connector.push.matching import same_record, sent
from tests.fakes import Record
from tests.simulation import invoices, payments, pieces
from tests.simulation.history import History, replaced, until
from tests.simulation.invoices import INVOICES
from tests.simulation.schedules import Schedule
from tests.simulation.steps import Fault
from tests.simulation.world import FORGETS, KNOWS, World, only

DAY = 86_400


def _killed_before_the_link(world: World, flows: tuple[str, ...], links: int) -> None:
    """Let a worker die between an answer and its link, after so many links."""
    worker = world.worker(flows)
    for _ in range(links):
        until(worker, "links.save")
        worker.go(1)
    until(worker, "links.save")
    worker.kill()
    world.clock.advance(60)


def its_customer_merged_before_the_link() -> list[str]:
    """A payment is posted, its customer merged; its invoice still names the one that vanished."""
    world = payments.scene(FORGETS)
    _killed_before_the_link(world, payments.FLOWS, links=1)
    for entity in ("Invoice", "Payment"):
        for one in world.quickbooks.records[entity]:
            world.quickbooks.edit(entity, one["Id"], CustomerRef={"value": "62"})
    world.comes_to_rest(*payments.FLOWS)
    return payments.violations(world, Schedule(FORGETS, 1))


def its_date_changed_before_the_link() -> list[str]:
    """An invoice is posted, and the accountant gives it another date."""
    world = invoices.scene(FORGETS)
    _killed_before_the_link(world, invoices.FLOWS, links=0)
    (posted,) = world.quickbooks.records["Invoice"]
    world.quickbooks.edit("Invoice", posted["Id"], TxnDate="2025-11-30")
    world.comes_to_rest(*invoices.FLOWS)
    return invoices.violations(world, Schedule(FORGETS, 1))


def refused_when_it_is_sent_again() -> list[str]:
    """A post is carried out late, after QuickBooks refused its repetition for something else."""
    world = invoices.scene(KNOWS)
    fault = Fault("late", INVOICES.alone().index("quickbooks.create") + 1)

    def refuses(_entity: str, _body: Record) -> None:
        world.quickbooks.before = lambda _entity, _body: None
        raise RejectedError("An account is being merged.", code="6000")

    world.quickbooks.before = refuses
    world.worker(invoices.FLOWS, only(fault)).go()
    world.comes_to_rest(*invoices.FLOWS)
    world.clock.advance(DAY)
    world.comes_to_rest(*invoices.FLOWS)
    return invoices.violations(world, Schedule(KNOWS, 1))


def a_worker_dies_between_two_pieces() -> list[str]:
    """MobiWork has the first part of a payment, with the external id of the whole; a push comes."""
    world = pieces.scene(FORGETS)
    worker = world.worker(pieces.FLOWS[:1])
    until(worker, "mobiwork.add")
    until(worker, "links.save")
    worker.kill()
    world.clock.advance(60)
    world.look()
    world.worker(pieces.FLOWS[1:]).go()
    world.comes_to_rest(*pieces.FLOWS)
    return pieces.violations(world, Schedule(FORGETS, 1))


def _any_record_may_be_the_whole(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(load, "_unless_shown", lambda _run, one: one)
    patch.setattr(same_record, "check", lambda *_, **__: None)


SENT: dict[str, History] = {
    "X2": History(a_worker_dies_between_two_pieces, _any_record_may_be_the_whole),
    "its customer merged before the link": History(
        its_customer_merged_before_the_link, replaced(sent, "_moved", lambda *_: [])
    ),
    "its date changed before the link": History(
        its_date_changed_before_the_link, replaced(sent, "_moved", lambda *_: [])
    ),
    "refused when it is sent again": History(
        refused_when_it_is_sent_again, replaced(sent, "ARRIVES", 0)
    ),
}
