"""Which rows of QuickBooks a pull cannot make sense of: one must not end the pull of all others."""

from collections.abc import Callable, Sequence
from datetime import date

from connector.engine.three_way_merge import quickbooks_values
from connector.model.body import Json
from connector.model.flows.pull_flow import AnyPullFlow
from connector.model.policy.settings import Settings
from connector.observability import logger

TEXTS = (
    "DisplayName",
    "FullyQualifiedName",
    "Name",
    "CompanyName",
    "GivenName",
    "FamilyName",
    "Description",
    "Sku",
    "Type",
)
"""Members that QuickBooks documents as texts, and in which anything could be taken for one."""


def apart(pull: AnyPullFlow, rows: Sequence[Json]) -> tuple[list[Json], dict[str, str]]:
    """Return the rows that a pull can read, and of all others a sentence by id.

    One of these has a member of another type than QuickBooks documents: a phone that is a text, or
    a price that is no number.
    """
    wrong = {str(row["Id"]): why for row in rows if (why := _wrong_with(pull, row))}
    return [row for row in rows if str(row["Id"]) not in wrong], {
        own: f"QuickBooks' {pull.source} {own} was passed over, for it cannot be read ({why}). "
        "Open it in QuickBooks, check it and save it."
        for own, why in wrong.items()
    }


def _wrong_with(pull: AnyPullFlow, row: Json) -> str | None:
    for member in TEXTS:
        if not isinstance(row.get(member) or "", str):
            return f"its {member} is no text"
    return wrong_with(lambda: _read(pull, row))


def wrong_with(read: Callable[[], object]) -> str | None:
    """Return why a record cannot be read by what reads it, in words; None where it can be."""
    try:
        read()
    except (ArithmeticError, AttributeError, KeyError, TypeError, ValueError) as wrong:
        logger.warning("a record of QuickBooks cannot be read", error=type(wrong).__name__)
        return "a field of it holds what does not belong there, such as words for an amount"
    return None


def _read(pull: AnyPullFlow, row: Json) -> None:
    """Read what finding and planning read of a row, whatever the settings say."""
    settings = Settings()
    if pull.hierarchy is not None:
        pull.hierarchy.parent(row)
    for piece in pull.pieces(dict(row)).values():
        if day := piece.get("TxnDate"):
            date.fromisoformat(str(day))
        pull.label(piece)
        pull.worth(piece)
        pull.eligibility.skip_reason(piece, settings)
        pull.eligibility.needed(piece, settings)
        pull.eligibility.whose(piece)
        pull.quickbooks_key(piece, settings)
        quickbooks_values(pull.fields, piece)
