"""Which changed documents can be read: one that cannot must not end the look at all others."""

from collections.abc import Iterable, Mapping, Sequence

from connector.changes.matching.facts import kept_facts, matched_targets
from connector.changes.unread.misread import wrong_with
from connector.entities.books import there
from connector.entities.typed_beside import TYPED_BESIDE, typed_lines
from connector.model.body import Json
from connector.quickbooks.responses import Record

SAID = "QuickBooks' {kind} {id} was passed over, for it cannot be read ({why}). Check it there."


def without_unreadable(
    records: Mapping[str, Sequence[Record]], kinds: Iterable[str]
) -> tuple[dict[str, Sequence[Record]], dict[str, tuple[str, ...]]]:
    """Return changes without the documents of some kinds that cannot be read; these as sentences.

    That is one with a total beyond all numbers of money, or with a member of a type that
    QuickBooks documents otherwise. It is told again once it changes.
    """
    kept, unread = dict(records), dict[str, tuple[str, ...]]()
    for kind in kinds:
        rows = [(row, _wrong_with(kind, row)) for row in records.get(kind, ())]
        kept[kind] = [row for row, wrong in rows if wrong is None]
        unread[kind] = tuple(
            SAID.format(kind=kind, id=row["Id"], why=wrong) for row, wrong in rows if wrong
        )
    return kept, unread


def _wrong_with(kind: str, row: Json) -> str | None:
    return wrong_with(lambda: _read(kind, row))


def _read(kind: str, row: Json) -> None:
    """Read what looks read of a document."""
    typed_lines(kind, row) if kind in TYPED_BESIDE else there(row)
    if kind in (*matched_targets(), *TYPED_BESIDE):
        kept_facts(kind, [row])
