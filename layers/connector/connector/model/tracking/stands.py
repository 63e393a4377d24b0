"""Where a record stands, in the one word that pages, answers of the API and commands have for it.

A pending item and a plan have states of their own for their work.
"""

from collections.abc import Mapping
from typing import Annotated

from pydantic import WithJsonSchema

from connector.errors import RequestError, Wrong
from connector.model.pending import PendingState
from connector.model.tracking.tracked import StandsAs

FOUND_BY = tuple(one for one in StandsAs if one is not StandsAs.ON_ITS_WAY)
"""Where records stand that can be asked for: what is on its way stands as it did before."""
type AskedFor = Annotated[
    StandsAs, WithJsonSchema({"type": "string", "enum": [one.value for one in FOUND_BY]})
]


def kept_as(asked: StandsAs | None) -> StandsAs | None:
    """Return where records stand that are asked for; None where nobody asked for that.

    Raises:
        RequestError: nothing is kept by it.
    """
    if asked is None or asked in FOUND_BY:
        return asked
    told = (
        f"Nothing is found by {asked.value!r}: what is on its way stands as it did before. Choose "
        f"one of {', '.join(one.value for one in FOUND_BY)}."
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
