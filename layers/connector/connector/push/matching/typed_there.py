"""What somebody typed in QuickBooks since the start that a new document may be: asked about first.

The looks at QuickBooks remember documents that no record of MobiWork stands behind
(`changes/documents/shown`). What may be the one that is about to be posted is looked for as when
both sides are compared (`push/matching/alike_there`): beside it, the money would be in the books
twice. Costs one read of the table for a flow that has something to create, and no call; before
payments, one metered query a run where QuickBooks does not ring and its changes were not read just
now (`_told_by_now`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from pydantic import BaseModel

from connector.engine.run import Run
from connector.entities.books import SaidThere, there
from connector.entities.compared_before import Entered, LastComparison
from connector.entities.registry import PAYMENT
from connector.entities.typed.beside import typed_as
from connector.errors import UNREADABLE, ReadsStoppedError, RecordError
from connector.model.body import Json, by_id, each_read
from connector.model.books.kinds import OF_TARGET
from connector.model.connection import Mode
from connector.model.cursor import Cursor
from connector.model.ids import QuickBooksId
from connector.model.links import Intent, RecordKey
from connector.model.matching.matches import Match, MatchDecision
from connector.model.matching.wording import is_there_as, question
from connector.model.plans import Create, Skip, Wait
from connector.model.worklist.causes import Kind
from connector.observability import logger
from connector.push.link import Work
from connector.push.load import Prepared
from connector.push.matching import alike_there, changed_since, listed_twice
from connector.quickbooks.query import at_least, select

JUST_READ, RINGS = timedelta(minutes=2), timedelta(days=1)
"""Changes that were read so lately tell all; a company that rang so lately rings again."""


@dataclass
class TypedThere:
    """What was typed in QuickBooks, read when the first document of its kind is to be created.

    Attributes:
        run: The run that asks.
    """

    run: Run
    _known: dict[str, dict[QuickBooksId, SaidThere]] = field(default_factory=dict)
    _just_typed: Mapping[QuickBooksId, SaidThere] | None = None
    _posted: dict[str, "alike_there.PostedBefore"] = field(default_factory=dict)

    def asked[R: BaseModel](self, prepared: Sequence[Prepared[R]]) -> list[Prepared[R]]:
        """Let documents wait that may be in QuickBooks already; a person says which are.

        So do those of which that was said, as they were then.
        """
        told = [*prepared]
        if any(one.match is not None and one.match.said_to_be for one in prepared):
            told = changed_since.asked(self.run, prepared)
        if self.run.mode is Mode.REVIEW:
            return told
        new = [one for one in told if _is_new(one)]
        found = dict[RecordKey, Match]()
        for target in dict.fromkeys(one.work.target for one in new):
            some = [one for one in new if one.work.target == target]
            found |= listed_twice.posted_twice(self.run, some)
            if known := self._typed(some[0].work):
                posted = self._posted_before(some[0].work)
                found |= alike_there.match_alike(
                    self.run, some, known, self._just_typed or {}, posted
                )
        if not self.run.only_plans:
            for asked in found.values():
                self.run.store.matches.keep(self.run.connection_id, asked)
                self.run.store.matches.decide(self.run.connection_id, asked)
        return [
            replace(one, plan=_planned(match), match=match)
            if (match := found.get(one.work.key))
            else one
            for one in told
        ]

    def _posted_before[R: BaseModel](self, work: Work[R]) -> "alike_there.PostedBefore":
        made = alike_there.PostedBefore(self.run, work.flow, work.target)
        return self._posted.setdefault(work.target, made)

    def _typed[R: BaseModel](self, work: Work[R]) -> Mapping[QuickBooksId, SaidThere]:
        """Return what was typed as the kind of a document, or as another one that it may be."""
        target, run = work.target, self.run
        if target not in self._known:
            typed = typed_as(run.connection_id, target, work.flow.name, run.store)
            self._known[target] = dict(typed)
        if target != PAYMENT:
            return self._known[target]
        known = self._known[target]
        if self._just_typed is None:
            late = {} if run.only_plans else just_typed(run)
            self._just_typed = {own: said for own, said in late.items() if own not in known}
        return {**self._just_typed, **known}


def _planned(match: Match) -> Wait | Skip:
    """Let a document wait for a person, or leave it out where the settings say what it is."""
    if match.decision is MatchDecision.SAME and match.chosen:
        return Skip(is_there_as(match, match.chosen), left_out=True)
    return Wait((), question(match), cause=Kind.SAME)


def _is_new[R: BaseModel](one: Prepared[R]) -> bool:
    """Tell whether a document is to be created that was never sent."""
    creates = isinstance(one.plan, Create) and not isinstance(one.link, Intent)
    return creates and one.work.target in OF_TARGET


def just_typed(run: Run) -> dict[QuickBooksId, SaidThere]:
    """Return the payments that were typed in QuickBooks since its changes were last read.

    Nobody else tells of one that is applied to no invoice: QuickBooks takes ours beside it. Where
    the budget of metered calls is used up, or QuickBooks fails on one of them, what was read
    counts; the next reading of changes tells of the others (`changes/documents/doubled`).
    """
    cursor = run.store.cursors.read(run.connection_id)
    if cursor is None or _told_by_now(run, cursor):
        return {}
    asked = select(PAYMENT, at_least("MetaData.LastUpdatedTime", cursor.since))
    rows: list[Json] = []
    try:
        rows.extend(run.quickbooks.query(asked))
    except (ReadsStoppedError, RecordError, *UNREADABLE) as error:
        logger.warning("not all payments typed since were read", error=type(error).__name__)
    found, _ = each_read(by_id(rows), there)
    return {own: said for own, said in found.items() if not said.voided and said.mark is None}


def _told_by_now(run: Run, cursor: Cursor) -> bool:
    """Tell whether a payment that somebody typed would have been told: changes are read on a ring.

    What the connector itself writes rings as well, so a company that rings has rung lately. A ring
    that was not answered yet tells nothing.
    """
    rung = cursor.rung_at
    answered = rung is not None and rung <= cursor.read_at and run.now() - rung < RINGS
    return answered or run.now() - cursor.read_at < JUST_READ


def not_compared[R: BaseModel](compared: LastComparison, prepared: Prepared[R]) -> Wait | None:
    """Let a record wait that is not to be created yet; None where it may be."""
    work, plan = prepared.work, prepared.plan
    day = plan.body.get("TxnDate") if isinstance(plan, Create) else None
    entered = Entered(work.item.found_at, str(day)) if day else None
    return compared.first(work.flow.name, prepared.match, entered=entered)
