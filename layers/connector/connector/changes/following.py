"""Letting where records stand follow what happened to them outside of their flow."""

from collections.abc import Mapping
from datetime import datetime

from connector.engine.stores import Store
from connector.model.ids import ConnectionId, FlowName, RecordId
from connector.model.outcomes import Outcome, RecordOutcome


def follow(  # noqa: PLR0913 - whose records they are, and what happened to them
    store: Store,
    connection_id: ConnectionId,
    flow: FlowName,
    reasons: Mapping[RecordId, str],
    *,
    outcome: Outcome,
    now: datetime,
) -> None:
    """Say why records stand otherwise than their flow told last; others were never told of.

    outcome: UNCHANGED where a posted one was changed on one side, LEFT_OUT where it is there no
    more and is not to be.

    Raises:
        RetriableError: others are at the flow all the time; nothing of it is lost by asking again.
    """
    known = store.tracked.read_many(connection_id, flow, reasons)
    told = [
        RecordOutcome(
            run_id=f"{now:%Y%m%dT%H%M%S}-look",
            flow=flow,
            record_id=one.record_id,
            outcome=outcome,
            label=one.label,
            note=reasons[one.record_id],
            worth=one.amount,
            drift=outcome is Outcome.UNCHANGED,
        )
        for one in known.values()
    ]
    store.tracked.insist(connection_id, flow, told, now=now)
