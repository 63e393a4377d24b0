"""Finishing a run: one report per flow, stored, measured and said once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import groupby

from connector.engine.run import Run
from connector.entities.registry import NAMES
from connector.jobs import refusals
from connector.jobs.against_plan import compare
from connector.jobs.report import summarize
from connector.model.body import Body
from connector.model.calls import Calls
from connector.model.control.budget import total
from connector.model.control.people import shown_caller
from connector.model.ids import made_at
from connector.model.outcomes import NATIVE, WRITTEN, Outcome, RecordOutcome, Tally
from connector.model.worklist.causes import from_words
from connector.observability import logger, measure
from connector.store import call_meter, connections, runs
from connector.store import reports as reports_kept
from connector.store.life import phases
from connector.store.records import cursors
from connector.store.runs import LONGEST_RUN
from connector.store.tracking import history

REMEMBERED = timedelta(days=30)
"""How long before the run that was before this one a run may have died that nobody took up."""
DIED = "The run died: its state machine ended before it could say so. Later runs went on."
LINKED = (Outcome.CREATED.value, Outcome.DIFFERENT.value, Outcome.LINKED.value)
"""Outcomes by which a record is linked that was not before."""
MEASURED = {
    "RecordsWritten": WRITTEN,
    "RecordsWaiting": (Outcome.WAITING,),
    "RecordsRefused": (Outcome.REFUSED,),
}
"""The metrics of a run, each with the outcomes that it counts in all flows."""


@dataclass(frozen=True)
class Finished:
    """How a run ended: the outcomes per flow, what went wrong besides, and why it ended early.

    run_id: the run.
    tallies: how many ended how, by flow.
    failures, note: as sentences; None where it came to its end.
    """

    run_id: str
    tallies: Mapping[str, Tally]
    failures: tuple[str, ...]
    note: str | None = None

    def as_json(self) -> Body:
        """Return it as the answer of the state machine."""
        return {
            "run_id": self.run_id,
            "reports": {flow: one.counts for flow, one in self.tallies.items()},
            "sums": {flow: one.as_json() for flow, one in self.tallies.items() if one.outcomes},
            "failures": list(self.failures),
            **({"note": self.note} if self.note else {}),
        }


def finish(run: Run) -> Finished:
    """Count the outcomes of each flow, store them, and say and measure them in a line each."""
    if run.dry_run:
        report = summarize(run.connection_id, run.scope, only=run.asked)
        reports_kept.save(replace(report, calls=0, rows=0))
        runs.finish(
            run.connection_id,
            run.run_id,
            tallies={},
            failures=list(run.failures),
            now=datetime.now(UTC),
            calls=_calls(run.connection_id, run.run_id),
        )
        return Finished(run.run_id, {}, run.failures)
    tallies = _tallies(run)
    reports = {name: one.counts for name, one in tallies.items()}
    note = _why_early(run)
    seconds = runs.finish(
        run.connection_id,
        run.run_id,
        tallies=tallies,
        failures=list(run.failures),
        now=datetime.now(UTC),
        note=note,
        calls=_calls(run.connection_id, run.run_id),
    )
    if any(Outcome.DIFFERENT.value in counts for counts in reports.values()):
        cursors.ask_for_taxes(run.connection_id)  # a tax may have changed in QuickBooks
    if any(Outcome.LINKED.value in counts for counts in reports.values()):
        _warn_of_native_connector(run)
    _report_plans(run, [name for name, counts in reports.items() if counts])
    _take_up_the_dead(run)
    _wake_children(run, reports)
    _keep_files(run, reports)
    logger.info("run finished", reports=reports, failures=list(run.failures), note=note)
    _measure(run, reports, seconds)
    return Finished(run.run_id, tallies, run.failures, note)


def _wake_children(run: Run, reports: Mapping[str, Mapping[str, int]]) -> None:
    """Let the next look start a run for what waited for records that this run linked.

    A whole run has come to it already, and whoever still waits then waits for another record.
    """
    if any(counts.get(one, 0) for counts in reports.values() for one in LINKED):
        shown, _ = run.store.worklist.read(run.connection_id)
        refusals.wake_children(run.connection_id, shown, run.store)


def _tallies(run: Run) -> dict[str, Tally]:
    """Add up the outcomes of each flow, all read at once, which they lie in by their flows."""
    by_flow = groupby(runs.outcomes(run.connection_id, run.run_id), key=lambda one: one.flow)
    found = {flow: _added_up(run, flow, list(told)) for flow, told in by_flow}
    return {name: found.get(name, Tally()) for name in NAMES}


def _added_up(run: Run, flow: str, told: list[RecordOutcome]) -> Tally:
    """Add up the outcomes of a flow; where its records stand and the worklist follow them all."""
    for one in told:
        _say(one)
    run.store.tracked.catch_up(run.connection_id, flow, told, now=run.now())
    run.store.worklist.mend(run.connection_id, flow, told)
    return Tally.of(told)


SAID = {*WRITTEN, Outcome.WAITING, Outcome.REFUSED}


def _say(one: RecordOutcome) -> None:
    """Log what became of a record, to be found by its number; names of people stay out of logs."""
    if one.outcome not in SAID:
        return
    known = {
        "number": one.about.number if one.about.day else None,
        "quickbooks_id": one.quickbooks_id,
        "amount": None if one.worth is None else float(one.worth),  # queries add up numbers
        "cause": None if one.outcome in WRITTEN else from_words(one.note),
    }
    said = {name: value for name, value in known.items() if value is not None}
    told = {"flow": one.flow, "record_id": one.record_id, "outcome": one.outcome.value}
    logger.info("record", extra={**told, **said})


def _keep_files(run: Run, reports: Mapping[str, Mapping[str, int]]) -> None:
    """Write the outcomes of each flow into a file for analysts, where there is a bucket for them.

    Raises:
        RemoteDownError: the bucket cannot be written; the run is recorded, and finished again.
    """
    if run.files is None:
        return
    for flow in (name for name, counts in reports.items() if counts):
        told = runs.outcomes(run.connection_id, run.run_id, flow)
        run.files.keep(run.connection_id, run.run_id, flow, told)


def _calls(connection_id: str, run_id: str) -> Calls:
    return total(call_meter.of_run(connection_id, run_id).values())


def _take_up_the_dead(run: Run) -> None:
    """End the runs that died long ago: what they told is followed and added up.

    The first run of a day does, for it reads all runs of a month; where that died itself, or still
    goes on, the next one.
    """
    long_ago = f"{run.now() - LONGEST_RUN:%Y%m%dT%H%M%S}"
    last, ended = history.before(run.connection_id, run.run_id) or (None, True)
    before = made_at(last or run.run_id) or run.now()
    same_day = before.date() == (made_at(run.run_id) or run.now()).date()
    if last is not None and ended and same_day:
        return
    begun = history.unfinished(run.connection_id, since=before - REMEMBERED)
    dead = [one for one in begun if one < min(long_ago, run.run_id)]
    for run_id in dead:
        died = replace(run, run_id=run_id, told=[])
        tallies = _tallies(died)
        calls = _calls(run.connection_id, run_id)
        runs.finish(
            run.connection_id,
            run_id,
            tallies=tallies,
            failures=[DIED],
            now=run.now(),
            calls=calls,
        )
        logger.warning("a run had died", died=run_id)


def _why_early(run: Run) -> str | None:
    """Say what a person did with the connection during the run, which ended it."""
    steps = () if run.goes_on() else phases.history(run.connection_id)
    if not steps:
        return None
    last = steps[-1]
    return (
        f"The run ended early: {shown_caller(last.by)} made the connection {last.phase} at "
        f"{last.at:%Y-%m-%d %H:%M} UTC. What was not done until then waits as it was."
    )


def _report_plans(run: Run, flows: Iterable[str]) -> None:
    """Add up what is planned; once that is carried out, hold what came of it against it."""
    if not run.only_plans:
        if reports_kept.read(run.connection_id, run.scope) is None:
            return
        compared = compare(run, flows)
        if not compared.outcomes:
            return
        if compared.unlike:
            logger.warning("outcomes differ from their plans", count=compared.unlike)
    reports_kept.save(summarize(run.connection_id, run.scope))


def _warn_of_native_connector(run: Run) -> None:
    """Say that MobiWork's own connector is at work when it has linked records (mission B12)."""
    linked = sum(
        item.outcome == Outcome.LINKED and NATIVE in (item.note or "")
        for item in runs.outcomes(run.connection_id, run.run_id)
    )
    if not linked:
        return
    if runs.is_first(run.connection_id, run.run_id):
        warning = (
            f"{linked} records were linked by MobiWork's own QuickBooks connector before. If it is "
            "still switched on, switch it off: two connectors would post the same documents."
        )
    else:
        warning = (
            f"MobiWork's own QuickBooks connector is still on: it linked {linked} records since "
            "the run before. Switch it off: two connectors post the same documents."
        )
    connections.warn(run.connection_id, warning)
    logger.warning("native connector found", linked=linked)


def _measure(run: Run, reports: Mapping[str, Mapping[str, int]], seconds: float) -> None:
    """Write one line of metrics; the counts by flow are in the line that says how the run ended."""
    counted = {
        name: sum(counts.get(one, 0) for counts in reports.values() for one in outcomes)
        for name, outcomes in MEASURED.items()
    }
    measure(
        {**counted, "FlowsFailed": len(run.failures), "RunSeconds": seconds},
        connection_id=run.connection_id,
        run_id=run.run_id,
    )
