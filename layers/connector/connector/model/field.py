"""Fields: what both sides know of a record, in words that belong to neither of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

type Value = Any
"""A JSON value in neutral words: a text, a truth, or a dict of texts; empty ones are equal."""

type Values = Mapping[str, Value]
"""Values by the name of their field."""

type Changes = Mapping[str, str | None]
"""What to write into a MobiWork record, by element path (`contact/email`); None empties one."""


def as_it_is(value: Value) -> Value:
    """Compare a value as it is."""
    return value


@dataclass(frozen=True)
class Field[R: BaseModel]:
    """One thing that both sides know of a record, such as its billing address.

    name: what a person calls it; it is also its key in the snapshots of a link.
    here: its value in MobiWork's record; there: its value in QuickBooks' record.
    write: what to write into MobiWork for a value of QuickBooks, given the record as it stands
        there or nothing while it is new.
    members: the members of the push body that carry it; none for what is only pulled.
    clears: what to send to QuickBooks to empty one of these members (reference 7.1).
    compared: the part of a value that counts, such as the digits of a phone number.
    one_way: QuickBooks alone says what it is; a change in MobiWork never counts.
    doubtful: MobiWork may not take it over, so it is read back after it was written.
    told: a change in QuickBooks is told to a person and never written into MobiWork.
    meant: what QuickBooks' value is in MobiWork's words, where each side has its own, such as ids;
        nothing where both use the same.
    """

    name: str
    here: Callable[[R], Value]
    there: Callable[[Mapping[str, Any]], Value]
    write: Callable[[Value, R | None], Changes]
    members: tuple[str, ...] = ()
    clears: Mapping[str, Any] = field(default_factory=dict)
    compared: Callable[[Value], Value] = as_it_is
    one_way: bool = False
    doubtful: bool = False
    told: bool = False
    meant: Callable[[Mapping[str, Any]], Value] | None = None


def one_way[R: BaseModel](
    name: str, here: Callable[[R], Value], there: Callable[[Mapping[str, Any]], Value]
) -> Field[R]:
    """Return a field that only goes to MobiWork, into the element of its name."""
    return Field(
        name=name, here=here, there=there, write=lambda value, _: {name: value}, one_way=True
    )
