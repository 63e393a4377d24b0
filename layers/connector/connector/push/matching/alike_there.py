"""New documents among those that somebody typed in QuickBooks: compared as both sides are.

Documents that are posted already
may be in a sum with new ones, so that they are read where something larger was typed.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from pydantic import BaseModel

from connector.engine.run import Run
from connector.entities.books import SaidThere, amount_said, kept_there
from connector.entities.parties.merged import Parties
from connector.entities.shared.wire import cents
from connector.entities.typed.apart import MONTH, Among, linked, posted_of_parties
from connector.entities.typed.beside import remember
from connector.entities.typed.compared import (
    NewDocument,
    Typed,
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


def found[R: BaseModel](
    run: Run, some: Sequence[Prepared[R]], typed: TypedSaid, just_typed: TypedSaid
) -> dict[RecordKey, Match]:
    """Return what new documents of one kind may be, for a person to decide.

    `typed` are those that they may be; of these `just_typed` are not remembered yet.
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
    others = _posted(run, flow, documents, there)
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


def _posted(
    run: Run, flow: AnyPushFlow, news: Sequence[NewDocument], typed: Typed
) -> list[NewDocument]:
    """Return what is posted and may be one typed document together with some new ones."""
    larger = list[SaidThere]()
    for said in typed.said.values():
        whose = (one for one in news if said.party in {None, one.party})
        amounts = {one.amount for one in whose if _is_about(one, said)}
        if said.amount not in amounts and any(one < said.amount for one in amounts):
            larger.append(said)
    flows = frozenset({flow.name})
    found = posted_of_parties(run.connection_id, flows, larger, run.store) if larger else []
    links = linked(run.connection_id, news[0].target, found, run.store)
    return [new for _, link in links if (new := posted_document(flow, link))]


def _is_about(new: NewDocument, said: SaidThere) -> bool:
    far = timedelta(days=BANKED_BEFORE) if said.party is None else MONTH
    return said.dated is not None and abs(said.dated - new.day) <= far


def new_of[R: BaseModel](one: Prepared[R]) -> NewDocument | None:
    """Return what tells a document from others; nothing of one that moves no money."""
    work, plan = one.work, one.plan
    if not isinstance(plan, Create):
        return None
    body, in_part = plan.body, work.flow.matching.typed.in_part
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
