"""Which rows of QuickBooks nobody can make sense of: one must not end the reading of all others."""

from collections.abc import Iterable, Sequence
from datetime import date
from functools import partial

from connector.model.body import (
    MERGED_INTO,
    Body,
    Json,
    MisreadError,
    by_id,
    each_read,
    passed_over,
)
from connector.model.flows.pull_flow import AnyPullFlow
from connector.model.outcomes import shortened
from connector.model.policy.settings import Settings

TEXTS = {
    "DisplayName": "name",
    "FullyQualifiedName": "full name",
    "Name": "name",
    "CompanyName": "company name",
    "GivenName": "first name",
    "FamilyName": "last name",
    "Description": "description",
    "Sku": "SKU",
    "Type": "type",
}
"""Members that QuickBooks documents as texts, so that anything is taken for one; in words."""


MOST_NAMED, LONGEST = 100, 1_000
"""So many sentences of what cannot be read are kept of one reading, each of so many characters at
most; what follows is counted."""


def with_more(kept: Json, told: Iterable[str]) -> Body:
    """Return what a reading keeps of what cannot be read, with more of it; each is named once."""
    news = (shortened(one, LONGEST) for one in told)
    every = list(dict.fromkeys([*kept.get("unread", ()), *news]))
    more = int(kept.get("unnamed", 0)) + max(len(every) - MOST_NAMED, 0)
    return {"unread": every[:MOST_NAMED]} | ({"unnamed": more} if more else {})


def told_unread(kept: Json) -> list[str]:
    """Return what a reading could not read, as sentences."""
    more = int(kept.get("unnamed", 0))
    rest = [f"{more:,} more times something could not be read."] if more else []
    return [*kept.get("unread", ()), *rest]


def apart(pull: AnyPullFlow, rows: Sequence[Json]) -> tuple[list[Json], dict[str, str]]:
    """Return the rows that a pull can read, and of all others a sentence by id."""
    _, wrong = each_read(by_id(rows), partial(_read, pull))
    return [row for row in rows if str(row["Id"]) not in wrong], {
        own: passed_over(pull.source, own, why) for own, why in wrong.items()
    }


def misread(pull: AnyPullFlow, kept: Iterable[tuple[str, Body]]) -> dict[str, str]:
    """Return why a pull cannot read what it kept, rows or pieces of them, by their keys."""
    living = ((own, one) for own, one in kept if MERGED_INTO not in one)
    return each_read(living, partial(_read_piece, pull))[1]


def _read(pull: AnyPullFlow, row: Json) -> None:
    """Read what finding reads of a row, and planning of it together with others."""
    _check_texts(row)
    for piece in pull.pieces(dict(row)).values():
        _read_piece(pull, piece)


def _read_piece(pull: AnyPullFlow, piece: Json) -> None:
    _check_texts(piece)
    settings, record = Settings(), dict(piece)
    if pull.hierarchy is not None and pull.hierarchy.parent(record):
        pull.hierarchy.depth(record)
    if day := record.get("TxnDate"):
        date.fromisoformat(str(day))
    pull.label(record)
    pull.worth(record)
    pull.eligibility.needed(record, settings)
    pull.eligibility.whose(record)
    pull.quickbooks_key(record, settings)
    for one in pull.fields:
        one.quickbooks(record)
        one.write((one.in_mobiwork_terms or one.quickbooks)(record), None)
    pull.eligibility.skip_reason(record, settings)


def _check_texts(row: Json) -> None:
    for member, word in TEXTS.items():
        if not isinstance(row.get(member) or "", str):
            raise MisreadError(f"its {word} is no text")
