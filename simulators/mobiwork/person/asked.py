"""What a call of `/_sim/person/` gives along: ids, amounts, dates and records."""

from decimal import Decimal
from typing import Any

from simulators.mobiwork.account import Account
from simulators.mobiwork.billing import amount
from simulators.mobiwork.model import Record
from simulators.mobiwork.people import as_object, as_record, one
from simulators.mobiwork.values import kept_date

type Given = dict[str, Any]


def text(given: Given, name: str, default: str | None = None) -> str:
    """A text or number of the call.

    Raises:
        ValueError: It is missing and has no default.
    """
    value = given.get(name)
    if value is None or isinstance(value, (dict, list)):
        if default is None:
            raise ValueError(f"{name} is required")
        return default
    return str(value)


def money(given: Given, name: str, default: Decimal | None = None) -> Decimal:
    """An amount above zero.

    Raises:
        ValueError: It is missing and has no default, or it is no such amount.
    """
    value = amount(text(given, name)) if given.get(name) is not None else default
    if value is None or value <= 0:
        raise ValueError(f"{name} must be an amount above zero")
    return value


def number(given: Given, name: str, default: int, most: int) -> int:
    """A whole number from 1 to `most`.

    Raises:
        ValueError: It is no such number.
    """
    value = int(text(given, name, str(default)))
    if not 1 <= value <= most:
        raise ValueError(f"{name} must be from 1 to {most}")
    return value


def day(account: Account, given: Given, name: str) -> str:
    """A date, with or without a time, as the store keeps it; today when it is left out.

    Raises:
        ValueError: It is no date.
    """
    value = text(given, name, account.stamp())
    if kept_date(value) is None:
        raise ValueError(f"{name} must be a date such as 2026-11-03")
    return value


def record(given: Given, name: str) -> Record:
    """A JSON object of the call as elements of a record; empty when it is left out.

    Raises:
        ValueError: It is something else.
    """
    return as_record(as_object(given.get(name) or {}))


def rest(given: Given, *names: str) -> Record:
    """All that the call gives along but these, as elements of a record."""
    return as_record({name: value for name, value in given.items() if name not in names})


def found(account: Account, given: Given, entity: str, name: str = "id") -> Record:
    """The record that the call names.

    Raises:
        LookupError: There is no such record.
        ValueError: The call names none.
    """
    return one(account, entity, text(given, name))
