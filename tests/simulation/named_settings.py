"""Histories of settings that are saved while a worker goes on by those of before."""

from datetime import datetime

from connector.errors import OPEN_SETTINGS
from connector.model.pending import PendingItem, PendingState
from tests.builders import CONNECTION
from tests.memory.kept import MemorySettings
from tests.simulation import invoices
from tests.simulation.history import History, replaced, until
from tests.simulation.invoices import INVOICES
from tests.simulation.schedules import Schedule
from tests.simulation.world import FORGETS, World

KEPT_OUT = {"invoice": ["Customer Invoiced"]}


def _left_out_late() -> World:
    """Return a world whose invoice was left out after settings were saved that want it."""
    world = invoices.scene(FORGETS)
    world.save_settings(invoice_statuses=["Paid"], left_out_statuses=KEPT_OUT)
    worker = world.worker(invoices.FLOWS)
    until(worker, "left_out.put_away")
    world.save_settings()
    worker.go()
    return world


def left_out_by_settings_of_before() -> list[str]:
    world = _left_out_late()
    world.clock.advance(1000)
    world.comes_to_rest(*invoices.FLOWS)
    return invoices.violations(world, Schedule(FORGETS, 1))


def asked_by_settings_of_before() -> list[str]:
    """A worker puts an invoice to a question that was answered meanwhile."""
    world = invoices.scene(FORGETS)
    world.save_settings(invoice_statuses=["Paid"], left_out_statuses={})
    worker = world.worker(invoices.FLOWS)
    until(worker, "pending.ask")
    world.save_settings()
    worker.go()
    world.clock.advance(1000)
    world.comes_to_rest(*invoices.FLOWS)
    wrong = invoices.violations(world, Schedule(FORGETS, 1))
    return wrong + ["it still waits for an answer"] * bool(_undecided(world))


def _undecided(world: World) -> list[object]:
    return list(world.store.pending.undecided(CONNECTION, invoices.FLOWS[0]))


def _done_at_once(
    kept: MemorySettings,
    connection_id: str,
    version: int,
    *,
    again_at: datetime | None = None,
    now: datetime | None = None,
) -> None:
    kept.replays.pop(connection_id, None)


def killed_before_it_was_sent_and_kept_out() -> list[str]:
    """It may have been sent; the status that keeps it from being sent again is wanted again."""
    before = INVOICES.alone().index("quickbooks.create") + 1
    return INVOICES.wrong(Schedule(FORGETS, before, killed=True, deed="its status left out"))


def _only_what_names_the_settings(item: PendingItem) -> bool:
    undecided = item.state is PendingState.UNDECIDED
    return undecided or any(fix.action == OPEN_SETTINGS.action for fix in item.fixes)


SETTINGS: dict[str, History] = {
    "left out by settings of before": History(
        left_out_by_settings_of_before, replaced(MemorySettings, "note_replayed", _done_at_once)
    ),
    "asked by settings of before": History(
        asked_by_settings_of_before, replaced(MemorySettings, "note_replayed", _done_at_once)
    ),
    "killed before it was sent, and kept out for a while": History(
        killed_before_it_was_sent_and_kept_out,
        replaced(PendingItem, "waits_for_settings", property(_only_what_names_the_settings)),
    ),
}
