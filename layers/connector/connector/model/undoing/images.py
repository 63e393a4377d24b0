"""Before-images: what a record held before a run changed it, only of what the run wrote."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from connector.model.body import Body
from connector.model.ids import FlowName, RecordId, RunId

type WrittenIn = Literal["QuickBooks", "MobiWork"]


@dataclass(frozen=True, kw_only=True)
class BeforeImage:
    """One change of one record, noted before it was written.

    record_id: the record's id in the source of its flow, as its outcome has it.
    side: where it was changed; entity, own_id: the record there.
    before, after: what was written over and what was written, by member of a QuickBooks body or by
        element path in MobiWork; None where there was nothing.
    at: when, ISO 8601 in UTC, which orders the changes of a record.
    run_id: the run that changed it.
    label: what a person knows the record by.
    """

    run_id: RunId
    flow: FlowName
    record_id: RecordId
    side: WrittenIn
    entity: str
    own_id: str
    label: str
    before: Body
    after: Body
    at: str


@dataclass(frozen=True)
class Restoration:
    """What all changes of a record by one run come to: what it held first and what it was given.

    before, after: by member of a QuickBooks body, or by element path in MobiWork.
    """

    before: Body = field(default_factory=dict)
    after: Body = field(default_factory=dict)


def chained(images: Iterable[BeforeImage]) -> Restoration:
    """Follow the changes of a record back to what each member held before the run.

    A change leads on to the one before it only where it found what that one had written: a write
    that never arrived, or that somebody wrote over, is not what the record held.
    """
    before: Body = {}
    after: Body = {}
    for image in sorted(images, key=lambda one: one.at, reverse=True):
        for name, was in image.before.items():
            if name not in after:
                before[name], after[name] = was, image.after.get(name)
            elif before[name] == image.after.get(name):
                before[name] = was
    changed = {name for name in after if before[name] != after[name]}
    return Restoration(
        {name: before[name] for name in sorted(changed)},
        {name: after[name] for name in sorted(changed)},
    )
