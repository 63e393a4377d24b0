"""Undoing a run, page by page: previewed first, then carried out as far as nothing has changed."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import batched

from connector.engine.run import Run
from connector.errors import ConfigurationError
from connector.model.body import Body
from connector.model.outcomes import RecordOutcome, Sum
from connector.model.undoing.undo import (
    UNDOABLE_IN,
    UndoEntry,
    Undoing,
    UndoState,
    UndoStep,
    UndoWay,
    added_up,
)
from connector.observability import logger
from connector.undo.carrying_out import carry_out
from connector.undo.entries import ORDER, PLACE
from connector.undo.needed import Needed
from connector.undo.planning import is_undoable, undo_entries
from connector.undo.rules import Other

PAGE = 50


@dataclass(frozen=True)
class UndoReport:
    """How far it is; `more` asks to be called again.

    state: of the undoing.
    """

    state: UndoState
    more: bool

    def as_json(self) -> Body:
        """Return it as it travels through the state machine."""
        return {"state": self.state.value, "more": self.more}


def undo(run: Run) -> UndoReport:
    """Go on with what was asked: the preview, or carrying it out.

    Raises:
        ConfigurationError: nobody asked for it.
        RetriableError: a side does not answer; what was done is kept.
    """
    run.at_work = "undo"
    undoing = run.store.undos.read(run.connection_id, str(run.about))
    if undoing is None:
        raise ConfigurationError(f"Nobody asked to undo the run {run.about}.")
    if undoing.job != run.run_id:
        return UndoReport(undoing.state, more=False)
    if undoing.state is UndoState.PREVIEWING:
        return _preview(run, undoing)
    if undoing.state is UndoState.UNDOING:
        return _carry_out(run, undoing)
    return UndoReport(undoing.state, more=False)


def _preview(run: Run, undoing: Undoing) -> UndoReport:
    """Plan what is left; what was undone before stays in sight unless it is to be undone again."""
    if undoing.reached is None:
        run.store.undos.clear(run.connection_id, undoing.run_id)
    planned = list(_entries(run, undoing.run_id))
    done = {entry.key: entry for entry in planned if entry.step is UndoStep.DONE}
    ours = {one for entry in planned for one in _taken_back(entry)}
    needed = Needed(run, ours)
    sums = dict(undoing.sums) if undoing.reached else added_up(done.values())
    for page in _pages(run, undoing):
        planning = undo_entries(run, undoing.run_id, page, needed)
        entries = [one for one in planning if one.key not in done or one.way is not UndoWay.KEEP]
        run.store.undos.put(run.connection_id, undoing.run_id, entries)
        ours |= {one for entry in entries for one in _taken_back(entry)}
        sums = _plus(sums, added_up(entries))
        undoing = replace(undoing, reached=_place(page[-1]), sums=sums)
        run.store.undos.save(run.connection_id, undoing)
        if run.out_of_time():
            return UndoReport(undoing.state, more=True)
    sums = added_up(_entries(run, undoing.run_id))
    previewed = replace(undoing, state=UndoState.PREVIEWED, reached=None, sums=sums)
    run.store.undos.save(run.connection_id, previewed)
    return UndoReport(previewed.state, more=False)


def _pages(run: Run, undoing: Undoing) -> Iterator[list[RecordOutcome]]:
    """Yield what the run may have written, in the order of undoing, from where it stopped."""
    for flow in ORDER:
        told = run.store.runs.outcomes(run.connection_id, undoing.run_id, flow)
        after = undoing.reached or ""
        wanted = (one for one in told if is_undoable(one) and _place(one) > after)
        yield from map(list, batched(wanted, PAGE, strict=False))


def _place(told: RecordOutcome) -> str:
    return f"{PLACE[told.flow]:03}#{told.record_id}"


def _taken_back(entry: UndoEntry) -> Iterator[Other]:
    if entry.way is UndoWay.DELETE:
        yield entry.target, entry.quickbooks_id


def _entries(run: Run, run_id: str) -> Iterator[UndoEntry]:
    after: str | None = None
    while page := run.store.undos.page(run.connection_id, run_id, after=after, limit=PAGE):
        yield from page
        after = page[-1].key


def _carry_out(run: Run, undoing: Undoing) -> UndoReport:
    """Carry out what is left, in order; ends early when the connection is closed meanwhile."""
    undos, after, needed = run.store.undos, undoing.reached, Needed(run)
    while page := undos.page(run.connection_id, undoing.run_id, after=after, limit=PAGE):
        if run.store.connections.phase(run.connection_id) not in UNDOABLE_IN:
            return UndoReport(undoing.state, more=False)
        for entry in page:
            if run.out_of_time():
                return UndoReport(undoing.state, more=True)
            carry_out(run, undoing, entry, needed)
        after = page[-1].key
        undoing = replace(undoing, reached=after)
        undos.save(run.connection_id, undoing)
    sums = added_up(_entries(run, undoing.run_id))
    done = replace(undoing, state=UndoState.DONE, reached=None, sums=sums)
    undos.save(run.connection_id, done)
    logger.info("run undone", undone=undoing.run_id, counts={n: s.count for n, s in sums.items()})
    return UndoReport(done.state, more=False)


def _plus(sums: dict[str, Sum], more: dict[str, Sum]) -> dict[str, Sum]:
    added = dict(sums)
    for name, one in more.items():
        before = added.get(name, Sum())
        known = [worth for worth in (before.worth, one.worth) if worth is not None]
        added[name] = Sum(before.count + one.count, sum(known[1:], known[0]) if known else None)
    return added
