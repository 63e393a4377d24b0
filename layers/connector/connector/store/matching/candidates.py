"""Which MobiWork records one QuickBooks record may be: the way back from it to the matches."""

from collections.abc import Iterable, Mapping
from itertools import groupby

from pynamodb.attributes import NumberAttribute
from pynamodb.exceptions import DoesNotExist
from pynamodb.expressions.condition import Condition

from connector.errors import RetriableError
from connector.model.ids import ConnectionId, QuickBooksId
from connector.model.matching.matches import Match
from connector.store.packing import PackedAttribute
from connector.store.table import Item, attempt, key

TRIES = 20


class CandidateRow(Item):
    """The MobiWork records that one QuickBooks record may be.

    version: How often they were written; none, like 0, where that was before it was counted.
    """

    owners = PackedAttribute()
    version = NumberAttribute(null=True)


def note(connection_id: ConnectionId, match: Match) -> None:
    """Note a match with each QuickBooks record that it may be.

    Raises:
        RetriableError: others met the same QuickBooks record all the time.
    """
    for number, own in owners_in([match]).items():
        _note_owners(CandidateRow(key(connection_id, "matched", match.target), number), own)


def _note_owners(row: CandidateRow, own: list[list[str]]) -> None:
    """Add to those that a QuickBooks record may be, whoever else does so."""
    for _ in range(TRIES):
        same: Condition = CandidateRow.pk.does_not_exist()
        try:
            row.refresh(consistent_read=True)
            seen = int(row.version or 0)
            same = CandidateRow.version == seen if seen else CandidateRow.version.does_not_exist()
        except DoesNotExist:
            row.owners, seen = [], 0
        if all(one in row.owners for one in own):
            return
        row.version = seen + 1
        row.owners = [*(one for one in row.owners if one not in own), *own]
        with attempt() as made:
            row.save(condition=same)
        if made.took_effect:
            return
    raise RetriableError("What a QuickBooks record may be is being changed all the time.")


def owners_in(found: Iterable[Match]) -> Mapping[QuickBooksId, list[list[str]]]:
    """Return the MobiWork records that QuickBooks records may be, as a row keeps them."""
    pairs = sorted((number, [*one.owner]) for one in found for number in one.told_of)
    return {
        number: [own for _, own in some] for number, some in groupby(pairs, key=lambda two: two[0])
    }
