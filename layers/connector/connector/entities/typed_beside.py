"""What somebody types in QuickBooks as a kind that no flow posts: what is remembered of each line.

A sales receipt or a bill payment is one line by itself, a bank deposit or a journal entry has one
for each party. Change data tells of them with all other kinds, in the same call.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from decimal import Decimal

from connector.engine.stores import Store
from connector.entities.books import SaidThere, kept_there, there, there_of
from connector.entities.recognitions import BESIDE, ENTERED_AS, LINES, NEVER_POSTED, Beside
from connector.entities.shared.wire import cents
from connector.entities.typed.twice import end_twice, posted_as
from connector.model.body import Body, Json
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

TYPED_BESIDE = (*NEVER_POSTED, *LINES)
"""The entities that are asked for in change data besides those that are posted."""
PLACE = "another kind"
"""Where all of them are remembered: one read tells them to whoever posts something."""
KEPT_FOR = timedelta(days=92)
"""For so long each is remembered: what is posted later is compared like all that comes late."""


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
        return next(iter(facts.said.get(fact, ())), None)

    return SaidThere(
        amount=cents(Decimal(text(TOTAL) or 0)),
        tax=cents(Decimal(0)),
        day=text(DAY),
        party=next(iter(facts.refers.get(PARTY, ())), None),
        name=text(PARTY),
        number=text(REFERENCE),
        entered_as=text(ENTERED_AS),
    )


def kept_lines(lines: Mapping[QuickBooksId, SaidThere]) -> Body:
    """Return the lines of a document as they are kept."""
    return {"lines": {own: kept_there(one) for own, one in lines.items()}}


def lines_of(kept: Json) -> dict[QuickBooksId, SaidThere]:
    """Return lines as they were kept."""
    return {own: there_of(one) for own, one in kept.get("lines", {}).items()}


def may_have_been(beside: Beside, said: SaidThere, flow: FlowName) -> bool:
    """Tell whether a record of a flow may have been entered as such a line."""
    return flow not in beside.never and beside.entered_as in {None, said.entered_as}


def typed_beside(
    connection_id: str, target: str, flow: FlowName, store: Store
) -> Iterator[tuple[QuickBooksId, SaidThere]]:
    """Yield what the records of a flow may be that was typed as another kind, linked to nothing."""
    others = {one.target: one for one in BESIDE.get(target, ()) if not one.on_account}
    for own, kept in store.books.all_shown(connection_id, PLACE) if others else ():
        if beside := others.get(own.partition(":")[0]):
            for line, said in lines_of(kept).items():
                if may_have_been(beside, said, flow):
                    yield elsewhere(beside.target, line), said
    for beside in others.values():
        if beside.target not in TYPED_BESIDE and flow not in beside.never:
            yield from _of_flows(connection_id, beside.target, store)


def _of_flows(
    connection_id: str, target: str, store: Store
) -> Iterator[tuple[QuickBooksId, SaidThere]]:
    some = {own: there_of(kept) for own, kept in store.books.all_shown(connection_id, target)}
    taken = store.links.owners_of(connection_id, target, some) if some else {}
    for own, said in some.items():
        if own not in taken and said.mark is None:
            yield elsewhere(target, own), said


def others_are(
    connection_id: str,
    target: str,
    some: Iterable[QuickBooksId],
    owner: RecordKey,
    store: Store,
) -> set[QuickBooksId]:
    """Return which lines a person said that another record is, by the entity of both records."""
    said = said_to_be(connection_id, target, some, store)
    return {own for own, owners in said.items() if owners - {owner}}


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
