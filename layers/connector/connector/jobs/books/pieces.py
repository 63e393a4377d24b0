"""Payments that were entered in QuickBooks and are shown in MobiWork, one for each invoice."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from connector.entities.books import SaidThere, amount_said, party_in, there_of
from connector.entities.registry import IN_PIECES
from connector.jobs.books.linked import KeptOfLink, figures_there, fixes_of, now_here, posted_day
from connector.jobs.books.sides import BothSides
from connector.jobs.books.unlinked import document_there
from connector.model.books.causes import BooksCause
from connector.model.books.documents import BooksDocument, MoneyFigures, PathStep, SideFigures
from connector.model.books.kinds import OF_LINK, OPENS
from connector.model.flows.push_flow import AnyPushFlow
from connector.model.links import Link, Origin

PAYMENT = "Payment"


def is_piece(link: Link) -> bool:
    """Tell whether a link is of a piece of what QuickBooks has as a whole."""
    return link.origin is Origin.PULLED and link.target in IN_PIECES


@dataclass
class ShownPayments:
    """What MobiWork shows of each whole payment so far, by the id of the whole.

    amounts: in dollars.
    """

    amounts: dict[str, Decimal] = field(default_factory=dict)

    def document_of(
        self, sides: BothSides, flow: AnyPushFlow, link: Link, known: KeptOfLink
    ) -> BooksDocument:
        """Return one piece: what MobiWork shows now, what was shown, and what is left of it."""
        whole, _, invoice = link.quickbooks_id.partition("-")
        day, party = posted_day(link), _party(sides, whole, invoice)
        was = MoneyFigures(_amount(link.in_mobiwork.get("amount")), day, party=party)
        there = MoneyFigures(_amount(link.in_quickbooks.get("amount")), day, party=party)
        gone = link.gone and not sides.proven
        self.amounts[whole] = self.amounts.get(whole, Decimal(0)) + there.amount
        now_there: SideFigures = None if gone else there
        why = (
            BooksCause.DELETED_THERE if "deleted" in (link.gone or "") else BooksCause.VOIDED_THERE
        )
        here, why_here = _now(sides, flow, link, known, was)
        steps = (
            PathStep(was, why_here),
            PathStep(there, BooksCause.SHOWN_IN_PART),
            PathStep(now_there, why),
        )
        return BooksDocument(
            kind=OF_LINK[link.owner.entity],
            label=f"payment {link.owner.mobiwork_id}",
            here=here,
            steps=() if here == now_there else steps,
            opens=OPENS[link.owner.entity],
            flow=flow.name,
            record_id=link.owner.mobiwork_id,
            target=link.target,
            quickbooks_id=link.quickbooks_id,
            note=known.item.reason if known.item else link.gone,
            fixes=fixes_of(known.item),
        )

    def rest(self, sides: BothSides) -> Iterator[BooksDocument]:
        """Yield what QuickBooks' payments have beyond their pieces, or lack of them."""
        wholes = self._wholes(sides)
        for whole, shown in self.amounts.items():
            found = wholes.pop(whole, None)
            if found is None:
                continue
            now = figures_there(sides, found)
            left = (Decimal(0) if found.voided else now.amount) - shown
            why = BooksCause.VOIDED_THERE if found.voided else BooksCause.SHOWN_IN_PART
            if left:
                document = document_there(sides, PAYMENT, whole, found, (why, None))
                rest = MoneyFigures(left, now.day, party=now.party)
                yield BooksDocument(
                    kind=document.kind,
                    label=document.label,
                    here=None,
                    steps=(PathStep(rest, why),),
                    opens=document.opens,
                    target=PAYMENT,
                    quickbooks_id=whole,
                )

    def _wholes(self, sides: BothSides) -> dict[str, SaidThere]:
        """Return what QuickBooks says of the wholes, as it was read or change data last showed."""
        if sides.there is not None:
            return sides.there.get(PAYMENT, {})
        store, connection_id = sides.run.store.books, sides.run.connection_id
        shown = store.shown_of(connection_id, PAYMENT, self.amounts) if self.amounts else {}
        return {own: there_of(held) for own, held in shown.items()}


def _now(
    sides: BothSides, flow: AnyPushFlow, link: Link, known: KeptOfLink, was: MoneyFigures
) -> tuple[SideFigures, BooksCause]:
    """Return what MobiWork shows now, and why that is no longer as it was shown."""
    found = now_here(sides, flow, link, known)
    if found is None:
        own = (flow.entity, link.owner.mobiwork_id)
        gone = sides.tells(*own) and own not in sides.unreadable
        return (None, BooksCause.DELETED_HERE) if gone else (was, BooksCause.CHANGED_HERE)
    if not found.counts:
        return None, BooksCause.VOID_HERE
    return MoneyFigures(found.amount, was.day, party=was.party), BooksCause.CHANGED_HERE


def _party(sides: BothSides, whole: str, invoice: str) -> str | None:
    """Return whose a payment is: as QuickBooks says, else whoever pays its invoice."""
    found = (sides.there or {}).get(PAYMENT, {}).get(whole)
    if found:
        return sides.customer_there(found.party, found.name)
    store, connection_id = sides.run.store, sides.run.connection_id
    owner = store.links.owner_of(connection_id, "Invoice", invoice) if invoice else None
    link = store.links.read(connection_id, *owner) if owner else None
    return sides.customer_there(party_in(link.base)) if isinstance(link, Link) else None


def _amount(said: object) -> Decimal:
    """Return the amount of a kept field, which may say more: 9.63, credits included."""
    text = str(said or "0").split(",", maxsplit=1)[0] if "included" in str(said) else str(said or 0)
    return amount_said(text)
