"""What both sides speak in: JSON bodies, how they are read one by one, how a sentence begins."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from connector.errors import RejectedError
from connector.observability import logger

type Json = Mapping[str, Any]
"""A JSON object as it came in, or one that is only read; money is Decimal, ids are str."""

type Body = dict[str, Any]
"""A JSON object under way to a body, an answer or a row; money is Decimal, ids are str."""

type JsonArray = list[Any]
"""A JSON array as it came in, or as it is kept."""

MERGED_INTO = "MergedInto"
"""The member of a pulled record that says where it went; QuickBooks itself sends no such record."""

type Read = Callable[[str, str], Json]
"""Reads a QuickBooks record by entity and id: a metered call."""

NOT_FOUND = "610"
"""The code by which QuickBooks says that there is no such record, or not any more."""


def if_there(read: Read, entity: str, quickbooks_id: str) -> Json | None:
    """Return a record as it is at this moment; None where it is gone."""
    try:
        return read(entity, quickbooks_id)
    except RejectedError as error:
        if error.code != NOT_FOUND:
            raise
        return None


def capital(text: str) -> str:
    """Begin a sentence with a label."""
    return text[:1].upper() + text[1:]


MISREAD = (ArithmeticError, AttributeError, KeyError, TypeError, ValueError)
"""What reading a member of another form than documented may raise."""


class MisreadError(ValueError):
    """A record holds what does not belong there; says what, within a sentence."""


def each_read[T](
    rows: Iterable[tuple[str, Json]], read: Callable[[Json], T]
) -> tuple[dict[str, T], dict[str, str]]:
    """Return what rows say by the key of each, and why the others cannot be read.

    One of these has a member of another type than QuickBooks documents: a phone that is a text, or
    a price that is no number.
    """
    said: dict[str, T] = {}
    wrong: dict[str, str] = {}
    for own, row in rows:
        try:
            said[own] = read(row)
        except MisreadError as error:
            wrong[own] = str(error)
        except MISREAD as error:
            logger.warning("a record of QuickBooks cannot be read", error=type(error).__name__)
            wrong[own] = (
                "a field of it holds what does not belong there, such as words for an amount"
            )
    return said, wrong


SHOWN = 60
"""So much of an id is shown."""


def passed_over(kind: str, own: str, why: str) -> str:
    """Say which record of QuickBooks cannot be read, and what helps."""
    return (
        f"QuickBooks' {spoken(kind).lower()} {own[:SHOWN]} was passed over, for it cannot be read "
        f"({why}). Open it in QuickBooks, check it and save it."
    )


def by_id(rows: Iterable[Json]) -> Iterable[tuple[str, Json]]:
    """Return rows as QuickBooks tells them, by id."""
    return ((str(row["Id"]), row) for row in rows)


CALLED = {
    "Department": "Location",
    "Item": "Product",
    "Purchase": "Expense",
    "TaxCode": "Sales tax",
    "estimate": "quote",
    "openSalesOrder": "sales order",
    "payout": "refund",
}
"""What people call entities otherwise than by the words of their names."""
_NEXT_WORD = re.compile(r"(?<=[a-z])[A-Z]")


def spoken(entity: str) -> str:
    """Name an entity of either side as people do: Purchase order, Product; sales order."""
    return CALLED.get(entity) or _NEXT_WORD.sub(lambda found: f" {found[0].lower()}", entity)
