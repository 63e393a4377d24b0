"""What both engines share: a flow's items page by page, who waits, and what is to be settled."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import batched
from typing import TYPE_CHECKING

from connector.engine import questions
from connector.engine.run import Run
from connector.errors import SKIP, Fix, RecordError
from connector.model.outcomes import Outcome, RecordOutcome, Report, shortened
from connector.model.pending import UNHINDERED, Hindrance, PendingItem, PendingState
from connector.model.plans import Ask, Refuse, Skip, Wait
from connector.model.policy.postable import Question
from connector.model.review.planned import PlannedRecord
from connector.model.worklist import causes

if TYPE_CHECKING:
    from connector.model.flows.pull_flow import AnyPullFlow
    from connector.model.flows.push_flow import AnyPushFlow

PAGE = 50
SETTLE_ROUNDS = 3
MOST_UNANSWERED = 3
"""After so many unanswered calls in a row the remote counts as down for this invocation."""


AGAIN_AFTER = (timedelta(days=1), timedelta(days=2), timedelta(days=4), timedelta(days=7))
"""So long after each refusal of a reading it is planned again: its cause may be gone unseen.

What waits for no record that is named is planned again after as long as it has waited, between the
first and the last of them.
"""

SOON = (timedelta(minutes=15), timedelta(days=1))
"""The shortest and the longest pause of what waits for a list that could not be read."""

TRIES = 20
"""So often a remote may fail on a record, while it answers otherwise; then a person is asked."""


@dataclass(frozen=True)
class OutcomeUnknown:
    """What became of a record is not known yet: look again after `seconds` without a change.

    claim: the claim to watch; None where the record is simply to be planned again.
    reason: what to say of it until then, if anything.
    unanswered: whether the remote was asked just now and said nothing.
    sent: whether the record may be on the other side, so that its item must say so.
    """

    claim: str | None = None
    seconds: float = 0.0
    reason: str | None = None
    unanswered: bool = False
    sent: bool = False


Settled = OutcomeUnknown | None
"""Nothing, when the record reached its outcome."""


def count_failure(run: Run, item: PendingItem, reason: str, *, remote: str, source: str) -> None:
    """Count that a remote failed on a record although it answers; at last a person is asked.

    Raises:
        RecordError: it failed too often to be an accident.
    """
    if run.store.pending.count_try(item) >= TRIES:
        raise RecordError(
            f"{remote} failed on it {TRIES} times, although it works otherwise: {reason} See "
            "whether the record has anything unusual, such as a strange character, and correct "
            f"it in {source}; or try again later. Nothing is sent twice: {remote} is asked for it "
            "first.",
            cause=causes.Kind.REMOTE_FAILED,
        )


def note(run: Run, item: PendingItem, label: str, outcome: Outcome, reason: str | None) -> None:
    """Store what became of a record in this run."""
    run.record(ended(run, item, label, outcome, reason))


def ended(
    run: Run, item: PendingItem, label: str, outcome: Outcome, reason: str | None
) -> RecordOutcome:
    """Return what became of a record in this run."""
    return RecordOutcome(
        run_id=run.run_id,
        flow=item.flow,
        record_id=item.record_id,
        outcome=outcome,
        label=label,
        note=reason,
    )


def is_current(run: Run, item: PendingItem) -> bool:
    """Tell whether an item is still there, and no newer reading has taken its place."""
    found = run.store.pending.read_many(run.connection_id, item.flow, [item.record_id])
    newest = found.get(item.record_id)
    return newest is not None and newest.fingerprint == item.fingerprint


@dataclass(frozen=True)
class Watch:
    """A record of unknown outcome whose claim is watched.

    Attributes:
        due: When a claim that shows no life until then is taken over, in seconds of the run's
            clock.
        record_id: The record, by its id in its source.
        claim: The token that was seen on its intent; None when nobody is at it.
    """

    due: float
    record_id: str
    claim: str | None


@dataclass
class Engine[F: AnyPushFlow | AnyPullFlow](ABC):
    """One invocation: what is unsettled, who waits, and whether the remote answers.

    Attributes:
        flow: The flow whose items are brought to their outcomes.
        run: The run that this is a part of.
        own: The entities by which records of the flow refer to each other.
        watched: The records of unknown outcome, each with the time at which to look again.
        children: The ids of records that wait for others of the same flow.
        unanswered_calls: How many calls in a row got no answer.
        down: Why the remote counts as down for this invocation, a sentence; None while it answers.
        asked: Whether something of the flow waits for a person's decision.
        announced: For which questions there is an entry.
        requeued: What waited and was let be work to do in this invocation.
        left: Whether the connection left the phase of the run.
    """

    flow: F
    run: Run
    own: tuple[str, ...]
    watched: list[Watch] = field(default_factory=list)
    children: list[str] = field(default_factory=list)
    unanswered_calls: int = 0
    down: str | None = None
    asked: bool = False
    announced: set[str] = field(default_factory=set)
    requeued: set[str] = field(default_factory=set)
    left: bool = False

    @abstractmethod
    def page(self, items: Sequence[PendingItem], watched: str | None) -> Sequence[PendingItem]:
        """Bring items to their outcomes; return those to try again at once.

        `watched` is the claim of an item that was watched for its time.
        """

    def work_through(self, items: Iterable[PendingItem]) -> Report:
        """Bring all items to their outcomes, or ask to be called again when the time is up."""
        self.run.at_work = self.flow.name
        done = all(self._page_done(page) for page in batched(items, PAGE, strict=False))
        if done:
            self._plan_children_again()
            self._settle_all()
            self.run.follow(self.flow.name)
        if self.asked:
            questions.recount(self.run, self.flow.name, self.flow.noun)
        counts = self.run.store.runs.counts(self.run.connection_id, self.run.run_id, self.flow.name)
        return Report(self.flow.name, not (done or self.left), counts)

    def _page_done(self, page: Sequence[PendingItem]) -> bool:
        asked = [item for item in page if item.state is PendingState.ASKED]
        self.asked = self.asked or bool(asked)
        done = self._bring([item for item in page if item not in asked])
        self.run.follow(self.flow.name)
        if done and not self.run.selection:
            reached = page[-1].record_id
            connection_id, run_id = self.run.connection_id, self.run.run_id
            self.run.store.runs.save_progress(connection_id, run_id, self.flow.name, reached)
        return done

    def _bring(self, items: Sequence[PendingItem], watched: str | None = None) -> bool:
        while items:
            if self.run.out_of_time() or self._called_off():
                return False
            items = self.page(items, watched)
        return True

    def _called_off(self) -> bool:
        """Tell whether the connection left the phase in which the run began; asked once per page.

        What was not reached stays as it is, for a later run.
        """
        self.left = self.left or not self.run.goes_on()
        return self.left

    def _plan_children_again(self) -> None:
        """Plan records that wait for others of the same flow, as long as one of them gets on."""
        while children := self.children:
            self.children = []
            self._bring(self.reread(children))
            if len(self.children) >= len(children):
                return

    def _settle_all(self) -> None:
        """Bring records of unknown outcome to their end, each after its time of watching."""
        for _ in range(SETTLE_ROUNDS):
            watched, self.watched = sorted(self.watched, key=lambda one: one.due), []
            for watch in watched:
                if not self._waited_until(watch.due):
                    return
                self._bring(self.reread([watch.record_id]), watch.claim)

    def _waited_until(self, due: float) -> bool:
        missing = due - self.run.clock()
        if self.down or self.run.out_of_time() or missing > self.run.remaining():
            return False
        self.run.sleep(max(missing, 0.0))
        return True

    def reread(self, record_ids: Iterable[str]) -> list[PendingItem]:
        """Return items as they stand by now."""
        kept = self.run.store.pending
        found = kept.read_many(self.run.connection_id, self.flow.name, record_ids)
        return list(found.values())

    def look_again(
        self,
        item: PendingItem,
        label: str,
        unknown: OutcomeUnknown,
        worth: Decimal | None = None,
    ) -> None:
        """Come back to an item of unknown outcome when its time of watching is over."""
        reason = unknown.reason and shortened(unknown.reason)
        kept = self.run.store.pending
        if reason and unknown.unanswered:
            self.record_no_answer(reason)
        if unknown.sent:
            kind = causes.Kind.DELETED_HERE if item.was_deleted else causes.Kind.BEING_SENT
            why = Hindrance(kind, worth=worth)
            kept.hold(item, PendingState.SENT, label=label, reason=reason, why=why)
        if reason:
            told = ended(self.run, item, label, Outcome.WAITING, reason)
            self.run.record(replace(told, worth=worth))
        due = self.run.clock() + unknown.seconds
        self.watched.append(Watch(due, item.record_id, unknown.claim))

    def record_no_answer(self, reason: str) -> None:
        """Count a call that was not answered."""
        self.unanswered_calls += 1
        if self.unanswered_calls >= MOST_UNANSWERED:
            self.down = self.down or reason

    def requeue(self, item: PendingItem) -> None:
        """Let an item that waited for others be work to do, so that a run starts for it."""
        if item.state == PendingState.WAITING:
            self.run.store.pending.replay(self.run.connection_id, self.flow.name, item.record_id)
            self.requeued.add(item.record_id)

    def _announce(self, question: Question, worth: Decimal | None) -> None:
        """Put a question on the worklist before anything waits for it, whatever happens then."""
        self.asked = True
        if question.key not in self.announced:
            questions.announce(self.run, self.flow.name, self.flow.noun, question, worth)
            self.announced.add(question.key)

    def hold_planned(self, item: PendingItem, planned: PlannedRecord) -> None:
        """Hold an item whose plan is kept, until it is started or approved."""
        told = ended(self.run, item, planned.label, Outcome.PLANNED, planned.reason)
        self.run.record(replace(told, worth=planned.total))
        kept, state = self.run.store.pending, PendingState.PLANNED
        waits = Hindrance(causes.Kind.APPROVAL, worth=planned.total)
        why = UNHINDERED if self.run.only_plans else waits
        kept.hold(item, state, label=planned.label, reason=planned.reason, why=why)

    def settle_without_write(
        self,
        item: PendingItem,
        label: str,
        plan: Skip | Wait | Refuse | Ask,
        worth: Decimal | None = None,
    ) -> None:
        """Say why nothing is done with a record, and keep its item where that is not the end."""
        plan = replace(plan, reason=shortened(plan.reason))
        if isinstance(plan, Wait) and any(one.entity in self.own for one in plan.references):
            self.children.append(item.record_id)
        if isinstance(plan, Skip) and plan.left_out and plan.tell:
            self.run.store.left_out.keep(item, label=label, reason=plan.reason)
        outcome, state, fixes = _at_rest(plan)
        told, kept = ended(self.run, item, label, outcome, plan.reason), self.run.store.pending
        held_back = None if isinstance(plan, Ask) and plan.question.posted else worth
        drift = isinstance(plan, Skip) and bool(plan.drift or plan.tell)
        self.run.record(replace(told, worth=held_back, drift=drift))
        if isinstance(plan, Ask):
            self._announce(plan.question, worth)
            kept.ask(item, plan.question, label=label, reason=plan.reason, worth=worth)
        elif state is None:
            self._close(item, label, plan)
        else:
            why = _hindrance(plan, worth)
            due = self._due(item, plan, why)
            held = replace(
                item,
                state=state,
                label=label,
                reason=plan.reason,
                fixes=fixes,
                worth=why.worth,
                cause=why.cause,
                parents=why.parents,
            )
            as_before = held == item and item.record_id not in self.requeued
            if as_before and state is PendingState.WAITING and self._keeps_time(item, due):
                return
            kept.hold(
                item, state, label=label, reason=plan.reason, fixes=fixes, not_before=due, why=why
            )

    def _keeps_time(self, item: PendingItem, due: datetime | None) -> bool:
        """Tell whether what waits as before need not be told a new time: its own is still to come.

        What waits goes along in each run, and would be written anew in each.
        """
        if due is None or item.not_before is None:
            return due is None and item.not_before is None
        return self.run.now() < datetime.fromisoformat(item.not_before) <= due

    def _due(
        self, item: PendingItem, plan: Skip | Wait | Refuse, why: Hindrance
    ) -> datetime | None:
        """Return when an item that stays is planned again although nothing tells that it can be.

        What waits for records that are named goes on with them. What a review keeps waits for it.
        """
        if isinstance(plan, Refuse):
            return self.run.now() + AGAIN_AFTER[min(item.refusals, len(AGAIN_AFTER) - 1)]
        if not isinstance(plan, Wait) or plan.references or self.run.only_plans:
            return plan.not_before if isinstance(plan, Wait) else None
        return plan.not_before or self.run.now() + pause_of(item, why.cause, self.run.now())

    def _close(self, item: PendingItem, label: str, plan: Skip | Wait | Refuse | Ask) -> None:
        """End an item that nothing is done with; what is left out is remembered in its place."""
        if isinstance(plan, Skip) and plan.left_out:
            self.run.store.left_out.put_away(item, label=label, reason=plan.reason)
        else:
            self.run.store.pending.close(item)


def pause_of(
    item: PendingItem,
    cause: str | None,
    now: datetime,
    *,
    between: tuple[timedelta, timedelta] = (AGAIN_AFTER[0], AGAIN_AFTER[-1]),
) -> timedelta:
    """Return how long what waits is left alone: as long as it has waited for the same."""
    since = datetime.fromisoformat(item.since_for(cause, now.isoformat()))
    return min(max(now - since, between[0]), between[1])


def _hindrance(plan: Skip | Wait | Refuse, worth: Decimal | None) -> Hindrance:
    """Return what stands in the way of a record that stays an item."""
    if not isinstance(plan, Wait):
        return Hindrance(plan.cause or causes.from_words(plan.reason), worth=worth)
    parents = tuple(f"{one.entity}/{one.record_id}" for one in plan.references)
    return Hindrance(plan.cause or causes.of_wait(plan.references), parents, worth)


def _at_rest(
    plan: Skip | Wait | Refuse | Ask,
) -> tuple[Outcome, PendingState | None, tuple[Fix, ...]]:
    """Return the outcome, in which state the item stays if it does, and what a person can do."""
    match plan:
        case Wait():
            return Outcome.WAITING, PendingState.WAITING, ()
        case Refuse():
            return Outcome.REFUSED, PendingState.REFUSED, plan.fixes
        case Skip():
            state = PendingState.DELETED if plan.tell else None
            outcome = Outcome.LEFT_OUT if plan.left_out or plan.away else Outcome.UNCHANGED
            return outcome, state, (SKIP,)
        case Ask():
            return Outcome.WAITING, PendingState.UNDECIDED, ()
