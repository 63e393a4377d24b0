"""Which of the records that were left out are planned again once settings are saved.

A company may have left out all its documents of before its start date: they are planned in memory,
page by page, and only those that are not left out any more, or for another reason, are work.
"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import NoReturn

from connector.engine.run import Run
from connector.engine.stores import Store
from connector.entities.registry import PUSH_NAMED
from connector.errors import ConfigurationError
from connector.model.ids import ConnectionId, FlowName, RecordId
from connector.model.pending import NewItem
from connector.model.plans import Skip
from connector.push.load import outlook

PAGE = 100


def planning(connection_id: ConnectionId, store: Store, connected_on: date | None) -> Run:
    """Return a run that only plans, and calls nobody for it."""
    return Run(
        connection_id,
        "settings",
        open_quickbooks=_no_call,
        store=store,
        connected_on=connected_on,
        dry_run=True,
    )


def replay_left_out(run: Run, flow: FlowName, out_of_time: Callable[[], bool]) -> bool:
    """Make what is not left out any more pending again; tell whether all of it was looked at."""
    connection_id, store = run.connection_id, run.store
    known = store.settings.read_company(connection_id) is not None
    after = ""
    while page := store.left_out.read_page(connection_id, flow, after=after, most=PAGE):
        after = page[-1].record_id
        stay = _left_out_as_before(run, flow, page) if known and flow in PUSH_NAMED else set()
        again = [one.record_id for one in page if one.record_id not in stay]
        store.left_out.replay_some(connection_id, flow, again)
        if out_of_time():
            return False
    return True


def _left_out_as_before(run: Run, flow: FlowName, page: Sequence[NewItem]) -> set[RecordId]:
    """Return those that are left out for the reason that they were left out for."""
    items = [one.as_item(run.connection_id, flow) for one in page]
    reasons = run.store.left_out.read_many(run.connection_id, flow, [one.record_id for one in page])
    planned, _ = outlook(PUSH_NAMED[flow], run, items, {})
    return {
        one.work.item.record_id
        for one in planned
        if isinstance(one.plan, Skip)
        and one.plan.left_out
        and one.plan.reason == reasons[one.work.item.record_id].reason
    }


def _no_call() -> NoReturn:
    raise ConfigurationError("Planning what was left out calls nobody.")
