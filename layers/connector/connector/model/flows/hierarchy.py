"""The strategy of flows whose QuickBooks records stand below others: customers, sub-customers."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from connector.model.body import Body, Json
from connector.model.flows.context import PullContext
from connector.model.flows.field import Changes
from connector.model.policy.settings import Settings

TOP, PLACE = "Top", "Place"
"""Members of a pulled record that the engine adds: the highest record above it, and its place."""


@dataclass(frozen=True)
class Hierarchy[R: BaseModel]:
    """How records stand below each other, and what that means for one that is read or written.

    A body that has a parent is looked for in QuickBooks before it is created: its twin may stand
    there under a name that does not clash.

    Attributes:
        parent: The QuickBooks id of the record right above, of a record or a body of QuickBooks;
            None at the top.
        depth: How many records are above a QuickBooks record.
        shown_below: The names of the fields that show in the records below, which are read again
            when one of these changes.
        located: The QuickBooks record with its place in MobiWork (PLACE), once the records above
            it are linked.
        problem: Why it cannot go to MobiWork before a person acts, as a sentence; None if it can.
        embed_in: The QuickBooks id of the record in whose MobiWork record this one is kept (a
            sub-customer as an address of its parent); None when it is a record of its own.
        embedded_name: What an embedded record is called in the other one.
        embed: What to write into that other MobiWork record, given it and what the embedded record
            was called there before (empty while it is new).
    """

    parent: Callable[[Json], str | None]
    depth: Callable[[Body], int]
    shown_below: frozenset[str]
    located: Callable[[Body, PullContext], Body]
    problem: Callable[[Body, Settings], str | None]
    embed_in: Callable[[Body, Settings], str | None]
    embedded_name: Callable[[Body], str]
    embed: Callable[[Body, R, str], Changes]


type AnyHierarchy = Hierarchy[Any]
"""The hierarchy of records of any entity."""
