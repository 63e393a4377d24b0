"""The pull engine: works through the pending items of one flow, QuickBooks to MobiWork."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import batched

from pydantic import BaseModel

from connector.errors import RETRY, SKIP, BeingSentError, Fix, RecordError, RetriableError
from connector.flow import Outcome, Refuse, Report, Skip, Wait
from connector.mobiwork.xml import RawRecord
from connector.pulling import (
    Add,
    Follow,
    Match,
    Merge,
    Part,
    Pull,
    PullPlan,
)
from connector.run import Run
from connector.store import left_out, links, pending, pulled, runs
from connector.store.links import Link
from connector.store.pending import Pending, PendingState
from connector.store.table import key
from connector.sync import adding
from connector.sync.adding import Addition, Unheard
from connector.sync.merging import Merging, Side, merge_record, save_link, would_write
from connector.sync.mobiwork_side import Readings, parse
from connector.sync.pull_page import PART, Planned, names_of, plan_page
from connector.sync.pull_plan import Names, capital
from connector.sync.steps import TRIES

PAGE = 50
SETTLE_ROUNDS = 3
SILENCES = 3
"""After so many unanswered calls in a row MobiWork counts as down for this invocation."""


def pull[R: BaseModel](flow: Pull[R], run: Run) -> Report:
    """Bring every pending item of `flow` to its outcome, or ask to be called again.

    Raises:
        ConnectionBrokenError: MobiWork does not accept the login any more.
    """
    engine = _Engine(flow, run)
    after = runs.progress(run.connection_id, run.run_id, flow.name)
    done = engine.work_through(pending.to_plan(run.connection_id, flow.name, after=after))
    if done:
        engine.plan_children_again()
        engine.settle_all()
    return Report(flow.name, not done, runs.counts(run.connection_id, run.run_id, flow.name))


@dataclass
class _Engine[R: BaseModel]:
    """One invocation: what is unsettled, who waits, and whether MobiWork answers."""

    flow: Pull[R]
    run: Run
    watched: list[tuple[str, Unheard, float]] = field(default_factory=list)
    children: list[str] = field(default_factory=list)
    listed: dict[str, Pending] = field(default_factory=dict)
    silences: int = 0
    down: str = ""

    @cached_property
    def names(self) -> Names:
        """By what MobiWork's records are recognised, read once."""
        return names_of(self.flow, self.run)

    @cached_property
    def readings(self) -> Readings:
        """What the push side is to know of what was written."""
        return Readings(self.run.connection_id, self.flow.push)

    def work_through(self, items: Iterable[Pending]) -> bool:
        """Work through all items; False when the time is up before the end."""
        for page in batched(items, PAGE, strict=False):
            if self.run.out_of_time():
                return False
            self._page(page)
            reached = page[-1].record_id
            runs.save_progress(self.run.connection_id, self.run.run_id, self.flow.name, reached)
        return True

    def plan_children_again(self) -> None:
        """Plan records that wait for others of the same flow, as long as one of them gets on."""
        before = len(self.children) + 1
        while self.children and len(self.children) < before and not self.run.out_of_time():
            before, children, self.children = len(self.children), self.children, []
            self._page(self._reread(children))

    def settle_all(self) -> None:
        """Bring additions of unknown outcome to their end, each after its time of watching."""
        for _ in range(SETTLE_ROUNDS):
            watched, self.watched = self.watched, []
            for record_id, unheard, since in watched:
                missing = since + unheard.seconds - self.run.clock()
                if self.down or self.run.out_of_time() or missing > self.run.remaining():
                    return
                if missing > 0:
                    self.run.sleep(missing)
                self._page(self._reread([record_id]), watched=unheard.claim)

    def _page(self, items: Sequence[Pending], watched: str = "") -> None:
        if not items:
            return
        try:
            planned = plan_page(self.flow, self.run, items, self.names)
        except RetriableError as error:
            self._heard_nothing(error)
            for item in items:
                self._put_off(item, item.label, str(error))
            return
        self.listed = self._listed(planned)
        for one in planned:
            self._one(one, watched)
        self.readings.save()

    def _listed(self, planned: Sequence[Planned]) -> dict[str, Pending]:
        """Return the readings of this page's MobiWork records that wait to be pushed."""
        found = (
            one.plan.mobiwork_id if isinstance(one.plan, Match) else one.mobiwork_id
            for one in planned
        )
        push = self.flow.push
        return pending.read_many(self.run.connection_id, push, found) if push else {}

    def _reread(self, record_ids: list[str]) -> list[Pending]:
        found = pending.read_many(self.run.connection_id, self.flow.name, record_ids)
        return list(found.values())

    def _one(self, planned: Planned, watched: str) -> None:
        """Bring one record to its outcome; what it is waits in the store whatever happens."""
        if self.down:
            self._put_off(planned.item, planned.label, self.down)
            return
        try:
            unheard = self._carry_out(planned, watched)
        except RecordError as error:
            self._refuse(planned.item, planned.label, str(error), error.fixes)
            return
        except RetriableError as error:
            if not isinstance(error, BeingSentError):
                self._heard_nothing(error)
            self._put_off(planned.item, planned.label, str(error))
            return
        self.silences = 0
        if unheard is not None:
            self.watched.append((planned.item.record_id, unheard, self.run.clock()))
            pending.hold(
                planned.item, PendingState.SENT, label=planned.label, reason=unheard.reason
            )
            self._note(planned.item, planned.label, Outcome.WAITING, unheard.reason)

    def _put_off(self, item: Pending, label: str, reason: str) -> None:
        """Leave a record for the next run, also one that had waited for others until now."""
        self._note(item, label, Outcome.WAITING, reason)
        if item.state == PendingState.WAITING:
            pending.replay(self.run.connection_id, self.flow.name, item.record_id)

    def _heard_nothing(self, error: RetriableError) -> None:
        self.silences += 1
        if self.silences >= SILENCES:
            self.down = self.down or str(error)

    def _carry_out(self, planned: Planned, watched: str) -> Unheard | None:
        match decided := planned.plan:
            case Add():
                return self._add(planned, decided, watched)
            case Match():
                self._join(planned, decided)
            case Merge():
                self._merge(planned, planned.mobiwork_id)
            case Part():
                self._write_part(planned, decided)
            case Follow():
                self._follow(planned, decided)
            case _:
                self._hold(planned, decided)
        return None

    def _hold(self, planned: Planned, decided: PullPlan) -> None:
        """Say why nothing is done with a record now."""
        match decided:
            case Skip():
                self._leave(planned, decided)
            case Wait():
                self._wait(planned, decided)
            case Refuse():
                self._refuse(planned.item, planned.label, decided.reason, decided.fixes)

    def _add(self, planned: Planned, decided: Add, watched: str) -> Unheard | None:
        own_id = planned.item.record_id
        work = Addition(self.flow, own_id, planned.there, planned.label, decided)
        if watched:
            unheard = adding.settle(self.run, work, watched, self.readings)
            if unheard is not None and unheard.failed:
                self._count_failure(planned, unheard)
        else:
            unheard = adding.add(self.run, work, self.readings)
        if unheard is None:
            self._close(planned.item)
        return unheard

    def _count_failure(self, planned: Planned, unheard: Unheard) -> None:
        """Count that MobiWork was asked, answered, and failed on the record once more.

        Raises:
            RecordError: it failed too often to be an accident.
        """
        if pending.count_try(planned.item) >= TRIES:
            raise RecordError(
                f"MobiWork failed on it {TRIES} times, though it answers otherwise: "
                f"{unheard.reason} See whether something about the record is odd, such as a "
                "strange character, and correct it in QuickBooks; or try again later. Nothing is "
                "added twice: MobiWork is asked for it first."
            )

    def _join(self, planned: Planned, decided: Match) -> None:
        """Link to a record that MobiWork has already, and merge what both hold."""
        own_id = planned.item.record_id
        begun = pulled.under_way(self.run.connection_id, self.flow.entity, [own_id])
        claim = begun.get(own_id, "")
        self._merge(planned, decided.mobiwork_id, native=decided.native, claim=claim)

    def _merge(
        self, planned: Planned, mobiwork_id: str, *, native: bool = False, claim: str = ""
    ) -> None:
        work = Merging(
            flow=self.flow,
            own_id=planned.item.record_id,
            there=planned.there,
            label=planned.label,
            mobiwork_id=mobiwork_id,
            link=planned.link if planned.mobiwork_id else None,
            native=native,
            claim=claim,
        )
        here = self._listed_side(work) or self._side(mobiwork_id)
        if here is None:
            self._suggest(planned, self._gone(planned, mobiwork_id))
            return
        merge_record(self.run, work, here, self.readings)
        self._close(planned.item)

    def _listed_side(self, work: Merging[R]) -> Side | None:
        """Return the record as the look read it, which does where nothing is to be written."""
        item = self.listed.get(work.mobiwork_id)
        if item is None or not item.record:
            return None
        raw = RawRecord(self.flow.entity, work.mobiwork_id, item.record)
        side = Side(raw, parse(self.flow, raw))
        return None if would_write(self.run, work, side) else side

    def _side(self, mobiwork_id: str) -> Side | None:
        raw = self.run.mobiwork.find(self.flow.entity, mobiwork_id)
        return None if raw is None else Side(raw, parse(self.flow, raw))

    def _gone(self, planned: Planned, mobiwork_id: str) -> str:
        return (
            f"{capital(planned.label)} was changed in QuickBooks, but {self.flow.entity} "
            f"{mobiwork_id} is not in MobiWork any more. Make it inactive in QuickBooks if nobody "
            "needs it; nothing was changed."
        )

    def _write_part(self, planned: Planned, decided: Part) -> None:
        """Write a record into the MobiWork record that it is a part of."""
        entity = self.flow.entity
        raw = self.run.mobiwork.find(entity, decided.mobiwork_id)
        if raw is None:
            self._suggest(planned, self._gone(planned, decided.mobiwork_id))
            return
        before = parse(self.flow, raw)
        changes = self.flow.part(planned.there, before)
        if changes:
            after = self.run.mobiwork.edit(entity, decided.mobiwork_id, changes)
            self.readings.wrote(after, parse(self.flow, after), before=before)
        own_id = planned.item.record_id
        link = Link(
            pk=key(self.run.connection_id, "link", f"{entity}{PART}"),
            sk=f"{decided.mobiwork_id}-{own_id}",
            target=self.flow.source,
            quickbooks_id=own_id,
            sync_token=str(planned.there.get("SyncToken", "0")),
            origin="pulled",
            run_id=self.run.run_id,
        )
        outcome = Outcome.UPDATED if changes else Outcome.UNCHANGED
        note = f"It is a part of {entity} {decided.mobiwork_id} in MobiWork."
        save_link(self.run, self.flow, link, outcome, label=planned.label, note=note)
        self._close(planned.item)

    def _follow(self, planned: Planned, decided: Follow) -> None:
        """Let the link of a merged record follow the survivor, also where that has its own."""
        loser, source = planned.item.record_id, self.flow.source
        owners = links.owners_of(self.run.connection_id, source, [loser, decided.survivor])
        if loser not in owners:
            self._note(planned.item, planned.label, Outcome.UNCHANGED, "It was not in MobiWork.")
            self._close(planned.item)
            return
        own, other = owners[loser], owners.get(decided.survivor, ("", ""))[1]
        if not pulled.follow(
            self.run.connection_id,
            own,
            target=source,
            loser=loser,
            survivor=decided.survivor,
            merged_into=other,
        ):
            raise BeingSentError(f"{own[0]} {own[1]} of MobiWork is being sent at this moment.")
        if other:
            self._suggest(planned, _merged(planned.label, own, other))
            return
        note = f"It was merged in QuickBooks; {own[0]} {own[1]} of MobiWork belongs to "
        self._note(
            planned.item, planned.label, Outcome.UPDATED, f"{note}{source} {decided.survivor} now."
        )
        self._close(planned.item)

    def _leave(self, planned: Planned, decided: Skip) -> None:
        if decided.tell and self._in_use(planned):
            self._suggest(planned, decided.reason)
            return
        self._note(planned.item, planned.label, Outcome.UNCHANGED, decided.reason)
        if decided.left_out:
            left_out.keep(planned.item, label=planned.label, reason=decided.reason)
        self._close(planned.item)

    def _in_use(self, planned: Planned) -> bool:
        raw = self.run.mobiwork.find(self.flow.entity, planned.mobiwork_id)
        return raw is not None and self.flow.enabled(parse(self.flow, raw))

    def _suggest(self, planned: Planned, reason: str) -> None:
        """Put a suggestion before a person; nothing is changed by itself."""
        self._note(planned.item, planned.label, Outcome.UNCHANGED, reason)
        pending.hold(
            planned.item, PendingState.DELETED, label=planned.label, reason=reason, fixes=(SKIP,)
        )

    def _wait(self, planned: Planned, decided: Wait) -> None:
        if not decided.references:
            self._put_off(planned.item, planned.label, decided.reason)
            return
        if any(one.entity == self.flow.source for one in decided.references):
            self.children.append(planned.item.record_id)
        self._note(planned.item, planned.label, Outcome.WAITING, decided.reason)
        pending.hold(planned.item, PendingState.WAITING, label=planned.label, reason=decided.reason)

    def _refuse(
        self, item: Pending, label: str, reason: str, fixes: Sequence[Fix] = (RETRY, SKIP)
    ) -> None:
        self._note(item, label, Outcome.REFUSED, reason)
        pending.hold(item, PendingState.REFUSED, label=label, reason=reason, fixes=fixes)

    def _close(self, item: Pending) -> None:
        pending.close(item)
        self.run.checkpoint("item closed")

    def _note(self, item: Pending, label: str, outcome: Outcome, reason: str) -> None:
        runs.record(
            self.run.connection_id,
            run_id=self.run.run_id,
            flow=self.flow.name,
            record_id=item.record_id,
            outcome=outcome,
            label=label,
            note=reason,
        )


def _merged(label: str, own: tuple[str, str], other: str) -> str:
    entity, mobiwork_id = own
    return (
        f"{capital(label)} was merged into another one in QuickBooks, but MobiWork "
        f"still has both ({entity} {mobiwork_id} and {other}). What is invoiced for either goes to "
        f"the one in QuickBooks. Move what is open to {entity} {other} in MobiWork and disable "
        f"{mobiwork_id}; its changes are not sent to QuickBooks any more."
    )
