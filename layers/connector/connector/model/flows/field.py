"""Fields: what both sides know of a record, in words that belong to neither of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from connector.model.body import Json

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

    Attributes:
        name: What a person calls it; it is also its key in the snapshots of a link.
        mobiwork: Its value in MobiWork's record.
        quickbooks: Its value in QuickBooks' record.
        write: What to write into MobiWork for a value of QuickBooks, given the record as it stands
            there, or None while it is new.
        members: The members of the push body that carry it; none for what is only pulled.
        clears: What to send to QuickBooks to empty one of these members (reference 7.1).
        compared: The part of a value that counts, such as the digits of a phone number.
        one_way: QuickBooks alone says what it is; a change in MobiWork never counts.
        verify_after_write: MobiWork may not take it over, so it is read back after it was written.
        report_only: A change in QuickBooks is told to a person and never written into MobiWork.
        in_mobiwork_terms: What QuickBooks' value is in MobiWork's terms, where each side has its
            own, such as ids; None where both use the same.
        shown: How a name reads to a person; None for what is no name.
    """

    name: str
    mobiwork: Callable[[R], Value]
    quickbooks: Callable[[Json], Value]
    write: Callable[[Value, R | None], Changes]
    members: tuple[str, ...] = ()
    clears: Json = field(default_factory=dict)
    compared: Callable[[Value], Value] = as_it_is
    one_way: bool = False
    verify_after_write: bool = False
    report_only: bool = False
    in_mobiwork_terms: Callable[[Json], Value] | None = None
    shown: Callable[[Value], str] | None = None


def one_way[R: BaseModel](
    name: str, mobiwork: Callable[[R], Value], quickbooks: Callable[[Json], Value]
) -> Field[R]:
    """Return a field that only goes to MobiWork, into the element of its name."""
    return Field(
        name=name,
        mobiwork=mobiwork,
        quickbooks=quickbooks,
        write=lambda value, _: {name: value},
        one_way=True,
    )


type AnyField = Field[Any]
"""A field of a record of any entity."""
