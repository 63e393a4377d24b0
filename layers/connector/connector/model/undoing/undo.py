"""Undoing a run, as values: what is done about each record that it wrote, and how far that is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from connector.model.body import Body
from connector.model.connection import Phase
from connector.model.ids import FlowName, MobiWorkId, RecordId, RunId
from connector.model.outcomes import Sum


class UndoWay(StrEnum):
    """What undoing does with one record.

    DELETE takes a document out of QuickBooks; DEACTIVATE makes an entry of a list inactive there,
    which is all that QuickBooks allows (reference 1.2); RESTORE gives back what a record held.
    REMOVE and DISABLE take a record out of MobiWork that pulling added. KEEP leaves it as it is,
    and says why.
    """

    DELETE = "delete in QuickBooks"
    DEACTIVATE = "make inactive in QuickBooks"
    RESTORE = "restore in QuickBooks"
    REMOVE = "delete in MobiWork"
    DISABLE = "disable in MobiWork"
    RESTORE_HERE = "restore in MobiWork"
    KEEP = "keep"

    @property
    def done(self) -> str:
        """What it is called once it was done: `deleted in QuickBooks`."""
        verb, _, where = self.value.partition(" ")
        past = {"make": "made", "keep": "kept"}.get(verb, f"{verb.removesuffix('e')}ed")
        return f"{past} {where}".rstrip()


ENDS_A_LINK = frozenset({UndoWay.DELETE, UndoWay.DEACTIVATE, UndoWay.REMOVE, UndoWay.DISABLE})
"""Ways after which the two sides of a record are not one any more."""


class UndoStep(StrEnum):
    """How far the undoing of one record is: BEGUN is the intent, noted before anything is sent."""

    PLANNED = "planned"
    BEGUN = "begun"
    DONE = "undone"
    KEPT = "kept"


class UndoState(StrEnum):
    """How far undoing a run is."""

    PREVIEWING = "being previewed"
    PREVIEWED = "previewed"
    UNDOING = "being undone"
    DONE = "done"


UNDOABLE_IN = frozenset({Phase.LIVE, Phase.PAUSED})
"""The phases of a connection in which a run of it may be undone."""


@dataclass(frozen=True, kw_only=True)
class UndoEntry:
    """What undoing a run does with one record.

    place: its place in the order of undoing: what refers to others comes before them.
    flow, record_id, label: the record as its outcome names it.
    entity, mobiwork_id: the key of its link; of what was only linked, too.
    target, quickbooks_id: the record in QuickBooks.
    way, why: what is done, and why that or why nothing, as a sentence.
    worth: its amount, where it has one.
    before, after: what is restored, and what the record must still hold for that.
    step: how far it is.
    """

    place: int
    flow: FlowName
    record_id: RecordId
    label: str
    entity: str
    mobiwork_id: MobiWorkId
    target: str
    quickbooks_id: str
    way: UndoWay
    why: str
    worth: Decimal | None = None
    before: Body = field(default_factory=dict)
    after: Body = field(default_factory=dict)
    step: UndoStep = UndoStep.PLANNED

    @property
    def what(self) -> str:
        """What is done with it, or was."""
        if self.step is UndoStep.KEPT:
            return UndoWay.KEEP.done
        return self.way.done if self.step is UndoStep.DONE else self.way.value

    @property
    def key(self) -> str:
        """The key that sorts entries in the order in which they are undone."""
        return f"{self.place:03}#{self.flow}#{self.mobiwork_id or self.record_id}"


@dataclass(frozen=True, kw_only=True)
class Undoing:
    """How the undoing of one run stands.

    job: the execution that is at it, or was; by: who asked for it, when.
    reached: the key after which planning or carrying out goes on; None at the begin.
    sums: entries and their amounts by way and flow, which `OF` stands between; of one that is done
        or kept, by what came of it.
    run_id: the run that is undone.
    state: how far it is.
    at: ISO 8601 in UTC.
    """

    run_id: RunId
    state: UndoState
    job: str
    by: str
    at: str
    reached: str | None = None
    sums: Mapping[str, Sum] = field(default_factory=dict)


OF = "|"
"""Stands between what is done with records and the flow that they are of."""


def added_up(entries: Iterable[UndoEntry]) -> dict[str, Sum]:
    """Count and sum entries of each flow: by way while they are planned, then by what came of it.

    Invoices and what was paid of them are never one sum.
    """
    sums: dict[str, Sum] = {}
    for one in entries:
        name = f"{one.what}{OF}{one.flow}"
        sums[name] = sums.get(name, Sum()).plus(one.worth)
    return sums
