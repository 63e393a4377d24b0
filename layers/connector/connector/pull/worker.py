"""The pull engine: works through the pending items of one flow, QuickBooks to MobiWork."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from pydantic import BaseModel

from connector.engine.items import items_of
from connector.engine.loop import (
    SOON,
    Engine,
    OutcomeUnknown,
    Settled,
    count_failure,
    is_current,
    note,
    pause_of,
)
from connector.engine.run import Run
from connector.entities.compared_before import LastComparison
from connector.errors import (
    BeingSentError,
    EditedMeanwhileError,
    RecordError,
    RemoteDownError,
    RetriableError,
    UnreadableAnswerError,
)
from connector.exact_json import canonical
from connector.mobiwork.wire_records import is_kept
from connector.mobiwork.xml import RawRecord
from connector.model.body import capital
from connector.model.flows.exclusion import excluded_category
from connector.model.flows.pull_flow import Add, Embed, Follow, Join, Merge, PullFlow, PullPlan
from connector.model.outcomes import Outcome, Report
from connector.model.pending import PendingItem, PendingState, fingerprint
from connector.model.plans import Refuse, Skip, Wait
from connector.model.policy.choices import OnConflict
from connector.model.review.planned import PlannedRecord
from connector.model.review.taken import takings
from connector.model.worklist.causes import Kind
from connector.model.worklist.instructions import QUICKBOOKS_WINS, Instruction, Wish
from connector.pull import add, kept_plans, same_record
from connector.pull.about import seen_in
from connector.pull.add import Adding
from connector.pull.embed import embed
from connector.pull.load import Planned, names_of, plan_page
from connector.pull.merge import LinkedPair, OutdatedError, merge_record, would_write
from connector.pull.mobiwork_records import EchoGuard, MobiWorkRecord, parse, read_mobiwork_record
from connector.pull.plan import Names
from connector.pull.repoint import follow

type Ended = Skip | Wait | Refuse | Settled
"""What became of a record: nothing is done now, or not known yet; nothing if it was written."""


def pull[R: BaseModel](flow: PullFlow[R], run: Run) -> Report:
    """Bring every pending item of `flow` to its outcome, or ask to be called again.

    Raises:
        ConnectionBrokenError: MobiWork does not accept the login any more.
    """
    if not run.works_on(flow.name):
        return Report(flow.name, more=False, outcomes={})
    return _Pull(flow, run, (flow.source,)).work_through(items_of(run, flow.name))


def foresee_pull[R: BaseModel](flow: PullFlow[R], run: Run, item: PendingItem) -> PlannedRecord:
    """Return the plan of one record; nothing of it is carried out, and nothing is kept."""
    return _Pull(flow, run, (flow.source,)).foreseen([item])[0]


@dataclass
class _Pull[R: BaseModel](Engine[PullFlow[R]]):
    """One invocation: one record after the other, as MobiWork is written to by one at a time.

    Attributes:
        listed: What is on its way, by the id in QuickBooks.
    """

    listed: dict[str, PendingItem] = field(default_factory=dict)

    @cached_property
    def names(self) -> Names:
        """By what MobiWork's records are recognised, read once."""
        return names_of(self.flow, self.run)

    @cached_property
    def echo_guard(self) -> EchoGuard:
        """What the push side is to know of what was written."""
        return EchoGuard(self.run, self.flow.push)

    def page(self, items: Sequence[PendingItem], watched: str | None) -> Sequence[PendingItem]:
        """Bring items to their outcomes; none is to be tried again at once."""
        try:
            planned = plan_page(self.flow, self.run, items, self.names)
        except RetriableError as error:
            if self.run.only_plans:
                raise  # a flow of which not all is planned has failed
            self.record_no_answer(str(error))
            for item in items:
                self._wait_a_while(item, item.label, Wait((), str(error)))
            return ()
        readable = [one for one in planned if one.in_quickbooks]
        self.run.seen = {one.item.record_id: seen_in(self.flow, one) for one in readable}
        self.listed = self._listed(planned)
        if self.run.only_plans:
            self._keep_plans(planned)
            return ()
        linked = [one.item.record_id for one in planned if isinstance(one.plan, Add | Join)]
        self.echo_guard.begin(linked)
        # What MobiWork failed on before comes last, so that others go on should it fail again.
        for one in sorted(planned, key=lambda one: one.item.tries):
            self._one(one, watched)
        self.echo_guard.save()
        return ()

    @cached_property
    def compared(self) -> LastComparison:
        """How far both sides were compared."""
        return LastComparison(self.run)

    def _not_compared(self, planned: Planned, watched: str | None) -> Wait | None:
        """Let a new record wait that is to be compared with MobiWork first; not one under way."""
        if watched is not None:
            return None
        return self.compared.first(self.flow.name, *planned.matches)

    def _keep_plans(self, planned: Sequence[Planned]) -> None:
        """Keep plans instead of carrying them out."""
        possible = [replace(one, plan=self._possible(one)) for one in planned]
        rows = self._rows(possible)
        self._take_names(planned)
        self.run.store.plans.keep(self.run.connection_id, self.run.scope, rows)
        for one, row in zip(possible, rows, strict=True):
            if isinstance(one.plan, Skip | Wait | Refuse):
                self.settle_without_write(one.item, one.label, one.plan)
            else:
                self.hold_planned(one.item, row)

    def _take_names(self, planned: Sequence[Planned]) -> None:
        """Remember which names QuickBooks has, so that plans of pushes can say what is taken."""
        taken = {
            one: f"{each.label} of QuickBooks (Id {each.item.record_id})"
            for each in planned
            for one in takings(self.flow.source, each.in_quickbooks)
        }
        self.run.store.plans.take(self.run.connection_id, self.run.scope, taken)

    def foreseen(self, items: Sequence[PendingItem]) -> list[PlannedRecord]:
        """Return the plans of some items."""
        planned = plan_page(self.flow, self.run, items, self.names)
        self.listed = self._listed(planned)
        return self._rows([replace(one, plan=self._possible(one)) for one in planned])

    def _rows(self, possible: Sequence[Planned]) -> list[PlannedRecord]:
        return [
            kept_plans.planned(self.flow, self.run, one, self._compared(one)) for one in possible
        ]

    def _possible(self, planned: Planned) -> PullPlan:
        """Return a plan, refused where the MobiWork API does not support it."""
        if isinstance(planned.plan, Join | Merge) and self.run.settings.excluded_categories:
            there = self._compared(planned)
            return (there and self._excluded(there.record)) or planned.plan
        if not isinstance(planned.plan, Add):
            return planned.plan
        if first := self.compared.first(self.flow.name, *planned.matches):
            return first
        why = add.impossible(self.run, self.flow)
        return Refuse(why, (), Kind.MOBIWORK_CALL) if why else planned.plan

    def _compared(self, planned: Planned) -> MobiWorkRecord[R] | None:
        """Return the MobiWork record that a plan is about, as the look read it if it did."""
        if not isinstance(planned.plan, Join | Merge | Embed):
            return None
        own = planned.plan.mobiwork_id
        item = self.listed.get(own)
        if item is None or not is_kept(item.record):
            return read_mobiwork_record(self.flow, self.run, own)
        raw = RawRecord(self.flow.entity, own, item.record)
        return MobiWorkRecord(raw, parse(self.flow, raw))

    def _listed(self, planned: Sequence[Planned]) -> dict[str, PendingItem]:
        """Return the readings of this page's MobiWork records that wait to be pushed."""
        found = {one.plan.mobiwork_id for one in planned if isinstance(one.plan, Join | Merge)}
        push = self.flow.push
        return self.run.store.pending.read_many(self.run.connection_id, push, found) if push else {}

    def _one(self, planned: Planned, watched: str | None) -> None:
        """Bring one record to its outcome; what it is waits in the store whatever happens."""
        item, label = planned.item, planned.label
        if self.down:
            self._put_off(item, label, self.down)
            return
        try:
            ended = self._counted(planned, watched)
        except RecordError as error:
            refused = Refuse(str(error), error.fixes, error.cause or Kind.RECORD)
            self.settle_without_write(item, label, refused)
        except BeingSentError as error:
            self._wait_a_while(item, label, Wait((), str(error), cause=Kind.BEING_SENT))
        except RetriableError as error:
            self.record_no_answer(str(error))
            self._put_off(item, label, str(error))
        else:
            self._end(planned, ended)

    def _wait_a_while(self, item: PendingItem, label: str, plan: Wait) -> None:
        """Leave a record alone, ever longer, for what is not known yet: no run starts for it alone.

        That is MobiWork's list of its kind, or whether its record there came to QuickBooks. One
        that may be there by now is put off like any other.
        """
        if item.state is PendingState.SENT:
            self._put_off(item, label, plan.reason)
            return
        cause = plan.cause or Kind.REMOTE_FAILED
        pause = pause_of(item, cause, self.run.now(), between=SOON)
        waits = replace(plan, cause=cause, not_before=self.run.now() + pause)
        self.settle_without_write(item, label, waits)

    def _put_off(self, item: PendingItem, label: str, reason: str) -> None:
        """Leave a record for the next run, also one that had waited for others until now."""
        note(self.run, item, label, Outcome.WAITING, reason)
        self.requeue(item)

    def _end(self, planned: Planned, ended: Ended) -> None:
        item, label = planned.item, planned.label
        if not isinstance(ended, OutcomeUnknown):
            self.unanswered_calls = 0
        match ended:
            case None:
                self.run.store.pending.close(item)
                self.run.checkpoint("item closed")
            case OutcomeUnknown():
                self.look_again(item, label, ended)
            case Wait(references=(), not_before=None):
                self._wait_a_while(item, label, ended)
            case _:
                self.settle_without_write(item, label, ended)

    def _counted(self, planned: Planned, watched: str | None) -> Ended:
        """Carry out a plan; count where a write failed right after the record had been read."""
        try:
            return self._carry_out(planned, watched)
        except EditedMeanwhileError:
            return OutcomeUnknown()
        except (RemoteDownError, UnreadableAnswerError) as error:
            if error.unknown_outcome:
                reason = str(error)
                count_failure(
                    self.run, planned.item, reason, remote="MobiWork", source="QuickBooks"
                )
            raise

    def _carry_out(self, planned: Planned, watched: str | None) -> Ended:
        match decided := planned.plan:
            case Add():
                return self._add(planned, decided, watched)
            case Join() | Merge():
                return self._merge(planned, decided)
            case Embed():
                written = embed(self.flow, self.run, planned, decided, self.echo_guard)
                return None if written else self._gone(planned, decided.mobiwork_id)
            case Follow(survivor):
                return follow(self.flow, self.run, planned, survivor)
            case Skip(tell=True):
                return replace(decided, tell=self._in_use(planned))
            case _:
                return decided

    def _in_use(self, planned: Planned) -> bool:
        if planned.mobiwork_id is None:
            return False
        in_mobiwork = read_mobiwork_record(self.flow, self.run, planned.mobiwork_id)
        return in_mobiwork is not None and self.flow.records.enabled(in_mobiwork.record)

    def _add(self, planned: Planned, decided: Add, watched: str | None) -> Settled | Wait:
        if first := self._not_compared(planned, watched):
            return first
        adding = Adding(
            self.run,
            self.flow,
            planned.item,
            planned.in_quickbooks,
            planned.label,
            decided,
            self.echo_guard,
        )
        return add.add(adding) if watched is None else add.settle(adding, watched)

    def _merge(self, planned: Planned, decided: Join | Merge) -> Skip | Settled:
        """Merge what both sides hold, also of a record that is linked only by that.

        A reading that a newer one has taken the place of is planned again.
        """
        quickbooks_id, mobiwork_id = planned.item.record_id, decided.mobiwork_id
        if _is_outdated(planned) and self._read_again(planned):
            return OutcomeUnknown()
        native, ends = False, None
        if isinstance(decided, Join):
            native = decided.native
            additions = self.run.store.additions
            begun = additions.under_way(self.run.connection_id, self.flow.source, [quickbooks_id])
            ends = begun.get(quickbooks_id)
        work = LinkedPair(
            flow=self.flow,
            quickbooks_id=quickbooks_id,
            in_quickbooks=planned.in_quickbooks,
            label=planned.label,
            mobiwork_id=mobiwork_id,
            link=planned.link,
            native=native,
            ends=ends,
            wins=_who_wins(planned.wanted),
            is_current=lambda: is_current(self.run, planned.item),
        )
        in_mobiwork = self._listed_record(work) or self._read_afresh(mobiwork_id)
        if in_mobiwork is None:
            return self._gone(planned, mobiwork_id)
        if ends is None and (out := self._excluded(in_mobiwork.record)):
            return out
        if isinstance(decided, Join) and ends is None:
            look = same_record.check_decided if decided.decided else same_record.check
            look(self.run, work, in_mobiwork.record)
        try:
            merge_record(self.run, work, in_mobiwork, self.echo_guard)
        except OutdatedError:
            return OutcomeUnknown()
        return None

    def _excluded(self, record: R) -> Skip | None:
        """Leave out what is of an excluded category in MobiWork; QuickBooks knows none of them."""
        flow = self.flow
        out = excluded_category(flow.noun, flow.records, record, self.run.settings)
        return Skip(out, left_out=True) if out else None

    def _read_again(self, planned: Planned) -> bool:
        """Read QuickBooks' record again (metered) of which a newer version was agreed on.

        False where it is as it was read: what was agreed on was a record merged into this one.
        """
        item, kept = planned.item, self.run.store.pending
        now = self.run.quickbooks.read(self.flow.source, item.record_id)
        if now.get("SyncToken") == planned.in_quickbooks.get("SyncToken"):
            return False
        text, place = canonical(now), (item.connection_id, item.flow, item.record_id)
        kept.replace_reading(
            *place, record=text, fingerprint=fingerprint(text), instead_of=item.fingerprint
        )
        return True

    def _read_afresh(self, mobiwork_id: str) -> MobiWorkRecord[R] | None:
        """Read MobiWork's record; what was listed of it before gives way, as it may be older."""
        found, listed = read_mobiwork_record(self.flow, self.run, mobiwork_id), self.listed
        if found is not None and (waits := listed.get(mobiwork_id)):
            self.echo_guard.read_afresh(found.raw, found.record, waits=waits)
        return found

    def _listed_record(self, work: LinkedPair[R]) -> MobiWorkRecord[R] | None:
        """Return the record as the look read it, which does where nothing is to be written."""
        item = self.listed.get(work.mobiwork_id)
        if item is None or not is_kept(item.record):
            return None
        raw = RawRecord(self.flow.entity, work.mobiwork_id, item.record)
        side = MobiWorkRecord(raw, parse(self.flow, raw))
        return None if would_write(self.run, work, side) else side

    def _gone(self, planned: Planned, mobiwork_id: str) -> Skip:
        listed = "Active" in planned.in_quickbooks
        what = "Make it inactive in QuickBooks if nobody needs it; n" if listed else "N"
        return Skip(
            f"{capital(planned.label)} was changed in QuickBooks, but {self.flow.entity} "
            f"{mobiwork_id} is not in MobiWork any more. {what}othing was changed.",
            tell=True,
            cause=Kind.INACTIVE_THERE,
        )


def _is_outdated(planned: Planned) -> bool:
    """Tell whether a push agreed on a newer version of a record than was read.

    What it says is from before: to take it over would undo what was sent since.
    """
    link, read = planned.link, str(planned.in_quickbooks.get("SyncToken", ""))
    return link is not None and read.isdigit() and int(read) < int(link.sync_token)


def _who_wins(wanted: Instruction | None) -> OnConflict | None:
    """Return whose values are kept, if a person said it of this reading."""
    if wanted is None or wanted.wish is not Wish.KEEP:
        return None
    return "QuickBooks wins" if wanted.value == QUICKBOOKS_WINS else "MobiWork wins"
