"""Pull flows: one QuickBooks entity to MobiWork, as groups of small values, and their plans."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pydantic import BaseModel

from connector.model.body import Body
from connector.model.fingerprints import folded
from connector.model.flows.context import PullContext
from connector.model.flows.field import Changes, Field
from connector.model.flows.hierarchy import AnyHierarchy, Hierarchy
from connector.model.flows.records import MobiWorkRecords
from connector.model.plans import Reference, Refuse, Skip, Wait
from connector.model.policy.settings import Settings


@dataclass(frozen=True)
class PullEligibility:
    """Whether a QuickBooks record is for MobiWork, and what must be there first.

    Attributes:
        skip_reason: Why it is not for MobiWork at all (a bundle, say), as a sentence, or None.
        needed: The QuickBooks records that must be linked first.
        whose: The customer that it is, or that it is of.
    """

    skip_reason: Callable[[Body, Settings], str | None] = lambda _record, _settings: None
    needed: Callable[[Body, Settings], tuple[Reference, ...]] = lambda _record, _settings: ()
    whose: Callable[[Body], Reference | None] = lambda _record: None


@dataclass(frozen=True)
class PullTranslation[R: BaseModel]:
    """What MobiWork gets.

    Attributes:
        fields: What is compared, merged and written.
        new: What a new MobiWork record needs besides its fields: its type, its parent, fillers.
    """

    fields: tuple[Field[R], ...]
    new: Callable[[Body, PullContext], Changes] = lambda _record, _context: {}


@dataclass(frozen=True)
class PullMatching[R: BaseModel]:
    """By what a record is recognised on the other side while it is not linked yet.

    The keys of both sides are compared without regard to case and blanks; empty ones never match.

    Attributes:
        mobiwork_key: The key of a MobiWork record.
        quickbooks_key: The key of a QuickBooks record.
        counts: What of a key counts: spellings that mean the same give the same.
    """

    mobiwork_key: Callable[[R], str | None] = lambda _record: None
    quickbooks_key: Callable[[Body, Settings], str | None] = lambda _record, _settings: None
    counts: Callable[[str], str] = folded


@dataclass(frozen=True)
class PullSplitting[R: BaseModel]:
    """The strategy of flows that show one QuickBooks record as several in MobiWork: payments.

    Attributes:
        wanted: Whether the settings want the pieces shown at all.
        split: The pieces of a QuickBooks record, by an id of their own.
        former: A piece that the record had when it was pulled and may not have any more, given its
            id; None where the record itself is gone.
        skip_create_reason: Why a piece that MobiWork does not have is not added, as a sentence, or
            None.
        orphan: What to say of a piece whose reference is not linked; it never waits to be.
        is_twin: Whether a MobiWork record is the piece that was to be added with these changes:
            all pieces of a QuickBooks record share its external id.
        advice: What to say of a piece when a person is told of its changes.
    """

    wanted: Callable[[Settings], bool]
    split: Callable[[Body], Mapping[str, Body]]
    former: Callable[[Body, str], Body | None]
    skip_create_reason: Callable[[Body], str | None]
    orphan: str
    is_twin: Callable[[R, Changes], bool]
    advice: Callable[[Body], str]


@dataclass(frozen=True)
class PullFlow[R: BaseModel]:
    """One entity from QuickBooks to MobiWork; the engine does the rest.

    Attributes:
        name: The function's name, such as `pull_customers`.
        source: The QuickBooks entity that is read.
        records: The MobiWork records that are written.
        label: Names a QuickBooks record in a sentence: `customer "Blue Heron Plumbing"`.
        worth: What a record amounts to, for sums; None where it has no amount.
        eligibility: Whether a record is for MobiWork.
        translation: What MobiWork gets.
        matching: By what a record is recognised there; None for a flow that adds nothing and only
            writes into records that another flow has linked.
        push: The name of the push flow of the same records; None for what is only pulled.
        less: A record as it will be when waiting documents have taken so many pieces; None where
            stock is no matter.
        splitting: How one record is shown as several.
        hierarchy: How records stand below each other.
    """

    name: str
    source: str
    records: MobiWorkRecords[R]
    label: Callable[[Body], str]
    eligibility: PullEligibility
    translation: PullTranslation[R]
    matching: PullMatching[R] | None
    push: str | None = None
    less: Callable[[Body, Decimal], Body] | None = None
    splitting: PullSplitting[R] | None = None
    hierarchy: Hierarchy[R] | None = None
    worth: Callable[[Body], Decimal | None] = lambda _record: None

    @property
    def entity(self) -> str:
        """MobiWork's name of the entity, which its links go by."""
        return self.records.entity

    @property
    def fields(self) -> tuple[Field[R], ...]:
        """What both sides know of a record, as pulling compares it."""
        return self.translation.fields

    @property
    def noun(self) -> str:
        """What a person calls one of its records."""
        return self.words.removesuffix("s")

    @property
    def words(self) -> str:
        """What a person calls these records together: sales taxes, customers."""
        return self.name.removeprefix("pull_").replace("_", " ")

    @property
    def adds(self) -> bool:
        """Whether a record that MobiWork does not have is added there."""
        return self.matching is not None

    def mobiwork_key(self, record: R) -> str | None:
        """Return by what a MobiWork record is recognised; None if by nothing."""
        return self.matching.mobiwork_key(record) if self.matching else None

    def quickbooks_key(self, record: Body, settings: Settings) -> str | None:
        """Return by what a QuickBooks record is recognised; None if by nothing."""
        return self.matching.quickbooks_key(record, settings) if self.matching else None

    def name_of(self, text: str | None) -> str:
        """Return what of a key counts; empty where there is none."""
        return self.matching.counts(text or "") if self.matching else folded(text or "")

    def wanted(self, settings: Settings) -> bool:
        """Tell whether the settings want these records in MobiWork."""
        return self.splitting is None or self.splitting.wanted(settings)

    def pieces(self, record: Body) -> Mapping[str, Body]:
        """Return what becomes MobiWork records of their own, by their ids: it, or its pieces."""
        return self.splitting.split(record) if self.splitting else {str(record["Id"]): record}


@dataclass(frozen=True)
class Add:
    """Add a record to MobiWork with these elements.

    changes: the elements of the new record, by path.
    """

    changes: Changes


@dataclass(frozen=True)
class Join:
    """MobiWork has the record already, under `mobiwork_id`.

    native: whether MobiWork says so itself; decided: whether a person does.
    """

    mobiwork_id: str
    native: bool = False
    decided: bool = False


@dataclass(frozen=True)
class Merge:
    """The record is linked and differs from what was agreed: compare with `mobiwork_id`."""

    mobiwork_id: str


@dataclass(frozen=True)
class Embed:
    """Write it into the MobiWork record `mobiwork_id`, in which the hierarchy keeps it.

    hierarchy: tells where in it.
    """

    mobiwork_id: str
    hierarchy: AnyHierarchy


@dataclass(frozen=True)
class Follow:
    """The record was merged into `survivor`: what is linked to it follows."""

    survivor: str


PullPlan = Add | Join | Merge | Embed | Follow | Skip | Wait | Refuse


type AnyPullFlow = PullFlow[Any]
"""A flow of any entity, as registries and engines hold them."""
