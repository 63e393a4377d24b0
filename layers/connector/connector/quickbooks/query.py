"""QuickBooks query statements, put together so that no value can change their meaning.

The grammar has only AND: no OR, no negation, no joins. Values stand in single quotes, also numbers
and times; booleans stand bare (reference section 3.1).
"""

import re
from collections.abc import Callable, Collection
from datetime import date, datetime
from decimal import Decimal
from functools import cache

from connector.model.body import Body

type QueryValue = str | bool | int | Decimal | date | datetime
"""What a statement can compare with; a datetime must be aware."""

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]*(\.[A-Za-z][A-Za-z0-9]*)*")
_FROM = re.compile(r"\s*SELECT\s+[^']*?\sFROM\s+([A-Za-z]+)\b", re.IGNORECASE)


def quote(value: QueryValue) -> str:
    r"""Write a value as QuickBooks reads it: ``'Adam\'s Candy'``, ``'100.00'``, ``true``.

    Raises:
        ValueError: the value is a time without a zone, which QuickBooks would take as any zone.
    """
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace("'", "\\'")
        return f"'{escaped}'"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime) and value.tzinfo is None:
        raise ValueError(f"{value} has no time zone")
    if isinstance(value, date):
        return f"'{value.isoformat()}'"
    if isinstance(value, Decimal):
        return f"'{value:f}'"
    return f"'{value}'"


def is_in(name: str, values: Collection[QueryValue]) -> str:
    """Compare a property with several values; `Id` takes only this and `matching`.

    Raises:
        ValueError: there are no values, which QuickBooks cannot parse.
    """
    if not values:
        raise ValueError(f"{name} is compared with nothing")
    return f"{_checked(name)} IN ({', '.join(quote(value) for value in values)})"


def at_least(name: str, value: QueryValue) -> str:
    """Compare a property, often a dotted one such as `MetaData.LastUpdatedTime`."""
    return f"{_checked(name)} >= {quote(value)}"


def at_most(name: str, value: QueryValue) -> str:
    """Compare a property with the last value that is wanted."""
    return f"{_checked(name)} <= {quote(value)}"


def holds(name: str, part: str) -> str:
    """Compare a text property with a part of it, without regard to case; `%` is any text there."""
    return f"{_checked(name)} LIKE {quote(f'%{part}%')}"


def matching(**where: QueryValue | Collection[QueryValue]) -> str:
    """Join equalities with AND; a collection of values becomes IN."""
    return " AND ".join(_equality(name, value) for name, value in where.items())


def select(
    entity: str,
    *conditions: str,
    include_inactive: bool = False,
    order_by: str | None = None,
    **where: QueryValue | Collection[QueryValue],
) -> str:
    """Build a statement without paging, which the client appends.

    Lists such as Customer or Item answer only active records unless `include_inactive`; a search
    before a create needs both, for names of inactive records are taken too (section 3.3).
    """
    tests = [*conditions]
    if where:
        tests.append(matching(**where))
    if include_inactive:
        tests.append("Active IN (true, false)")
    statement = _statement("*", entity, " AND ".join(tests))
    return f"{statement} ORDERBY {_checked(order_by)}" if order_by else statement


def found_by(target: str, *members: str) -> Callable[[Body], str]:
    """Return what asks for documents that share some members of a body; the marker tells ours."""

    def twin_query(body: Body) -> str:
        said = ((name, body[name]) for name in members)
        same = {name: one["value"] if isinstance(one, dict) else str(one) for name, one in said}
        return select(target, matching(**same))

    return twin_query


def entity_of(statement: str) -> str:
    """Name the entity a statement reads.

    Raises:
        ValueError: the text is not a SELECT statement.
    """
    match = _FROM.match(statement)
    if match is None:
        raise ValueError("not a QuickBooks SELECT statement")
    return match[1]


def _statement(what: str, entity: str, where: str) -> str:
    return " ".join(
        ["SELECT", what, "FROM", _checked(entity), *(("WHERE", where) if where else ())]
    )


def _equality(name: str, value: QueryValue | Collection[QueryValue]) -> str:
    if not isinstance(value, str) and isinstance(value, Collection):
        return is_in(name, value)
    return f"{_checked(name)} = {quote(value)}"


@cache
def _checked(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} is not a QuickBooks name")
    return name
