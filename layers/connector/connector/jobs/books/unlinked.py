"""Documents that only one side has, and why."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from connector.entities.books import SaidHere, SaidThere
from connector.entities.registry import BY_ENTITY
from connector.jobs.books.linked import figures_there, fixes_of
from connector.jobs.books.sides import BothSides
from connector.model.body import spoken
from connector.model.books.causes import BooksCause
from connector.model.books.documents import BooksDocument, MoneyFigures, PathStep
from connector.model.books.kinds import OF_LINK, OF_TARGET, OPENS, BooksKind
from connector.model.links import Intent, Link, RecordKey
from connector.model.matching.matches import Match, MatchDecision
from connector.model.pending import PendingItem, PendingState
from connector.model.policy.postable import Standing
from connector.model.worklist.causes import Kind

OF_STATE: Mapping[PendingState, BooksCause] = {
    PendingState.CHANGED: BooksCause.NOT_POSTED_YET,
    PendingState.SENT: BooksCause.NOT_POSTED_YET,
    PendingState.WAITING: BooksCause.WAITING,
    PendingState.REFUSED: BooksCause.REFUSED,
    PendingState.UNDECIDED: BooksCause.UNDECIDED,
    PendingState.PLANNED: BooksCause.PLANNED,
    PendingState.DELETED: BooksCause.NOT_POSTED_YET,
}
"""Why a record is not in QuickBooks, by the state of its pending item."""


@dataclass(frozen=True, kw_only=True)
class OnlyHere:
    """A record of MobiWork that is in QuickBooks in no way.

    record_id: its id; found: what it says; cause: why it is not there; less: what of it is there
    in pieces already.
    item: what of it is on its way; None where nothing is.
    note: what there is to say besides, a sentence.
    """

    record_id: str
    found: SaidHere
    cause: BooksCause
    item: PendingItem | None = None
    note: str | None = None


def cause_of(item: PendingItem) -> BooksCause:
    """Say why a record with a pending item is not in QuickBooks."""
    if item.cause == Kind.SINCE_START:
        return BooksCause.BEFORE_START
    return OF_STATE.get(item.state, BooksCause.UNEXPLAINED)


def only_here(one: OnlyHere, figures: MoneyFigures) -> BooksDocument:
    """Return a document that only MobiWork has."""
    found = one.found
    return BooksDocument(
        kind=OF_LINK[found.entity],
        label=found.label,
        here=figures,
        steps=(PathStep(None, one.cause),),
        opens=OPENS.get(found.entity, 0),
        flow=found.flow,
        record_id=one.record_id,
        note=one.note or (one.item.reason if one.item else None) or found.reason or None,
        fixes=fixes_of(one.item),
    )


def why_left_out(found: SaidHere) -> BooksCause:
    """Say why a record is left out."""
    if found.early:
        return BooksCause.BEFORE_START
    if found.standing == Standing.NOT_YET:
        return BooksCause.NOT_FINISHED
    return BooksCause.UNDECIDED if found.standing == Standing.UNDECIDED else BooksCause.LEFT_OUT


def only_there(
    sides: BothSides, target: str, found: Mapping[str, SaidThere]
) -> Iterator[BooksDocument]:
    """Yield documents that only QuickBooks has; what counts for nothing there is passed over."""
    counting = {own: one for own, one in found.items() if one.amount and not one.voided}
    matches = sides.run.store.matches.of_quickbooks(sides.run.connection_id, target, counting)
    marks = [RecordKey(one.mark[0], one.mark[1]) for one in counting.values() if one.mark]
    links = sides.run.store.links.read_many(sides.run.connection_id, marks) if marks else {}
    for own, one in counting.items():
        linking = links.get(RecordKey(one.mark[0], one.mark[1])) if one.mark else None
        cause, note = _why_there(sides, one, linking, matches.get(own, ()))
        yield document_there(sides, target, own, one, (cause, note))


def _why_there(
    sides: BothSides, one: SaidThere, linking: object, matches: Iterable[Match]
) -> tuple[BooksCause, str | None]:
    """Say why QuickBooks has a document that nothing is linked to."""
    if one.mark and (one.mark[2] != sides.run.connection_id or one.mark[0] not in BY_ENTITY):
        return BooksCause.OTHER_APP, f"It bears the mark of another connection, {one.mark[2]}."
    if isinstance(linking, Link):
        own = f"{spoken(linking.target)} {linking.quickbooks_id}"
        return BooksCause.THERE_TWICE, f"Its mark is that of a record that {own} stands for."
    if isinstance(linking, Intent):
        return BooksCause.NOT_POSTED_YET, "It was sent, and is linked once that is known."
    undecided = [match for match in matches if match.decision is MatchDecision.UNDECIDED]
    if undecided:
        return BooksCause.MATCH_OPEN, f"It may be {undecided[0].label} of MobiWork."
    return BooksCause.ENTERED_THERE, None


def document_there(
    sides: BothSides, target: str, own: str, one: SaidThere, why: tuple[BooksCause, str | None]
) -> BooksDocument:
    """Return a document that only QuickBooks has."""
    kind = OF_TARGET[target]
    if one.mark and one.mark[0] in OF_LINK:
        kind = OF_LINK[one.mark[0]]
    number = one.number or own
    of = f" of {one.name}" if one.name else ""
    return BooksDocument(
        kind=kind,
        label=f"{kind.value.removesuffix('s')} {number}{of}",
        here=None,
        steps=(PathStep(figures_there(sides, one), why[0]),),
        opens=_opens(target, kind),
        target=target,
        quickbooks_id=own,
        note=why[1],
    )


def _opens(target: str, kind: BooksKind) -> int:
    payout = target == "Purchase" and kind is BooksKind.REFUNDS
    return OPENS["payout"] if payout else OPENS.get(target, 0)
