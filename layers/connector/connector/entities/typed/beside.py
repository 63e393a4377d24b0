"""What somebody types in QuickBooks, as its kind or as one that no flow posts: what is remembered.

A document, a sales receipt or a bill payment is one line by itself, a bank deposit or a journal
entry has one for each party. Change data tells of them with all other kinds, in the same call.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from decimal import Decimal

from connector.engine.stores import Store
from connector.entities.books import SaidThere, there
from connector.entities.recognitions import (
    BESIDE,
    ENTERED_AS,
    LINES,
    NEVER_POSTED,
    kinds_beside,
)
from connector.entities.shared.wire import cents
from connector.entities.typed.twice import end_twice, posted_as
from connector.model.body import Json, JsonArray
from connector.model.books.kinds import OF_TARGET
from connector.model.books.typed import UNTOLD, LinesOf, TypedDocument
from connector.model.ids import FlowName, QuickBooksId
from connector.model.links import RecordKey
from connector.model.matching.evidence import Facts
from connector.model.matching.matches import (
    Match,
    MatchDecision,
    elsewhere,
    is_elsewhere,
    stands_for,
)
from connector.model.matching.scoring import CURRENCY, DAY, PARTY, REFERENCE, TOTAL
from connector.model.outcomes import LONGEST_NAME, shortened

TYPED_BESIDE = (*NEVER_POSTED, *LINES)
"""The entities that are asked for in change data besides those that are posted."""
LISTED = tuple(one for one in TYPED_BESIDE if one in OF_TARGET)
"""Those that the matching of the books lists: they are kept for good."""
MAY_BE = (*BESIDE, *(one for one in OF_TARGET if one not in BESIDE))
"""What documents become that may have been typed."""
KEPT_FOR = timedelta(days=92)
"""For so long each is remembered: what is posted later is compared like all that comes late."""
OF_LINE = "/"
"""Between the id of a document and what tells a line of it from others."""


def typed_lines(target: str, row: Json) -> dict[QuickBooksId, SaidThere]:
    """Return what a document says, by its id or those of its lines; nothing of one that is void.

    Nothing of lines in another currency: MobiWork's amounts are in the home one.
    """
    if target in LINES:
        some = (one for one in LINES[target](row) if CURRENCY not in one.said)
        return {one.id: said_by(one) for one in some}
    said = there(row)
    return {} if said.voided or not said.amount else {str(row["Id"]): said}


def said_by(facts: Facts) -> SaidThere:
    """Return what the facts of a line, or of a document, say of money."""

    def text(fact: str) -> str | None:
        return next((shortened(one, LONGEST_NAME) for one in facts.said.get(fact, ())), None)

    return SaidThere(
        amount=cents(Decimal(text(TOTAL) or 0)),
        tax=cents(Decimal(0)),
        day=text(DAY),
        party=next(iter(facts.refers.get(PARTY, ())), None),
        name=text(PARTY),
        number=text(REFERENCE),
        entered_as=text(ENTERED_AS),
    )


def document(
    target: str,
    lines: Mapping[QuickBooksId, SaidThere],
    version: int = UNTOLD,
    *,
    listed: bool = True,
) -> TypedDocument:
    """Return those lines of a document that new ones may be, by what these become.

    What is `listed` by the matching of the books stands there as itself.
    """
    found = defaultdict[str, dict[str, JsonArray]](dict)
    if listed and target in OF_TARGET:
        found[target] |= {own.partition(OF_LINE)[2]: _kept(said) for own, said in lines.items()}
    for kind, beside in kinds_beside(target):
        for own, said in lines.items() if not beside.on_account else ():
            if said.mark is None and beside.entered_as in {None, said.entered_as}:
                found[kind][own.partition(OF_LINE)[2]] = _kept(said)
    return TypedDocument({kind: some for kind, some in found.items() if some}, version)


def _kept(said: SaidThere) -> JsonArray:
    """Return a line as it is kept; nothing that all of its like lack."""
    tax = str(said.tax) if said.tax else None
    unapplied = None if said.unapplied is None else str(said.unapplied)
    some: JsonArray = [str(said.amount), said.day, said.party, said.name, said.number, tax]
    some += [said.entered_as, unapplied, list(said.mark) if said.mark else None]
    while some[-1] is None:
        some.pop()
    return some


def lines_of(known: LinesOf) -> dict[QuickBooksId, SaidThere]:
    """Return lines as they were kept, by their ids."""
    return {
        f"{own}{OF_LINE if more else ''}{more}": _said(*one)
        for own, some in known.items()
        for more, one in some.items()
    }


def _said(  # noqa: PLR0913, PLR0917 - as it is kept
    amount: str,
    day: str | None = None,
    party: str | None = None,
    name: str | None = None,
    number: str | None = None,
    tax: str | None = None,
    entered_as: str | None = None,
    unapplied: str | None = None,
    mark: JsonArray | None = None,
) -> SaidThere:
    return SaidThere(
        amount=Decimal(amount),
        tax=Decimal(tax or 0),
        day=day,
        party=party,
        name=name,
        number=number,
        entered_as=entered_as,
        unapplied=None if unapplied is None else Decimal(unapplied),
        mark=(mark[0], mark[1], mark[2]) if mark else None,
    )


def remember(
    connection_id: str, kind: str, said: Mapping[QuickBooksId, SaidThere | None], store: Store
) -> None:
    """Keep on pages what was typed as a kind that is posted, too; None of one that is nobody's.

    What is kept of it in rows is written after it: who dies in between is told the same again.
    """
    told = {own: document(kind, {own: one} if one else {}) for own, one in said.items()}
    store.typed.keep(connection_id, kind, told, until=None)


def listed_there(
    connection_id: str, target: str, store: Store
) -> Iterator[tuple[QuickBooksId, SaidThere]]:
    """Yield all documents of a kind that the matching of the books lists and no flow posts."""
    found = store.typed.read_all(connection_id, target)
    yield from lines_of(found.get(target, {})).items()


def typed_as(
    connection_id: str, target: str, flow: FlowName, store: Store
) -> Iterator[tuple[QuickBooksId, SaidThere]]:
    """Yield what the records of a flow may be that was typed: as their kind, or as another one.

    One call, where nothing was typed as another kind that is posted, too. Of those that are linked
    the ones of another kind are left out.
    """
    found = store.typed.read_all(connection_id, target)
    others = {one.target: one for one in BESIDE.get(target, ()) if not one.on_account}
    for kind, some in found.items():
        lines, beside = lines_of(some), others.get(kind)
        if kind == target:
            yield from (
                (own, one) for own, one in lines.items() if not _is_ours(connection_id, one)
            )
        elif beside and flow not in beside.never:
            linked = lines if kind not in TYPED_BESIDE else ()
            taken = store.links.owners_of(connection_id, kind, linked) if linked else {}
            yield from (
                (elsewhere(kind, own), one) for own, one in lines.items() if own not in taken
            )


def _is_ours(connection_id: str, said: SaidThere) -> bool:
    return said.mark is not None and said.mark[2] == connection_id


def said_to_be(
    connection_id: str, target: str, some: Iterable[QuickBooksId], store: Store
) -> dict[QuickBooksId, set[RecordKey]]:
    """Return which records a person said that lines of other entities are."""
    ids = [own for own in some if is_elsewhere(own)]
    found = store.matches.of_quickbooks(connection_id, target, ids) if ids else {}
    return {
        own: {
            one.owner
            for one in matches
            if one.decision is MatchDecision.SAME and own in stands_for(target, one.chosen or "")
        }
        for own, matches in found.items()
    }


def end_twice_of_said(connection_id: str, match: Match, store: Store) -> None:
    """Take off the worklist that what a record is said to be there is beside a posted one.

    Not where the record itself is posted: then it is there twice. Whoever dies before this leaves
    it to the next change of the document (`changes/documents/doubled`).
    """
    said = [own for own in stands_for(match.target, match.chosen or "") if is_elsewhere(own)]
    if said and match.owner not in store.links.read_many(connection_id, [match.owner]):
        for own in said:
            kind, _, number = own.partition(":")
            for flow, _ in posted_as(kind):
                end_twice(connection_id, flow, kind, [number], store)
