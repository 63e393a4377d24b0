"""The values of the pull engine: one entity from QuickBooks to MobiWork, and its plans."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from pydantic import BaseModel

from connector.model.body import Body
from connector.model.field import Changes, Field, Values
from connector.model.plans import Reference, Refuse, Skip, Wait
from connector.model.settings import Settings


@dataclass(frozen=True)
class Known:
    """Everything a translation to MobiWork may use besides the record: no I/O happens behind it.

    `links` are the MobiWork ids of the QuickBooks records it refers to, by (entity, id); `here` is
    what MobiWork held of the record itself when both sides last agreed.
    """

    settings: Settings
    links: Mapping[tuple[str, str], str]
    here: Values = field(default_factory=dict)


MERGED_INTO = "MergedInto"
"""The member of a pulled record that says where it went; QuickBooks itself sends no such record."""


TOP, PLACE = "Top", "Place"
"""Members of a pulled record that the engine adds: the highest record above it, and its place."""


def nothing(_record: Body, _known: Known) -> Changes:
    """Write nothing besides the fields."""
    return {}


def whole(record: Body) -> Mapping[str, Body]:
    """Make one MobiWork record of a QuickBooks record."""
    return {str(record["Id"]): record}


@dataclass(frozen=True)
class Pull[R: BaseModel]:
    """One entity from QuickBooks to MobiWork; the engine does the rest.

    name: the function's name, such as pull_customers.
    source: the QuickBooks entity that is read.
    entity: the MobiWork entity that is written; its links go by the same name.
    model: the wire model of the MobiWork record.
    fields: what is compared, merged and written.
    label: names a QuickBooks record to a person ('customer "Blue Heron Plumbing"').
    there_key, here_key: by what a record is recognised on the other side when it is not linked
        yet; empty keys never match. Compared without regard to case and blanks.
    native_id: the QuickBooks id that a MobiWork record names, given the form of external ids.
    why_not: why a record is not for MobiWork at all (a bundle, say), or nothing.
    why_not_new: why a record that MobiWork does not have is not added there, or nothing.
    refers_to: records that must be linked first.
    orphan: what to say of a record whose references are not linked and never wait to be.
    new: what a new MobiWork record needs besides its fields (its type, its parent, filler names).
    parent: the QuickBooks id of the record right above it; depth: how many are above it.
    below: the fields that show in the records below, which are read again when one changes.
    located: the record with its place, once what it refers to is linked (PLACE).
    problem: why it cannot go to MobiWork before a person acts, or nothing.
    part_of: the QuickBooks id of the record in whose MobiWork record this one is kept as a part
        (a sub-customer as an address of its parent), or nothing when it is a record of its own.
    part: what to write into that other MobiWork record, given what the part was called there.
    part_name: what a part is called in it.
    kind: what the link remembers of the MobiWork record that may not change later.
    split: the pieces of a QuickBooks record, by an id of their own, where one of them becomes
        several MobiWork records.
    former: a piece that the record had when it was pulled and does not have any more, given its
        own id; nothing where the record itself is gone.
    advice: what to say of a record when a person is told of its changes.
    is_twin: whether a MobiWork record of the same external id is the one that was to be added with
        these changes; pieces of one QuickBooks record share its external id.
    enabled: whether the MobiWork record is in use.
    adds: whether a record that MobiWork does not have is added there.
    push: the push flow of the same entity, or nothing for what is only pulled.
    filters: what MobiWork's list call needs to show all records (disabled ones too).
    lists: read MobiWork's list to recognise records, for entities that no push flow reads.
    on: whether the settings want it at all.
    """

    name: str
    source: str
    entity: str
    model: type[R]
    fields: tuple[Field[R], ...]
    label: Callable[[Body], str]
    there_key: Callable[[Body, Settings], str]
    here_key: Callable[[R], str]
    native_id: Callable[[R, str], str] = lambda _record, _form: ""
    why_not: Callable[[Body, Settings], str] = lambda _record, _settings: ""
    why_not_new: Callable[[Body], str] = lambda _record: ""
    refers_to: Callable[[Body, Settings], tuple[Reference, ...]] = lambda _record, _settings: ()
    orphan: str = ""
    new: Callable[[Body, Known], Changes] = nothing
    parent: Callable[[Body], str] = lambda _record: ""
    depth: Callable[[Body], int] = lambda _record: 0
    below: frozenset[str] = frozenset()
    located: Callable[[Body, Known], Body] = lambda record, _known: record
    problem: Callable[[Body, Settings], str] = lambda _record, _settings: ""
    part_of: Callable[[Body, Settings], str] = lambda _record, _settings: ""
    part: Callable[[Body, R, str], Changes] = lambda _record, _owner, _called: {}
    part_name: Callable[[Body], str] = lambda _record: ""
    kind: Callable[[R], str] = lambda _record: ""
    split: Callable[[Body], Mapping[str, Body]] = whole
    former: Callable[[Body, str], Body | None] | None = None
    advice: Callable[[Body], str] = lambda _record: ""
    is_twin: Callable[[R, Changes], bool] = lambda _record, _changes: True
    enabled: Callable[[R], bool] = lambda _record: True
    adds: bool = True
    push: str = ""
    filters: Mapping[str, str] = field(default_factory=dict)
    lists: bool = False
    on: Callable[[Settings], bool] = lambda _settings: True

    @property
    def words(self) -> str:
        """What a person calls these records together: sales taxes, customers."""
        return self.name.removeprefix("pull_").replace("_", " ")


@dataclass(frozen=True)
class Add:
    """Add a record to MobiWork with these elements."""

    changes: Changes


@dataclass(frozen=True)
class Match:
    """MobiWork has the record already, under `mobiwork_id`; `native` if it says so itself."""

    mobiwork_id: str
    native: bool = False


@dataclass(frozen=True)
class Merge:
    """The record is linked and differs from what was agreed: compare with MobiWork's."""


@dataclass(frozen=True)
class Part:
    """Write it into the MobiWork record `mobiwork_id`, which it is a part of."""

    mobiwork_id: str


@dataclass(frozen=True)
class Follow:
    """The record was merged into `survivor`: what is linked to it follows."""

    survivor: str


PullPlan = Add | Match | Merge | Part | Follow | Skip | Wait | Refuse
