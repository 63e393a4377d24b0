"""Post again what was undone: a person asks for records, and the next look and run send them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

from pydantic import BaseModel, ConfigDict, Field

from connector.api import activity
from connector.api.sent_ids import SentId
from connector.changes import doorbell
from connector.engine.run import Run
from connector.engine.stores import DYNAMODB
from connector.errors import ConflictError, RequestError, Wrong
from connector.model.connection import Phase
from connector.store import connections
from connector.undo.again import send_again, undone_by_record
from connector.undo.entries import PLACE

if TYPE_CHECKING:
    from connector.services import Services

MOST = 100


class PostAgain(BaseModel):
    """Records of one flow that were undone."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    flow: str = Field(description="The flow that had sent them, such as push_invoices.")
    record_ids: list[SentId] = Field(
        min_length=1, max_length=MOST, description="Their ids, as the undone run shows them."
    )


@dataclass(frozen=True)
class PostedAgain:
    """What is sent again: the records that the next look finds.

    flow: Its name.
    record_ids: In the source of the flow.
    """

    flow: str
    record_ids: tuple[str, ...]


def undone_of(connection_id: str, flow: str, record_ids: Iterable[str]) -> frozenset[str]:
    """Return which records of a flow stand undone, so that they can be posted again; no call."""
    if flow not in PLACE:
        return frozenset()
    found = undone_by_record(_looking(connection_id), flow, record_ids)
    return frozenset(own for own, links in found.items() if links)


def _looking(connection_id: str) -> Run:
    return Run(connection_id, "by-hand", open_quickbooks=_no_call, store=DYNAMODB)


def _no_call() -> NoReturn:
    raise AssertionError("Showing what was undone makes no call.")


def post_again(
    services: "Services", connection_id: str, asked: PostAgain, *, by: str
) -> PostedAgain:
    """Let records be sent again that were undone; all of them or none.

    Raises:
        ConflictError: the connection is not live, so nothing is sent.
        RequestError: there is no such flow, or one of them was not undone.
        RecordError: QuickBooks does not make one of them active again.
    """
    phase = connections.phase(connection_id)
    if phase is not Phase.LIVE:
        raise ConflictError(f"Nothing is sent: the connection is {phase}, not {Phase.LIVE}.")
    if asked.flow not in PLACE:
        raise RequestError(
            f"There is no flow {asked.flow[:64]!r}.",
            errors=[Wrong("#/flow", f"One of {', '.join(PLACE)}.")],
        )
    run = services.run({"connection_id": connection_id, "run_id": "by-hand"}, lambda: 900.0)
    record_ids = list(dict.fromkeys(asked.record_ids))
    undone = undone_by_record(run, asked.flow, record_ids)
    if wrong := [
        Wrong(f"#/record_ids/{place}", f"Record {own[:64]!r} was not undone.")
        for place, own in enumerate(record_ids)
        if not undone.get(own)
    ]:
        raise RequestError.of_several("Nothing is sent again.", wrong)
    activity.note(
        connection_id,
        by=by,
        what="Asked to send undone records again.",
        records=[(asked.flow, own) for own in record_ids],
    )
    send_again(run, asked.flow, undone)
    doorbell.look_now(services.bell, connection_id)
    return PostedAgain(asked.flow, tuple(record_ids))
