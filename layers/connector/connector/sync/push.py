"""The push engine: works through the pending items of one flow, MobiWork to QuickBooks."""

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import batched

from pydantic import BaseModel

from connector.errors import (
    SKIP,
    RateLimitedError,
    RecordError,
    RemoteDownError,
    RetriableError,
)
from connector.flow import Adopt, Create, Flow, Outcome, Refuse, Report, Skip, Update, Wait
from connector.run import MARGIN_SECONDS, Run
from connector.store import left_out, links, pending, runs
from connector.store.links import Link, LinkState
from connector.store.pending import Pending, PendingState
from connector.sync import intents, selection
from connector.sync.preparing import Prepared, prepare
from connector.sync.steps import Settled, Unsettled, Work
from connector.sync.updating import update

PAGE = 50
SETTLE_ROUNDS = 3
SILENCES = 3
"""After so many unanswered calls in a row QuickBooks counts as down for this invocation."""


def push[R: BaseModel](flow: Flow[R], run: Run) -> Report:
    """Bring every pending item of `flow` to its outcome, or ask to be called again.

    Raises:
        RecordError: a person asked for certain records and one of them did not go through.
        ConnectionBrokenError: the authorisation is gone.
    """
    engine = _Push(flow, run)
    done = engine.work_through(selection.items(flow, run))
    if done:
        engine.plan_children_again()
        engine.settle_all()
        if run.by_hand:
            selection.wake_waiting(run)
        selection.refuse_unpushed(flow, run)
    counts = runs.counts(run.connection_id, run.run_id, flow.name)
    return Report(flow.name, not done, counts)


@dataclass
class _Watch[R: BaseModel]:
    """A record whose outcome is not known, watched since `since` for signs of life."""

    work: Work[R]
    unsettled: Unsettled
    since: float


@dataclass
class _Push[R: BaseModel]:
    """One invocation: what is unsettled, and whether QuickBooks answers."""

    flow: Flow[R]
    run: Run
    watched: list[_Watch[R]] = field(default_factory=list)
    silences: int = 0
    down: str = ""
    pause: float = 0.0
    postponed: list[str] = field(default_factory=list)
    children: list[str] = field(default_factory=list)

    def work_through(self, items: Iterable[Pending]) -> bool:
        """Work through all items; False when the time is up before the end."""
        for page in batched(items, PAGE, strict=False):
            todo: Sequence[Pending] = page
            while todo:
                if self.run.out_of_time():
                    return False
                self._together(self._prepared(todo))
                todo = self._postponed_again()
            self._save_progress(page[-1].record_id)
        return True

    def _save_progress(self, reached: str) -> None:
        if not self.run.selection:
            runs.save_progress(self.run.connection_id, self.run.run_id, self.flow.name, reached)

    def plan_children_again(self) -> None:
        """Plan records that wait for others of the same flow, as long as one of them gets on."""
        before = len(self.children) + 1
        while self.children and len(self.children) < before and not self.run.out_of_time():
            before, children, self.children = len(self.children), self.children, []
            self._together(self._prepared(self._reread(children)))

    def settle_all(self) -> None:
        """Bring records of unknown outcome to their end, each after its time of watching."""
        for _ in range(SETTLE_ROUNDS):
            watched, self.watched = self.watched, []
            for watch in sorted(watched, key=lambda one: one.since + one.unsettled.seconds):
                if not self._waited_for(watch):
                    return
                for prepared in self._prepared(self._reread([watch.work.item.record_id])):
                    self._one(prepared, watched=watch.unsettled.claim)

    def _postponed_again(self) -> list[Pending]:
        """Rest as long as QuickBooks asked, then return what was postponed for it."""
        if not self.postponed:
            return []
        postponed, self.postponed = self.postponed, []
        self.run.sleep(min(self.pause, max(self.run.remaining() - MARGIN_SECONDS, 0.0)))
        self.pause = 0.0
        return self._reread(postponed)

    def _prepared(self, items: Sequence[Pending]) -> list[Prepared[R]]:
        page = prepare(self.flow, self.run, items)
        for item, refusal in page.unreadable:
            self._hold(item, item.label, refusal)
        return page.prepared

    def _together(self, prepared: list[Prepared[R]]) -> None:
        with ThreadPoolExecutor(max_workers=self.run.workers) as pool:
            for _ in pool.map(self._one, prepared):
                pass

    def _waited_for(self, watch: _Watch[R]) -> bool:
        missing = watch.since + watch.unsettled.seconds - self.run.clock()
        if self.down or self.run.out_of_time() or missing > self.run.remaining():
            return False
        if missing > 0:
            self.run.sleep(missing)
        return True

    def _reread(self, record_ids: list[str]) -> list[Pending]:
        found = pending.read_many(self.run.connection_id, self.flow.name, record_ids)
        return list(found.values())

    def _one(self, prepared: Prepared[R], watched: str = "") -> None:
        """Bring one record to its outcome; what it is waits in the store whatever happens."""
        work = prepared.work
        self._wake(prepared)
        if self.pause:
            self.postponed.append(work.item.record_id)
            return
        if self.down:
            self._note(work.item, work.label, Outcome.WAITING, self.down)
            return
        try:
            settled = self._carry_out(prepared, watched)
        except RecordError as error:
            self._hold(work.item, work.label, Refuse(str(error), error.fixes))
            return
        except RateLimitedError as error:
            self.pause = max(self.pause, error.retry_after)
            self.postponed.append(work.item.record_id)
            return
        except RetriableError as error:
            self._heard_nothing(error)
            self._note(work.item, work.label, Outcome.WAITING, str(error))
            return
        if settled is None:
            self.silences = 0
            return
        self._watch(work, settled)

    def _wake(self, prepared: Prepared[R]) -> None:
        """Let what waited and can go now be work to do, so that a run starts if this one fails."""
        item = prepared.work.item
        if item.state == PendingState.WAITING and not isinstance(prepared.plan, Wait | Refuse):
            pending.replay(self.run.connection_id, self.flow.name, item.record_id)

    def _watch(self, work: Work[R], unsettled: Unsettled) -> None:
        if unsettled.reason:
            self._note(work.item, work.label, Outcome.WAITING, unsettled.reason)
        if unsettled.unanswered:
            self.silences += 1
            self._give_up_after_silences(unsettled.reason)
        self.watched.append(_Watch(work, unsettled, self.run.clock()))

    def _heard_nothing(self, error: RetriableError) -> None:
        self.silences += 1
        if isinstance(error, RemoteDownError) and not error.unknown_outcome:
            self.down = str(error)
        self._give_up_after_silences(str(error))

    def _give_up_after_silences(self, reason: str) -> None:
        if self.silences >= SILENCES:
            self.down = self.down or reason

    def _carry_out(self, prepared: Prepared[R], watched: str) -> Settled:
        link = prepared.link
        if link is not None and link.state == LinkState.PENDING:
            if link.claim != watched:
                reason = "It was sent before, and it is not certain yet that QuickBooks has it."
                return Unsettled(link.claim, self.run.claim_seconds, reason)
            return intents.settle(self.run, prepared.work, prepared.plan, link)
        return self._execute(prepared, link)

    def _execute(self, prepared: Prepared[R], link: Link | None) -> Settled:
        work = prepared.work
        if link is not None and link.disputed:
            pending.replay(self.run.connection_id, self.flow.pull, str(link.quickbooks_id))
        match plan := prepared.plan:
            case Create():
                return intents.create(self.run, work, plan, link)
            case Update() if link is not None:
                return update(self.run, work, plan, link)
            case Adopt():
                return intents.adopt(self.run, work, plan, prepared.there, link)
            case Skip():
                self._skip(work, plan, link)
            case Wait() | Refuse():
                self._hold(work.item, work.label, plan)
        return None

    def _skip(self, work: Work[R], plan: Skip, link: Link | None) -> None:
        if link is not None:
            links.note_drift(link, plan.drift)
        self._note(work.item, work.label, Outcome.UNCHANGED, plan.reason)
        if plan.left_out:
            left_out.keep(work.item, label=work.label, reason=plan.reason)
        if plan.tell:
            pending.hold(
                work.item, PendingState.DELETED, label=work.label, reason=plan.reason, fixes=(SKIP,)
            )
            return
        pending.close(work.item)

    def _hold(self, item: Pending, label: str, plan: Wait | Refuse) -> None:
        waits = isinstance(plan, Wait)
        if isinstance(plan, Wait) and self._is_child(plan):
            self.children.append(item.record_id)
        self._note(item, label, Outcome.WAITING if waits else Outcome.REFUSED, plan.reason)
        pending.hold(
            item,
            PendingState.WAITING if waits else PendingState.REFUSED,
            label=label,
            reason=plan.reason,
            fixes=plan.fixes if isinstance(plan, Refuse) else (),
        )

    def _is_child(self, plan: Wait) -> bool:
        return any(one.entity in self.flow.link_entities for one in plan.references)

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
