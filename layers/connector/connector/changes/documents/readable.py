"""Which changed documents can be read: one that cannot must not end the look at all others."""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial

from connector.changes.matching.facts import kept_facts, matched_targets
from connector.entities.books import there
from connector.entities.typed.beside import TYPED_BESIDE, typed_lines
from connector.model.body import Json, MisreadError, by_id, each_read, passed_over
from connector.quickbooks.responses import Record
from connector.quickbooks.words import legible, name_of_member


def without_unreadable(
    records: Mapping[str, Sequence[Record]], kinds: Iterable[str]
) -> tuple[dict[str, Sequence[Record]], dict[str, tuple[str, ...]]]:
    """Return changes without the documents of some kinds that cannot be read; these as sentences.

    That is one with a total beyond all numbers of money, or with a member of a type that
    QuickBooks documents otherwise. It is told again once it changes.
    """
    kept, unread = dict(records), dict[str, tuple[str, ...]]()
    for kind in kinds:
        rows = records.get(kind, ())
        _, wrong = each_read(by_id(rows), partial(_read, kind))
        kept[kind] = [row for row in rows if str(row["Id"]) not in wrong]
        unread[kind] = tuple(passed_over(kind, own, why) for own, why in wrong.items())
    return kept, unread


def _read(kind: str, row: Json) -> None:
    """Read what looks read of a document, in the form that is documented."""
    _, odd = legible(row)
    if odd:
        named = ", ".join(dict.fromkeys(map(name_of_member, odd)))
        raise MisreadError(f"its {named} has another form than is documented")
    typed_lines(kind, row) if kind in TYPED_BESIDE else there(row)
    if kind in (*matched_targets(), *TYPED_BESIDE):
        kept_facts(kind, [row])
