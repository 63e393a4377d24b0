"""The push engine: works through the pending items of one flow, MobiWork to QuickBooks."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property, partial
from itertools import batched
from threading import Lock

from pydantic import BaseModel

from connector.engine.loop import Engine, OutcomeUnknown, Settled, ended
from connector.engine.run import MARGIN_SECONDS, Run
from connector.entities.compared_before import LastComparison
from connector.entities.registry import PULL_OF
from connector.entities.stock_moves import waiting_moves
from connector.errors import (
    OPEN_SETTINGS,
    KindStoppedError,
    RateLimitedError,
    ReadsStoppedError,
    RecordError,
    RemoteDownError,
    RetriableError,
)
from connector.model.body import Read
from connector.model.flows.push_flow import PushFlow
from connector.model.links import Intent, Link, Released
from connector.model.outcomes import Outcome, Report
from connector.model.pending import Hindrance, PendingItem, PendingState
from connector.model.plans import Adopt, Ask, Create, Plan, Refuse, Skip, Update, Wait
from connector.model.review.planned import PlannedRecord
from connector.model.totals import TotalDifference
from connector.model.worklist.causes import Kind
from connector.push import create
from connector.push.kept import plans as kept_plans
from connector.push.kept.warnings import warned
from connector.push.link import Work, refused
from connector.push.load import Prepared, prepare
from connector.push.matching import called_off
from connector.push.matching.typed_there import TypedThere, not_compared
from connector.push.money import totals
from connector.push.selection import items as chosen_items
from connector.push.selection import refuse_unpushed, wake_waiting
from connector.push.update import CHANGED, update
from connector.quickbooks.reading.linked_reads import LinkedReads

FORESEEN_TOGETHER = 50
"""So many records are planned at once for a person."""


def push[R: BaseModel](flow: PushFlow[R], run: Run) -> Report:
    """Bring every pending item of `flow` to its outcome, or ask to be called again.

    Raises:
        RecordError: a person asked for certain records and one of them did not go through.
        ConnectionBrokenError: the authorisation is gone.
    """
    if not run.works_on(flow.name):
        return Report(flow.name, more=False, outcomes={})
    engine = _Push(flow, run, flow.link_entities)
    report = engine.work_through(chosen_items(flow, run))
    engine.tell_stopped()
    if run.by_hand and not report.more:
        wake_waiting(run)
        refuse_unpushed(flow, run)
    return report


def foresee_push[R: BaseModel](flow: PushFlow[R], run: Run, item: PendingItem) -> PlannedRecord:
    """Return the plan of one record; nothing of it is carried out, and nothing is kept."""
    return next(foresee_all(flow, run, [item]))


def foresee_all[R: BaseModel](
    flow: PushFlow[R], run: Run, items: Iterable[PendingItem]
) -> Iterator[PlannedRecord]:
    """Yield the plans of records page by page: each page takes the same few calls of the table."""
    engine = _Push(flow, run, flow.link_entities)
    for page in batched(items, FORESEEN_TOGETHER, strict=False):
        yield from engine.foreseen(page)


BEING_SENT = "It was sent before, and it is not certain yet that QuickBooks has it."
MOST_RESTS = 5
"""After so many rests in a row without one record done, QuickBooks takes no more calls for now."""


def _no_more_calls(now: datetime) -> str:
    """Say that QuickBooks refuses all calls, and when it takes them again at the latest."""
    next_month = (now.replace(day=1) + timedelta(days=32)).replace(day=1)
    return (
        f"QuickBooks refused every call after {MOST_RESTS} rests, as if the limit of calls was "
        "used up. It is tried again in the next run; a limit of the month ends on "
        f"{next_month:%Y-%m-%d}. Nothing is lost."
    )


@dataclass
class _Push[R: BaseModel](Engine[PushFlow[R]]):
    """One invocation: several records at once, at the pace that QuickBooks allows."""

    pause: float = 0.0  # seconds to wait before the next record
    rests: int = 0  # how often there was such a wait since a record went through
    postponed: list[str] = field(default_factory=list)  # ids of records that come after the wait
    stopped: list[tuple[Work[R], str]] = field(default_factory=list)  # with the reason
    told: Mapping[str, TotalDifference] = field(default_factory=dict)  # by MobiWork id
    turn: Lock = field(default_factory=Lock)  # held while what threads share is changed
    refused: list[tuple[Work[R], create.RefusedError]] = field(default_factory=list)  # in order
    off_here: tuple[called_off.CalledOff, ...] = ()  # what was called off by this invocation

    def page(self, items: Sequence[PendingItem], watched: str | None) -> Sequence[PendingItem]:
        """Bring items to their outcomes; return those that QuickBooks asked to come later with."""
        last = sorted(items, key=lambda one: one.tries)  # what QuickBooks failed on before
        page = prepare(self.flow, self.run, last, self.moves)
        self.run.seen = {one.work.item.record_id: one.seen for one in page.prepared}
        self.told = totals.told(self.run, self.flow, _posted(page.prepared))
        for item, refusal in page.unreadable:
            self.settle_without_write(item, item.label, refusal)
        if self.run.only_plans:
            self._save_plans([kept_plans.unreadable(*one) for one in page.unreadable])
        self.off_here += called_off.called_off_here(self.flow, page.prepared)
        prepared = self._keep_plans(self.typed.asked(page.prepared))
        later = [one for one in prepared if not self._tried(one, watched)]
        with ThreadPoolExecutor(max_workers=self.run.workers) as pool:
            for _ in pool.map(partial(self._one, watched=watched), later):
                pass
            refused, self.refused = self.refused, []
            if refused:
                books, bodies = self.run.quickbooks, [one.intent.body for _, one in refused]
                reads = LinkedReads.of(bodies, books.read, books.query)
                for _ in pool.map(partial(self._again, read=reads.read), refused):
                    pass
        return self._postponed_again()

    def _keep_plans(self, prepared: Sequence[Prepared[R]]) -> list[Prepared[R]]:
        """Keep the plans that are not to be carried out (yet); return the others."""
        kept = [replace(one, plan=self._foreseen(one)) for one in prepared if self._is_kept(one)]
        rows = warned(self.run, kept, [kept_plans.planned(one) for one in kept])
        self._save_plans(rows)
        for one, row in zip(kept, rows, strict=True):
            if isinstance(one.plan, Create | Update | Adopt):
                self.hold_planned(one.work.item, row)
            else:
                self._rest(one.work, one.plan)
        return [one for one in prepared if not self._is_kept(one)]

    def foreseen(self, items: Sequence[PendingItem]) -> list[PlannedRecord]:
        """Return the plans of some items."""
        page = prepare(self.flow, self.run, items, self.moves)
        asked = self.typed.asked(page.prepared)
        possible = [replace(one, plan=self._foreseen(one)) for one in asked]
        return [
            *warned(self.run, possible, [*map(kept_plans.planned, possible)], taking=False),
            *(kept_plans.unreadable(*one) for one in page.unreadable),
        ]

    def _save_plans(self, rows: Sequence[PlannedRecord]) -> None:
        if rows:
            self.run.store.plans.keep(self.run.connection_id, self.run.scope, rows)

    def _is_kept(self, prepared: Prepared[R]) -> bool:
        """Tell whether a plan is kept: in review every one, else what waits for approval."""
        if self.run.only_plans:
            return True
        plan, item = prepared.plan, prepared.work.item
        if isinstance(prepared.link, Intent) or not isinstance(plan, Create | Update | Adopt):
            return False
        return self.run.needs_approval(self.flow.name) and item.approved != kept_plans.pinned(plan)

    def _foreseen(self, prepared: Prepared[R]) -> Plan:
        """Return a plan with what stands in its way that is known before anything is sent."""
        if isinstance(prepared.link, Intent):
            return Wait((), BEING_SENT, cause=Kind.BEING_SENT)
        if not isinstance(plan := prepared.plan, Create):
            return plan
        work, earlier = prepared.work, (*self.called_off, *self.off_here)
        if same := called_off.for_the_first(work, plan.body, earlier, self.run.now()):
            return Wait((), same, cause=Kind.ENTERED_AGAIN)
        if first := not_compared(self.compared, prepared):
            return first
        why = self.stop.why(work.record)
        return Wait((), why, cause=Kind.STOPPED) if why else plan

    @cached_property
    def called_off(self) -> tuple[called_off.CalledOff, ...]:
        """What was called off in MobiWork and may be in QuickBooks, read at the first create."""
        return called_off.called_off(self.run, self.flow)

    @cached_property
    def typed(self) -> TypedThere:
        """What was typed in QuickBooks that new documents may be."""
        return TypedThere(self.run)

    @cached_property
    def compared(self) -> LastComparison:
        """How far both sides were compared."""
        return LastComparison(self.run)

    @cached_property
    def stop(self) -> totals.Stop[R]:
        """What stops documents of the flow."""
        return totals.Stop(self.flow, self.run)

    @cached_property
    def moves(self) -> Mapping[str, Decimal]:
        """What waiting documents will take out of stock, read once where the flow asks for it."""
        return waiting_moves(self.run) if self.flow.opens_stock else {}

    def _tried(self, prepared: Prepared[R], watched: str | None) -> bool:
        """Work alone on a document while few of its kind have shown that their totals agree."""
        alone = isinstance(prepared.plan, Create) and self.stop.wants_alone(prepared.work.record)
        if alone:
            self._one(prepared, watched)
        return alone

    def _postponed_again(self) -> list[PendingItem]:
        """Rest as long as QuickBooks asked, then return what was postponed for it.

        After several rests in vain they are put off to a later run: no rest ends a used-up month.
        """
        if not self.postponed:
            return []
        postponed, self.postponed = self.postponed, []
        self.rests += 1
        if self.rests > MOST_RESTS:
            self.down = self.down or _no_more_calls(self.run.now())
        else:
            self.run.sleep(min(self.pause, max(self.run.remaining() - MARGIN_SECONDS, 0.0)))
        self.pause = 0.0
        return self.reread(postponed)

    def _one(self, prepared: Prepared[R], watched: str | None) -> None:
        """Bring one record to its outcome; what it is waits in the store whatever happens."""
        work, plan = prepared.work, prepared.plan
        if isinstance(plan, Create) and not isinstance(prepared.link, Intent):
            first = not_compared(self.compared, prepared)
            prepared = replace(prepared, plan=first or plan)
        if not isinstance(prepared.plan, Wait | Refuse | Ask):
            self.requeue(work.item)
        self._bring_about(work, lambda: self._carry_out(prepared, watched))

    def _again(self, refused: tuple[Work[R], create.RefusedError], read: Read) -> None:
        """Bring one record that QuickBooks refused to its outcome, once the page was sent."""
        work, error = refused
        known = called_off.knowing(work.known, (*self.called_off, *self.off_here))
        self._bring_about(work, lambda: self._in_turn(work, lambda: error.amend(read, known)))

    def _bring_about(self, work: Work[R], deed: Callable[[], Settled | Wait]) -> None:
        if self.pause:
            self.postponed.append(work.item.record_id)
            return
        if self.down:
            self._put_off(work, self.down)
            return
        try:
            settled = deed()
        except create.RefusedError as error:
            self.refused.append((work, error))
        except RecordError as error:
            self._rest(work, refused(self.run, work, error))
        except RateLimitedError as error:
            self.pause = max(self.pause, error.retry_after)
            self.postponed.append(work.item.record_id)
        except RetriableError as error:
            self._unanswered(work, error)
        else:
            self._end(work, settled)

    def _rest(self, work: Work[R], plan: Skip | Wait | Refuse | Ask) -> None:
        self.settle_without_write(work.item, work.label, plan, work.worth)

    def _put_off(self, work: Work[R], reason: str) -> None:
        told = ended(self.run, work.item, work.label, Outcome.WAITING, reason)
        self.run.record(replace(told, worth=work.worth))

    def _unanswered(self, work: Work[R], error: RetriableError) -> None:
        if isinstance(error, ReadsStoppedError):
            self._put_off(work, str(error))  # others need no read and go on
            return
        if type(error) is RemoteDownError and not error.unknown_outcome:  # of no record alone
            self.down = str(error)
        self.record_no_answer(str(error))
        self._put_off(work, str(error))

    def _end(self, work: Work[R], settled: Settled | Wait) -> None:
        match settled:
            case None:
                self.unanswered_calls = self.rests = 0
            case OutcomeUnknown():
                self.look_again(work.item, work.label, settled, work.worth)
            case Wait():
                self._rest(work, settled)

    def _carry_out(self, prepared: Prepared[R], watched: str | None) -> Settled | Wait:
        link = prepared.link
        if not isinstance(link, Intent):
            return self._execute(prepared, link)
        if link.claim is not None and link.claim != watched:
            return OutcomeUnknown(link.claim, self.run.claim_seconds, BEING_SENT)
        plan = prepared.plan
        if isinstance(plan, Create) and (why := self.stop.why_now(prepared.work.record)):
            plan = Wait((), why, cause=Kind.STOPPED)
        return create.settle(self.run, prepared.work, plan, link)

    def _execute(self, prepared: Prepared[R], standing: Released | Link | None) -> Settled | Wait:
        work = prepared.work
        link = standing if isinstance(standing, Link) else None
        left = standing if isinstance(standing, Released) else None
        if link is not None and link.disputed:
            self._compare_again(link)
        match plan := prepared.plan:
            case Create():
                return self._create(work, plan, left)
            case Update() if link is not None:
                return update(self.run, work, plan, link)
            case Adopt():
                return create.adopt(self.run, work, plan, prepared.in_quickbooks, left)
            case Skip() if link is not None:
                self.run.store.links.note_drift(self.run.connection_id, link, plan.drift)
                return self._after_the_post(prepared, plan, link)
            case Skip() | Wait() | Refuse() | Ask():
                self._rest(work, plan)
        return None

    def _compare_again(self, link: Link) -> None:
        """Let the pull look anew at what both sides do not agree on; until then it is an entry."""
        kept, pull = self.run.store.pending, PULL_OF[self.flow.name].name
        own = (self.run.connection_id, pull, link.quickbooks_id)
        if not kept.make_due(*own):
            kept.replay(*own)

    def _create(self, work: Work[R], plan: Create, left: Released | None) -> Settled | Wait:
        """Post a record, unless a person must decide first about others, or one like it."""
        with self.turn:
            earlier = (*self.called_off, *self.off_here)
        if same := called_off.for_the_first(work, plan.body, earlier, self.run.now()):
            return Wait((), same, cause=Kind.ENTERED_AGAIN)
        check = self.stop.check_of(work.record)
        return self._in_turn(work, lambda: create.create(self.run, work, plan, left, check=check))

    def _in_turn(self, work: Work[R], send: Callable[[], Settled]) -> Settled:
        """Send a record unless its kind was stopped, one at a time while that may happen."""
        stop, record = self.stop, work.record
        with stop.one_at_a_time():
            if why := stop.why(record):
                self._hold_stopped(work, why)
                return None
            try:
                settled = send()
            except KindStoppedError as error:
                self._hold_stopped(work, str(error))
                return None
        if settled is None:
            stop.posted_as_expected(record)
        return settled

    def _hold_stopped(self, work: Work[R], why: str) -> None:
        self._rest(work, Wait((), why, cause=Kind.STOPPED))
        self.stopped.append((work, why))

    def _after_the_post(self, prepared: Prepared[R], plan: Skip, link: Link) -> Settled:
        """Add a rounding line to a posted document, a plan like any other, or tell a person."""
        work = prepared.work
        told = None if plan.tell or plan.left_out else self.told.get(work.mobiwork_id)
        if told is not None:
            due = totals.after_the_post(self.run, self.flow, told, link)
            try:
                if isinstance(due, Update):
                    approved = self._keep_plans([replace(prepared, plan=due)])
                    return update(self.run, work, due, link) if approved else None
                plan = due
            except RecordError as error:
                plan = totals.not_rounded(told, str(error).removeprefix(CHANGED))
        self._rest(work, plan)
        return None

    def tell_stopped(self) -> None:
        """Say on each document that waits for a decision how many do."""
        for work, why in self.stopped:
            self.run.store.pending.hold(
                work.item,
                PendingState.WAITING,
                label=work.label,
                reason=f"{why} {len(self.stopped)} of them wait at this moment.",
                fixes=(OPEN_SETTINGS,),
                why=Hindrance(Kind.STOPPED, worth=work.worth),
            )


def _posted[R: BaseModel](prepared: Sequence[Prepared[R]]) -> dict[str, Link]:
    """Return the links of documents that stay as they were posted, by their ids."""
    return {
        one.work.mobiwork_id: one.link
        for one in prepared
        if isinstance(one.plan, Skip) and isinstance(one.link, Link)
    }
