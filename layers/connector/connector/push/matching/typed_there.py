"""What somebody typed in QuickBooks since the start that a new document may be: asked about first.

The looks at QuickBooks remember documents that no record of MobiWork stands behind
(`changes/documents/shown`). One of the same party, money and days, or of the same party and number,
may be the one that is about to be posted: beside it, the money would be in the books twice. Costs
one read of the table for a flow that has something to create, and no call; before payments, one
metered query a run where QuickBooks does not ring and its changes were not read just now
(`_told_by_now`).
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import chain

from pydantic import BaseModel

from connector.engine.run import Run
from connector.entities import typed_apart
from connector.entities.books import SaidThere, amount_said, kept_there, there, there_of
from connector.entities.compared_before import Entered, LastComparison
from connector.entities.customers.parties_there import Parties, party_kind
from connector.entities.shared.wire import cents, dollars
from connector.entities.typed import NewDocument, as_of, digits, may_be
from connector.entities.typed_beside import may_be_beside, others_are, typed_beside
from connector.errors import UNREADABLE, ReadsStoppedError, RecordError
from connector.model.body import Body, Json, by_id, each_read
from connector.model.books.kinds import OF_TARGET
from connector.model.connection import Mode
from connector.model.cursor import Cursor
from connector.model.ids import FlowName, QuickBooksId
from connector.model.links import Intent, RecordKey
from connector.model.matching.comparison import Grade
from connector.model.matching.matches import (
    Candidate,
    Match,
    MatchDecision,
    is_elsewhere,
    told_as,
)
from connector.model.matching.scoring import DAY, NUMBER, PARTY, TOTAL
from connector.model.matching.wording import question
from connector.model.plans import Create, Wait
from connector.model.worklist.causes import Kind
from connector.observability import logger
from connector.push.link import Work
from connector.push.load import Prepared
from connector.push.matching import changed_since
from connector.quickbooks.query import at_least, select

PAYMENT = "Payment"
JUST_READ, RINGS = timedelta(minutes=2), timedelta(days=1)
"""Changes that were read so lately tell all; a company that rang so lately rings again."""


@dataclass
class TypedThere:
    """What was typed in QuickBooks, read when the first document of its kind is to be created.

    Attributes:
        run: The run that asks.
    """

    run: Run
    _known: dict[str, "_Typed"] = field(default_factory=dict)
    _just_typed: Mapping[QuickBooksId, SaidThere] | None = None
    _parties: Parties = field(init=False)

    def __post_init__(self) -> None:
        """Look parties up where the run keeps its records."""
        self._parties = Parties(self.run.connection_id, self.run.store)

    def asked[R: BaseModel](self, prepared: Sequence[Prepared[R]]) -> list[Prepared[R]]:
        """Let documents wait that may be in QuickBooks already; a person says which are.

        So do those of which that was said, as they were then.
        """
        told = [*prepared]
        if any(one.match is not None and one.match.said_to_be for one in prepared):
            told = changed_since.asked(self.run, prepared)
        return told if self.run.mode is Mode.REVIEW else [self._asked(one) for one in told]

    def _asked[R: BaseModel](self, one: Prepared[R]) -> Prepared[R]:
        work = one.work
        if not isinstance(one.plan, Create) or isinstance(one.link, Intent):
            return one
        new = _new(work, one.plan.body) if work.target in OF_TARGET else None
        alike = self._like(new, work.key, work.flow.name) if new else {}
        if new is None or not alike:
            return one
        store, own = self.run.store.matches, self.run.connection_id
        before = store.read_many(own, work.target, [work.key]).get(work.key)
        said = before is not None and before.decision is not MatchDecision.UNDECIDED
        if before is not None and said and alike.keys() <= {*before.quickbooks_ids}:
            return one
        match = _match(self.run, work, new, alike)
        if not self.run.only_plans:
            store.keep(own, match)
            store.decide(own, match)
        return replace(one, plan=Wait((), question(match), cause=Kind.SAME))

    def _like(
        self, new: NewDocument, owner: RecordKey, flow: FlowName
    ) -> Mapping[QuickBooksId, SaidThere]:
        """Return what a document may be that belongs to no other record of MobiWork.

        Those of about its day come first, then those that may be it though they are dated up to a
        month off.
        """
        if new.target not in self._known:
            self._known[new.target] = _typed(self.run, new.target, flow)
        if new.target == PAYMENT and self._just_typed is None:
            self._just_typed = {} if self.run.only_plans else just_typed(self.run)
        store, connection_id = self.run.store, self.run.connection_id
        known = self._known[new.target].about(new)
        late = self._just_typed or {} if new.target == PAYMENT else {}
        untold = {own: said for own, said in late.items() if own not in known}
        typed = as_of(new, {**known, **untold}, self._parties)
        near = {own: said for own, said in typed.items() if _is_near(new, own, said)}
        if not typed:
            return {}
        far = [own for own in typed_apart.dated_apart(new, typed) if own not in near]
        if not near and not far:
            return {}
        taken = {*store.links.owners_of(connection_id, new.target, [*near, *far])}
        taken |= others_are(connection_id, new.target, near, owner, store)
        free = [own for own in far if own not in taken]
        neighbours = typed_apart.Neighbours(connection_id, new, typed, store)
        asked = dict.fromkeys((*sorted(near), *neighbours.nobodys(free, owner)))
        alike = {own: typed[own] for own in asked if own not in taken}
        news = {own: kept_there(untold[own]) for own in alike if own in untold}
        if news:
            store.books.note_shown(connection_id, new.target, news)
        return alike


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


@dataclass(frozen=True)
class _Typed:
    """Documents of one kind that were typed in QuickBooks.

    Attributes:
        by_amount: By total, also without sales tax, then by id.
        by_number: By number, then by id.
    """

    by_amount: Mapping[Decimal, Mapping[QuickBooksId, SaidThere]]
    by_number: Mapping[str, Mapping[QuickBooksId, SaidThere]]

    def about(self, new: NewDocument) -> dict[QuickBooksId, SaidThere]:
        """Return those that come to what a document does, also without tax, or bear its number."""
        return {
            **self.by_amount.get(new.amount, {}),
            **self.by_amount.get(new.net, {}),
            **self.by_number.get(digits(new.number), {}),
        }


def _is_near(new: NewDocument, own: QuickBooksId, said: SaidThere) -> bool:
    target, elsewhere, _ = own.partition(":")
    return may_be_beside(new, target, said) if elsewhere else may_be(new, said)


def _typed(run: Run, target: str, flow: FlowName) -> _Typed:
    """Return what was typed as one kind, or as another one that a flow's records may be there."""
    by_amount = defaultdict[Decimal, dict[QuickBooksId, SaidThere]](dict)
    by_number = defaultdict[str, dict[QuickBooksId, SaidThere]](dict)
    shown = run.store.books.all_shown(run.connection_id, target)
    of_its_kind = ((own, there_of(kept)) for own, kept in shown)
    by_hand = (
        (own, said)
        for own, said in of_its_kind
        if said.mark is None or said.mark[2] != run.connection_id
    )
    for own, said in chain(by_hand, typed_beside(run.connection_id, target, flow, run.store)):
        for amount in {said.amount, said.amount - said.tax}:
            by_amount[amount][own] = said
        by_number[digits(said.number or "")][own] = said
    by_number.pop("", None)
    return _Typed(by_amount, by_number)


def _new[R: BaseModel](work: Work[R], body: Body) -> NewDocument | None:
    """Return what tells a document from others; nothing of one that moves no money."""
    typed = work.flow.matching.typed
    lines = sum((line.get("Amount", Decimal(0)) for line in body.get("Line", ())), Decimal(0))
    amount = cents(abs(lines if typed.in_part else work.worth or Decimal(0)))
    if not amount or body.get("TotalAmt") == 0:
        return None
    tax = (
        Decimal(0)
        if typed.in_part
        else amount_said(work.flow.wording.facts(work.record).get("sales tax"))
    )
    party = body.get("CustomerRef") or body.get("VendorRef") or body.get("EntityRef") or {}
    return NewDocument(
        target=work.target,
        amount=amount,
        net=amount - tax,
        day=date.fromisoformat(str(body["TxnDate"])),
        party=party.get("value"),
        number=str(body.get("DocNumber") or body.get("PaymentRefNum") or ""),
        typed=typed,
        kind=party_kind(body),
    )


def _match[R: BaseModel](
    run: Run, work: Work[R], new: NewDocument, alike: Mapping[QuickBooksId, SaidThere]
) -> Match:
    """Return what is asked; what is only dated otherwise takes no document away from others."""
    near = any(may_be(new, said) for said in alike.values())
    one = Grade.LIKELY if near else Grade.CONTRADICTS
    return Match(
        owner=work.key,
        target=work.target,
        label=work.label,
        grade=one if len(alike) == 1 else Grade.SEVERAL,
        candidates=tuple(_candidate(new, own, said) for own, said in alike.items()),
        flow=work.flow.name,
        item=work.item.record_id,
        found_at=run.now().isoformat(),
    )


def _candidate(new: NewDocument, own: QuickBooksId, said: SaidThere) -> Candidate:
    """Return a document for a person to look at, with what both sides say of it."""
    ours = {TOTAL: dollars(new.amount), DAY: new.day.isoformat(), NUMBER: new.number}
    theirs = {TOTAL: dollars(said.amount), DAY: said.day or "", NUMBER: said.number or ""}
    party = {PARTY: said.name or said.party} if said.party and said.party == new.party else {}
    of = f" of {said.name}" if said.name else ""
    if is_elsewhere(own):
        named = "".join(map(_spaced, told_as(own))).strip()
    else:
        named = f"{OF_TARGET[new.target].value.removesuffix('s')} {said.number or own}"
    return Candidate(
        own,
        f"{named}{of}",
        {**party, **{fact: text for fact, text in ours.items() if text and text == theirs[fact]}},
        {fact: (text, theirs[fact]) for fact, text in ours.items() if text != theirs[fact]},
    )


def _spaced(letter: str) -> str:
    return f" {letter.lower()}" if letter.isupper() else letter


def not_compared[R: BaseModel](compared: LastComparison, prepared: Prepared[R]) -> Wait | None:
    """Let a record wait that is not to be created yet; None where it may be."""
    work, plan = prepared.work, prepared.plan
    day = plan.body.get("TxnDate") if isinstance(plan, Create) else None
    entered = Entered(work.item.found_at, str(day)) if day else None
    return compared.first(work.flow.name, prepared.match, entered=entered)
