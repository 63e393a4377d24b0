"""The push engine: works through the pending items of one flow, MobiWork to QuickBooks."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial

from pydantic import BaseModel

from connector.engine.loop import Engine, Settled, Unsettled, note
from connector.engine.run import MARGIN_SECONDS, Run
from connector.entities.registry import PULL_OF
from connector.errors import RateLimitedError, RecordError, RemoteDownError, RetriableError
from connector.model.outcomes import Outcome, Report
from connector.model.pending import PendingItem
from connector.model.plans import Adopt, Create, Refuse, Skip, Update, Wait
from connector.model.push_flow import PushFlow
from connector.push import create, selection
from connector.push.link import Work
from connector.push.load import Prepared, prepare
from connector.push.update import update
from connector.store import links
from connector.store.links import Link, LinkState


def push[R: BaseModel](flow: PushFlow[R], run: Run) -> Report:
    """Bring every pending item of `flow` to its outcome, or ask to be called again.

    Raises:
        RecordError: a person asked for certain records and one of them did not go through.
        ConnectionBrokenError: the authorisation is gone.
    """
    engine = _Push(flow, run, flow.link_entities)
    report = engine.work_through(selection.items(flow, run))
    if run.by_hand and not report.more:
        selection.wake_waiting(run)
        selection.refuse_unpushed(flow, run)
    return report


@dataclass
class _Push[R: BaseModel](Engine[PushFlow[R]]):
    """One invocation: several records at once, at the pace that QuickBooks allows."""

    pause: float = 0.0
    postponed: list[str] = field(default_factory=list)

    def page(self, items: Sequence[PendingItem], watched: str) -> Sequence[PendingItem]:
        """Bring items to their outcomes; return those that QuickBooks asked to come later with."""
        page = prepare(self.flow, self.run, items)
        for item, refusal in page.unreadable:
            self.rest(item, item.label, refusal)
        with ThreadPoolExecutor(max_workers=self.run.workers) as pool:
            for _ in pool.map(partial(self._one, watched=watched), page.prepared):
                pass
        return self._postponed_again()

    def _postponed_again(self) -> list[PendingItem]:
        """Rest as long as QuickBooks asked, then return what was postponed for it."""
        if not self.postponed:
            return []
        postponed, self.postponed = self.postponed, []
        self.run.sleep(min(self.pause, max(self.run.remaining() - MARGIN_SECONDS, 0.0)))
        self.pause = 0.0
        return self.reread(postponed)

    def _one(self, prepared: Prepared[R], watched: str) -> None:
        """Bring one record to its outcome; what it is waits in the store whatever happens."""
        work = prepared.work
        if not isinstance(prepared.plan, Wait | Refuse):
            self.wake(work.item)
        if self.pause:
            self.postponed.append(work.item.record_id)
            return
        if self.down:
            self._put_off(work, self.down)
            return
        try:
            settled = self._carry_out(prepared, watched)
        except RecordError as error:
            self.rest(work.item, work.label, Refuse(str(error), error.fixes))
        except RateLimitedError as error:
            self.pause = max(self.pause, error.retry_after)
            self.postponed.append(work.item.record_id)
        except RetriableError as error:
            self._unanswered(work, error)
        else:
            self._look_again(work, settled)

    def _put_off(self, work: Work[R], reason: str) -> None:
        note(self.run, work.item, work.label, Outcome.WAITING, reason)

    def _unanswered(self, work: Work[R], error: RetriableError) -> None:
        if isinstance(error, RemoteDownError) and not error.unknown_outcome:
            self.down = str(error)
        self.heard_nothing(str(error))
        self._put_off(work, str(error))

    def _look_again(self, work: Work[R], settled: Settled) -> None:
        if settled is None:
            self.silences = 0
            return
        if settled.reason:
            self._put_off(work, settled.reason)
        self.look_again(work.item, settled)

    def _carry_out(self, prepared: Prepared[R], watched: str) -> Settled:
        link = prepared.link
        if link is not None and link.state == LinkState.PENDING:
            if link.claim != watched:
                reason = "It was sent before, and it is not certain yet that QuickBooks has it."
                return Unsettled(link.claim, self.run.claim_seconds, reason)
            return create.settle(self.run, prepared.work, prepared.plan, link)
        return self._execute(prepared, link)

    def _execute(self, prepared: Prepared[R], link: Link | None) -> Settled:
        work = prepared.work
        if link is not None and link.disputed:
            kept, number = self.run.store.pending, str(link.quickbooks_id)
            kept.replay(self.run.connection_id, PULL_OF[self.flow.name].name, number)
        match plan := prepared.plan:
            case Create():
                return create.create(self.run, work, plan, link)
            case Update() if link is not None:
                return update(self.run, work, plan, link)
            case Adopt():
                return create.adopt(self.run, work, plan, prepared.there, link)
            case Skip() | Wait() | Refuse():
                if link is not None and isinstance(plan, Skip):
                    links.note_drift(link, plan.drift)
                self.rest(work.item, work.label, plan)
        return None
