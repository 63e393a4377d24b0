"""New documents among those that somebody typed in QuickBooks: compared as both sides are.

Documents that are posted already
may be in a sum with new ones, so that they are read where something larger was typed.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property

from pydantic import BaseModel

from connector.engine.run import Run
from connector.entities.books import SaidThere, amount_said, kept_there
from connector.entities.parties.merged import Parties
from connector.entities.shared.wire import cents
from connector.entities.typed.apart import (
    MONTH,
    WEEK,
    Among,
    PostedOfParties,
    days_about,
    linked,
)
from connector.entities.typed.beside import remember
from connector.entities.typed.compared import (
    NewDocument,
    Typed,
    is_nobodys_receipt,
    new_document,
    posted_document,
    with_parties_near,
)
from connector.model.flows.push_flow import AnyPushFlow
from connector.model.ids import QuickBooksId
from connector.model.links import RecordKey
from connector.model.matching.alike import Resemblance
from connector.model.matching.comparison import Grade
from connector.model.matching.evidence import BANKED_AFTER, BANKED_BEFORE, number_digits
from connector.model.matching.matches import Candidate, Match
from connector.model.plans import Create
from connector.push.load import Prepared

type TypedSaid = Mapping[QuickBooksId, SaidThere]
"""What typed documents say, by their ids."""


def match_alike[R: BaseModel](
    run: Run,
    some: Sequence[Prepared[R]],
    typed: TypedSaid,
    just_typed: TypedSaid,
    posted: "PostedBefore",
) -> dict[RecordKey, Match]:
    """Return what new documents of one kind may be, for a person to decide.

    `typed` are those that they may be; of these `just_typed` are not remembered yet. `posted` are
    those that may be in a sum with them.
    """
    told = ((one, new_of(one)) for one in some)
    news = {new.id: (one, new) for one, new in told if new}
    documents, flow = [new for _, new in news.values()], some[0].work.flow
    about = _about(documents, typed)
    if not about:
        return {}
    there = with_parties_near(documents, about, Parties(run.connection_id, run.store))
    apart = {
        (own, each)
        for own, (one, _) in news.items()
        for each in (one.match.quickbooks_ids if one.match else ())
    }
    among = Among(run.connection_id, flow, run.store)
    others = posted.with_some(documents, there)
    alike = among.compared(documents, there, frozenset(apart), others)
    asked = {
        new.owner: _match(run, one, new, alike, shown)
        for one, new in news.values()
        if (shown := among.shown(new, there, alike))
    }
    told_of = {own for one in asked.values() for own in one.told_of}
    if late := {own: said for own, said in just_typed.items() if own in told_of}:
        target = some[0].work.target
        remember(run.connection_id, target, late, run.store)
        kept = {own: kept_there(said) for own, said in late.items()}
        run.store.books.note_shown(run.connection_id, target, kept)
    return asked


def _about(news: Iterable[NewDocument], typed: TypedSaid) -> dict[QuickBooksId, SaidThere]:
    """Return what is of the party of a new document, comes to what it does, or bears its number.

    And what is of nobody about its day: it may be in that with others.
    """
    held = defaultdict[object, list[QuickBooksId]](list)
    for own, said in typed.items():
        nobodys = ("day", said.dated) if said.party is None else None
        number = ("number", number_digits(said.number or ""))
        keys = {said.amount, said.amount - said.tax, ("party", said.party), number, nobodys}
        for key in keys - {("number", ""), None}:
            held[key].append(own)
    found = dict[QuickBooksId, SaidThere]()
    for new in news:
        far = range(-BANKED_AFTER, BANKED_BEFORE + 1)
        days = (("day", new.day + timedelta(days=one)) for one in far)
        number = ("number", number_digits(new.number))
        for key in (new.amount, new.net, ("party", new.party), number, *days):
            found |= {own: typed[own] for own in held.get(key, ())}
    return found


@dataclass
class PostedBefore:
    """What a flow has posted that may be one typed document together with some new ones.

    Each day is read once, however many pages of new documents follow; those of the pages before
    count as posted.

    Attributes:
        run: The run that asks.
        flow: The flow.
        target: What these documents are in QuickBooks.
    """

    run: Run
    flow: AnyPushFlow
    target: str
    _known: dict[QuickBooksId, NewDocument | None] = field(default_factory=dict)
    _before: dict[date, list[NewDocument]] = field(default_factory=lambda: defaultdict(list))

    def with_some(self, news: Sequence[NewDocument], typed: Typed) -> list[NewDocument]:
        """Return those about the days of what is larger than a new document of its party."""
        larger = list[SaidThere]()
        for own, said in typed.said.items():
            if is_nobodys_receipt(own, said):
                continue
            amounts = {one.amount for one in news if _is_of(one, said)}
            if said.amount not in amounts and any(one < said.amount for one in amounts):
                larger.append(said)
        days = {day for said in larger for day in _days_of(said)}
        before = (one for day in days & self._before.keys() for one in self._before[day])
        found = {one.id: one for one in before if any(_is_of(one, said) for said in larger)}
        found |= {one.id: one for one in self._documents(larger)} if larger else {}
        for one in news:
            self._before[one.day].append(one)
            found.pop(one.id, None)
        return [*found.values()]

    def _documents(self, larger: Sequence[SaidThere]) -> Iterator[NewDocument]:
        found = self._posted.of(larger)
        if more := [one for one in found if one.number not in self._known]:
            self._known |= {one.number: None for one in more}
            some = linked(self.run.connection_id, self.target, more, self.run.store)
            links = {link.quickbooks_id: link for _, link in some}
            self._known |= {own: posted_document(self.flow, one) for own, one in links.items()}
        known = (self._known[one.number] for one in found)
        yield from (one for one in known if one)

    @cached_property
    def _posted(self) -> PostedOfParties:
        run, flows = self.run, frozenset({self.flow.name})
        return PostedOfParties(run.connection_id, flows, run.store)


def _is_of(one: NewDocument, said: SaidThere) -> bool:
    return said.party in {None, one.party} and _is_about(one, said)


def _days_of(said: SaidThere) -> Iterator[date]:
    """Return the days about what somebody typed on which its pieces may be."""
    if said.dated is not None:
        yield from days_about(said.dated, *((MONTH, MONTH) if said.party else WEEK))


def _is_about(new: NewDocument, said: SaidThere) -> bool:
    far = timedelta(days=BANKED_BEFORE) if said.party is None else MONTH
    return said.dated is not None and abs(said.dated - new.day) <= far


def new_of[R: BaseModel](one: Prepared[R]) -> NewDocument | None:
    """Return what tells a document from others; nothing of one that moves no money."""
    work, plan = one.work, one.plan
    if not isinstance(plan, Create):
        return None
    body, in_part = plan.body, work.flow.piece_id is not None
    lines = sum((line.get("Amount", Decimal(0)) for line in body.get("Line", ())), Decimal(0))
    amount = cents(abs(lines if in_part else work.worth or Decimal(0)))
    if not amount or body.get("TotalAmt") == 0:
        return None
    tax = (
        Decimal(0)
        if in_part
        else amount_said(work.flow.wording.facts(work.record).get("sales tax"))
    )
    return new_document(work.key, work.target, body, amounts=(amount, tax), label=work.label)


def _match[R: BaseModel](
    run: Run,
    prepared: Prepared[R],
    new: NewDocument,
    alike: "Resemblance",
    shown: Sequence[Candidate],
) -> Match:
    """Return what is asked; what was ruled out before comes last, to be told with the new."""
    work, before = prepared.work, prepared.match
    out = [replace(one, ruled_out=True) for one in before.candidates] if before else []
    return Match(
        owner=work.key,
        target=work.target,
        label=work.label,
        grade=Grade.SEVERAL if len(shown) + len(out) > 1 else alike.asked_as(new.id),
        candidates=(*shown, *out),
        flow=work.flow.name,
        item=work.item.record_id,
        found_at=run.now().isoformat(),
    )
