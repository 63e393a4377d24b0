"""Where a record stands, in the one word that pages, answers of the API and commands have for it.

What keeps it (an outcome that is followed, an item, a plan) has states of its own for its work.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

from pydantic import WithJsonSchema

from connector.errors import RequestError, Wrong
from connector.model.pending import PendingState
from connector.model.tracking.tracked import TrackedState


class StandsAs(StrEnum):
    """Where a record stands, as a person is told; why is said beside it.

    ON_ITS_WAY was read and is for the next run. POSTED is on both sides and as it was posted;
    CHANGED is there, but one side was changed since. WAITING waits for another record, an answer or
    a decision. NOTHING is not for the other side as it is, such as a draft.
    """

    ON_ITS_WAY = "on its way"
    POSTED = "posted"
    CHANGED = "changed afterwards"
    WAITING = "waiting"
    REFUSED = "refused"
    LEFT_OUT = "left out"
    PLANNED = "planned"
    NOTHING = "nothing to do"


AS_TRACKED: Mapping[StandsAs, TrackedState] = {
    StandsAs.POSTED: TrackedState.POSTED,
    StandsAs.CHANGED: TrackedState.DRIFT,
    StandsAs.WAITING: TrackedState.WAITING,
    StandsAs.REFUSED: TrackedState.REFUSED,
    StandsAs.LEFT_OUT: TrackedState.LEFT_OUT,
    StandsAs.PLANNED: TrackedState.PLANNED,
    StandsAs.NOTHING: TrackedState.NOTHING,
}
"""By what a record is kept that had an outcome; one that is on its way keeps its last one."""
type AskedFor = Annotated[
    StandsAs, WithJsonSchema({"type": "string", "enum": [one.value for one in AS_TRACKED]})
]
"""Where records stand that can be asked for: what of the words the API offers."""
OF_TRACKED: Mapping[TrackedState, StandsAs] = {kept: one for one, kept in AS_TRACKED.items()}


def kept_as(asked: StandsAs | None) -> TrackedState | None:
    """Return by what records are kept that stand so; None where nobody asked for one.

    Raises:
        RequestError: nothing is kept by it.
    """
    if asked is None or asked in AS_TRACKED:
        return AS_TRACKED[asked] if asked else None
    told = (
        f"Nothing is found by {asked.value!r}: what is on its way stands as it did before. Choose "
        f"one of {', '.join(one.value for one in AS_TRACKED)}."
    )
    raise RequestError(told, errors=[Wrong("state", told)])


OF_ITEM: Mapping[PendingState, StandsAs] = {
    PendingState.CHANGED: StandsAs.ON_ITS_WAY,
    PendingState.SENT: StandsAs.WAITING,
    PendingState.WAITING: StandsAs.WAITING,
    PendingState.REFUSED: StandsAs.REFUSED,
    PendingState.DELETED: StandsAs.CHANGED,
    PendingState.UNDECIDED: StandsAs.WAITING,
    PendingState.ASKED: StandsAs.WAITING,
    PendingState.PLANNED: StandsAs.PLANNED,
}
"""What a record is said to be whose item stands somewhere, as its outcome says."""
