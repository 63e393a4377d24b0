"""Documents that are linked: what both sides said when they were posted, and what they say now."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from connector.entities.books import (
    SaidHere,
    SaidThere,
    amount_said,
    of_list,
    party_in,
    party_said,
    there_of,
)
from connector.entities.shared.wire import cents
from connector.jobs.books.sides import BothSides
from connector.mobiwork.xml import RawRecord
from connector.model.body import Json
from connector.model.books.causes import OF_TOTAL, BooksCause
from connector.model.books.documents import (
    NOTHING,
    BooksDocument,
    MoneyFigures,
    PathStep,
    SideFigures,
)
from connector.model.books.kinds import OF_LINK, OPENS
from connector.model.flows.drift import now_of
from connector.model.flows.push_flow import AnyPushFlow
from connector.model.links import Link, Origin
from connector.model.pending import WORKLIST, LeftOut, PendingItem, PendingState
from connector.model.totals import ROUNDING_LIMIT, TotalDifference
from connector.model.worklist.causes import read
from connector.model.worklist.fixes import FixKind, offered

DELETED_HERE = "It was deleted in MobiWork"
"""How an item begins that tells of it."""


@dataclass(frozen=True, kw_only=True)
class KeptOfLink:
    """What else is kept of a linked document.

    item: its pending item; left_out: its record where it was left out later; told: how its total
    differed when it was posted; shown: what change data showed of it since.
    """

    item: PendingItem | None = None
    left_out: LeftOut | None = None
    told: TotalDifference | None = None
    shown: Json | None = None


def document_of(
    sides: BothSides, flow: AnyPushFlow, link: Link, known: KeptOfLink
) -> BooksDocument:
    """Return a linked document as the path from MobiWork now to QuickBooks now."""
    was_here, was_there = _as_posted(sides, flow, link, known.told)
    now_here, why_here = _here(sides, flow, link, known, was_here)
    now_there, why_there = _there(sides, link, known, was_there)
    steps = (
        PathStep(was_here, why_here),
        PathStep(was_there, _why_posted(link, known.told, was_here, was_there)),
        PathStep(now_there, why_there),
    )
    return BooksDocument(
        kind=OF_LINK[link.owner.entity],
        label=_label(sides, flow, link, known),
        here=now_here,
        steps=() if now_here == now_there else steps,
        opens=OPENS.get(link.owner.entity, 0),
        flow=flow.name,
        record_id=flow.item_id(link.owner.mobiwork_id),
        target=link.target,
        quickbooks_id=link.quickbooks_id,
        note=known.item.reason if known.item else link.gone or link.drift,
        fixes=fixes_of(known.item),
    )


def undone_of(sides: BothSides, flow: AnyPushFlow, link: Link, known: KeptOfLink) -> BooksDocument:
    """Return a document whose link a person undid: QuickBooks does not count it any more."""
    found = document_of(sides, flow, link, known)
    return replace(found, steps=(PathStep(None, BooksCause.UNDONE),), quickbooks_id=None)


def fixes_of(item: PendingItem | None) -> tuple[FixKind, ...]:
    """Return what the worklist offers for an item."""
    if item is None or item.state not in WORKLIST:
        return ()
    cause = read(item.key_of_cause)
    return tuple(dict.fromkeys(one.fix for one in offered(cause, item)))


def posted_day(link: Link) -> date | None:
    """Return the day that a document was posted with."""
    day = str(link.base.get("TxnDate") or link.in_quickbooks.get("date") or "")
    return date.fromisoformat(day) if day else None


def _as_posted(
    sides: BothSides, flow: AnyPushFlow, link: Link, told: TotalDifference | None
) -> tuple[MoneyFigures, MoneyFigures]:
    """Return what both sides said of a document when it was posted or linked."""
    base, facts = link.base, link.facts
    owner = sides.customer_there(party_in(base))
    there = link.total if link.total is not None else _sent(base)
    missing = told.difference.missing if told else NOTHING
    whole = "amount" in facts and not flow.piece_id
    here = abs(amount_said(facts["amount"])) if whole else cents(there + missing)
    if whole and flow.totals and told is None and link.origin is Origin.CREATED:
        there = here
    tax = amount_said(facts.get("sales tax")) if facts else _tax_sent(base)
    tax_there = tax - (told.difference.tax_missing if told else NOTHING)
    if told is None and facts and flow.totals and link.tax is not None:
        tax_there = link.tax
    day = posted_day(link)
    return MoneyFigures(here, day, tax, owner), MoneyFigures(cents(there), day, tax_there, owner)


def _sent(base: Json) -> Decimal:
    """Return what a body comes to that was sent, where QuickBooks' answer was not kept."""
    if base.get("TotalAmt") is not None:
        return Decimal(str(base["TotalAmt"]))
    lines = sum((Decimal(str(one.get("Amount") or 0)) for one in base.get("Line", ())), NOTHING)
    return lines + _tax_sent(base)


def _tax_sent(base: Json) -> Decimal:
    return Decimal(str((base.get("TxnTaxDetail") or {}).get("TotalTax") or 0))


def _why_posted(
    link: Link, told: TotalDifference | None, here: MoneyFigures, there: MoneyFigures
) -> BooksCause:
    """Say why both sides differed when a document was posted, if they did."""
    if link.origin is Origin.LINKED:
        return BooksCause.LINKED_UNEQUAL
    if told is not None:
        return OF_TOTAL[told.difference.cause]
    if link.origin is Origin.PULLED:
        return BooksCause.SHOWN_IN_PART
    known = link.total is not None and bool(link.facts)
    off = abs(here.amount - there.amount), abs(here.tax - there.tax)
    small = max(off) <= ROUNDING_LIMIT
    return (
        (BooksCause.ROUNDING if small else BooksCause.POSTED_UNEQUAL)
        if known
        else BooksCause.UNEXPLAINED
    )


def _here(
    sides: BothSides, flow: AnyPushFlow, link: Link, known: KeptOfLink, was: MoneyFigures
) -> tuple[SideFigures, BooksCause]:
    """Return what MobiWork says of a linked document now, and why that is no longer as posted."""
    if _is_deleted(sides, flow, link, known):
        return None, BooksCause.DELETED_HERE
    found = now_here(sides, flow, link, known)
    if found is None:
        return _drifted(sides, link, was), BooksCause.CHANGED_HERE
    went_back = found.unfinished and link.origin is not Origin.PULLED
    if went_back or not found.counts:
        return None, BooksCause.NOT_FINISHED if went_back else BooksCause.VOID_HERE
    if found.entity != link.owner.entity and found.entity in OF_LINK:
        return None, BooksCause.CHANGED_HERE
    if flow.piece_id:
        return was, BooksCause.CHANGED_HERE
    same_day = found.said_day == link.facts.get("date", found.said_day)
    day = was.day if same_day else _day(found.said_day)
    same_party = not link.facts or found.party == party_said(link.facts)
    party = was.party if same_party else sides.party(found.party)
    tax = found.tax if link.facts or found.tax else was.tax
    return MoneyFigures(found.amount, day, tax, party), BooksCause.CHANGED_HERE


def _is_deleted(sides: BothSides, flow: AnyPushFlow, link: Link, known: KeptOfLink) -> bool:
    own = flow.item_id(link.owner.mobiwork_id)
    if sides.tells(flow.entity, own):
        return own not in sides.here[flow.entity] and (flow.entity, own) not in sides.unreadable
    if link.gone and "both sides" in link.gone:
        return True
    item = known.item
    told = item is not None and item.state is PendingState.DELETED and not item.record
    return bool(told and item and (item.reason or "").startswith(DELETED_HERE))


def now_here(sides: BothSides, flow: AnyPushFlow, link: Link, known: KeptOfLink) -> SaidHere | None:
    """Return the record of a linked document as it was last read; None where it is as posted."""
    own = flow.item_id(link.owner.mobiwork_id)
    if sides.tells(flow.entity, own):
        return sides.here[flow.entity].get(own)
    texts = (one.record for one in (known.item, known.left_out) if one)
    text = next(filter(None, texts), None)
    if text is None:
        return None
    return of_list(RawRecord(flow.entity, own, text), sides.office, sides.today)


def _drifted(sides: BothSides, link: Link, was: MoneyFigures) -> MoneyFigures:
    """Return what MobiWork says of a posted document by what was told of its changes."""
    amount, tax = now_of(link.drift, "amount"), now_of(link.drift, "sales tax")
    day, party = now_of(link.drift, "date"), now_of(link.drift, "customer")
    return MoneyFigures(
        abs(amount_said(amount)) if amount else was.amount,
        _day(day) if day else was.day,
        amount_said(tax) if tax else was.tax,
        sides.party(party) if party else was.party,
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _there(
    sides: BothSides, link: Link, known: KeptOfLink, was: MoneyFigures
) -> tuple[SideFigures, BooksCause]:
    """Return what QuickBooks says of a linked document now, and why that is no longer as posted."""
    if sides.there is not None:
        found = sides.there.get(link.target, {}).pop(link.quickbooks_id, None)
        if found is not None:
            return _found(sides, link, found, was)
        if (link.target, link.quickbooks_id) in sides.missing:
            return None, BooksCause.DELETED_THERE
    if link.gone:
        deleted = "deleted" in link.gone
        return None, BooksCause.DELETED_THERE if deleted else BooksCause.VOIDED_THERE
    if known.shown is not None:
        return _found(sides, link, there_of(known.shown), was)
    return was, BooksCause.CHANGED_THERE


def _found(
    sides: BothSides, link: Link, found: SaidThere, was: MoneyFigures
) -> tuple[SideFigures, BooksCause]:
    if found.voided:
        return None, BooksCause.VOIDED_THERE
    now = figures_there(sides, found)
    if link.target == "Bill" or not was.party:
        now = replace(now, party=was.party)
    adopted = link.origin is Origin.LINKED and now.amount == was.amount
    return now, BooksCause.LINKED_UNEQUAL if adopted else BooksCause.CHANGED_THERE


def figures_there(sides: BothSides, found: SaidThere) -> MoneyFigures:
    """Return what a document of QuickBooks counts with."""
    party = sides.customer_there(found.party, found.name)
    return MoneyFigures(found.amount, _day(found.day), found.tax, party)


def _label(sides: BothSides, flow: AnyPushFlow, link: Link, known: KeptOfLink) -> str:
    found = now_here(sides, flow, link, known)
    if found:
        return found.label
    number = link.base.get("DocNumber") or flow.item_id(link.owner.mobiwork_id)
    return f"{flow.noun_of(link.owner.entity)} {number}"
