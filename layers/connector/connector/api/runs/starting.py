"""Starting a run now: of everything, of some flows, or of records that a person chose."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

from connector.api import activity
from connector.api.runs.history import check_flow
from connector.api.sent_ids import SentId
from connector.changes import doorbell
from connector.changes.lists.parts import ALL
from connector.engine.stores import DYNAMODB, Store
from connector.entities.stages import flows_to_run, stages_of
from connector.errors import ConflictError, RequestError, Wrong
from connector.model.connection import Phase
from connector.model.ids import ConnectionId, FlowName, RecordId, in_words, new_run_id
from connector.store import connections, runs

if TYPE_CHECKING:
    from connector.services import Services

MOST = 500
"""So many records may be chosen at once."""


class ChosenRecord(BaseModel):
    """One record that is to be tried now."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    flow: str = Field(description="Its flow, such as push_invoices.")
    record_id: SentId = Field(description="Its id in the flow's source.")


class RunOf(BaseModel):
    """What a run is to be of: everything, some flows, or some records; not of both."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    flows: tuple[str, ...] = Field(default=(), description="Only these flows.")
    records: tuple[ChosenRecord, ...] = Field(
        default=(), max_length=MOST, description="Only these records, also refused ones."
    )


@dataclass(frozen=True)
class StartedRun:
    """The run that was started: `run_id` is how its progress is asked for."""

    run_id: str


def start(
    services: "Services",
    connection_id: ConnectionId,
    asked: RunOf,
    *,
    by: str,
    store: Store = DYNAMODB,
) -> StartedRun:
    """Start a run of what was found until now; a whole one is followed by a look at everything.

    Raises:
        RequestError: there is no such flow, or a chosen record has nothing to be done.
        ConflictError: the connection is not live, or a run is under way.
    """
    chosen = _chosen(store, connection_id, asked)
    connection = connections.read(connection_id)
    if connection.phase is not Phase.LIVE:
        raise ConflictError(
            f"Nothing was started: the connection is {connection.phase}, not {Phase.LIVE}."
        )
    run_id = new_run_id()
    flows = frozenset(chosen or asked.flows) or flows_to_run(connection_id, store)
    if services.is_running(connection.run_id) or not connections.begin_run(connection, run_id):
        raise ConflictError("A run is in progress. Try again when it has ended.")
    runs.begin(
        connection_id,
        run_id,
        found={},
        now=datetime.now(UTC),
        phase=connection.phase,
        flows=sorted(chosen) if chosen else asked.flows,
        chosen=chosen,
        by=by,
    )
    services.machines.start_execution(
        stateMachineArn=services.config.sync_state_machine_arn,
        name=run_id,
        input=json.dumps(
            {"connection_id": connection_id, "run_id": run_id, "stages": stages_of(flows)}
        ),
    )
    if not (asked.flows or asked.records):
        store.again.ask(connection_id, ALL, [ALL])
        doorbell.look_now(services.bell, connection_id)
    records = [(one.flow, one.record_id) for one in asked.records]
    activity.note(connection_id, by=by, what=f"Started run {run_id}.", records=records)
    return StartedRun(run_id)


def _chosen(
    store: Store, connection_id: ConnectionId, asked: RunOf
) -> dict[FlowName, list[RecordId]]:
    """Return the chosen records by flow.

    Raises:
        RequestError: there is no such flow, records and flows are named, or one has nothing to do.
    """
    for flow in (*asked.flows, *(one.flow for one in asked.records)):
        check_flow(flow)
    if asked.flows and asked.records:
        raise RequestError("Choose flows or records, not both.")
    chosen: dict[FlowName, list[RecordId]] = {}
    for one in asked.records:
        chosen.setdefault(one.flow, []).append(one.record_id)
    if wrong := tuple(_nothing_to_do(store, connection_id, asked, chosen)):
        raise RequestError.of_several("Nothing was started.", wrong)
    return chosen


def _nothing_to_do(
    store: Store,
    connection_id: ConnectionId,
    asked: RunOf,
    chosen: dict[FlowName, list[RecordId]],
) -> Iterator[Wrong]:
    found = {
        (flow, own)
        for flow, ids in chosen.items()
        for own in store.pending.read_many(connection_id, flow, ids)
    }
    for place, one in enumerate(asked.records):
        if (one.flow, one.record_id) not in found:
            told = f"Of {one.record_id[:64]!r} among {in_words(one.flow)} nothing is to be done."
            yield Wrong(f"#/records/{place}", told)
