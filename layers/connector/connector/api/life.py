"""The life of a connection, as people steer it: started, paused, resumed, closed; each says who."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict, Field

from connector.api import activity
from connector.api.connections import ShownConnection, shown_as
from connector.api.plans import matching, readiness, review
from connector.changes import doorbell
from connector.changes.matching.cost import ReviewCost
from connector.errors import ConflictError
from connector.model.connection import Closing, Connection, Phase, PhaseChange
from connector.store import connections
from connector.store.life import phases
from connector.store.records import matches

if TYPE_CHECKING:
    from connector.services import Services

TRIES = 3


class Close(BaseModel):
    """How a connection is to be closed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    links: Literal["keep", "erase"] = Field(
        description="Keep what was linked for the day on which the same two sides are connected "
        "again, or erase everything that is stored of the connection but its history."
    )


class Start(BaseModel):
    """How a connection is to be started."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    link_certain: bool = Field(
        default=False,
        strict=True,
        description="Link all records that are on both sides for certain. While nobody has decided "
        "on them, a start without it is refused.",
    )
    reviewed_at: str | None = Field(
        default=None,
        description="The `made_at` of the review that was read. Where it is not said, or the review"
        " was made anew since, the start is refused: it would post what nobody has seen.",
    )
    compared_at: str | None = Field(
        default=None,
        description="The `compared_at` of the review that was read: where both sides were compared "
        "again since, the start is refused instead of linking what nobody has seen.",
    )


@dataclass(frozen=True)
class ShownStep:
    """One step in the life of a connection.

    Attributes:
        phase: the phase into which it went.
        at: when.
        by: who did it, as AWS names a caller.
    """

    phase: Phase
    at: datetime
    by: str


@dataclass(frozen=True)
class ShownLife:
    """A connection and what was done with it.

    Attributes:
        connection: as the list of connections shows it.
        history: every step, the first one first; none before the first step of an old connection.
        other_realms: other companies that the MobiWork account was connected with; external ids in
            MobiWork may be theirs.
        review_cost: what making the review now costs in metered calls, and what the last one did;
            only in review.
    """

    connection: ShownConnection
    history: tuple[ShownStep, ...]
    other_realms: tuple[str, ...]
    review_cost: ReviewCost | None


def show(connection_id: str) -> ShownLife:
    """Return a connection with the steps of its life."""
    known, steps = connections.read(connection_id), phases.history(connection_id)
    return ShownLife(
        connection=shown_as(known),
        history=tuple(ShownStep(one.phase, one.at, one.by) for one in steps),
        other_realms=connections.other_realms(known),
        review_cost=review.cost(connection_id) if known.phase is Phase.REVIEW else None,
    )


def start(services: "Services", connection_id: str, asked: Start, *, by: str) -> ShownLife:
    """Let a connection in review post from now on; asked for twice, it starts once.

    It is looked at at once, so that nobody waits for the schedule.

    Raises:
        ConflictError: it is paused or closed, its review has not come to an end, or certain
            matches are undecided and not to be linked now.
        StaleVersionError: it is not said which review was read, or it was made anew since, or both
            sides were compared since.
    """
    if connections.phase(connection_id) is Phase.REVIEW:
        readiness.refuse_early(connection_id)
        readiness.refuse_unread(connection_id, asked.reviewed_at)
        matching.before_start(
            connection_id, link_certain=asked.link_certain, seen=asked.compared_at, by=by
        )
    shown = _go(connection_id, Phase.LIVE, {Phase.REVIEW}, by)
    doorbell.look_now(services.bell, connection_id)
    return shown


def pause(connection_id: str, *, by: str) -> ShownLife:
    """Stop a live connection until it is resumed; a run under way ends within a page of records.

    Raises:
        ConflictError: it is in review, where nothing is written anyway, or closed.
    """
    return _go(connection_id, Phase.PAUSED, {Phase.LIVE}, by)


def resume(services: "Services", connection_id: str, *, by: str) -> ShownLife:
    """Let a paused connection go on; it is looked at at once.

    What people typed in QuickBooks meanwhile is compared first, as after a start.

    Raises:
        ConflictError: it is in review or closed.
    """
    if connections.phase(connection_id) is Phase.PAUSED:
        matches.compare_anew(connection_id)
    shown = _go(connection_id, Phase.LIVE, {Phase.PAUSED}, by)
    doorbell.look_now(services.bell, connection_id)
    return shown


def close(services: "Services", connection_id: str, asked: Close, *, by: str) -> ShownLife:
    """End a connection; its secrets are given up as soon as no run is under way any more.

    That is begun at once, so that the same two sides can be connected again within a minute.

    Raises:
        ConflictError: it was changed all the time.
    """
    closing = Closing(asked.links)
    shown = _go(connection_id, Phase.CLOSED, set(Phase) - {Phase.CLOSED}, by, closing)
    doorbell.look_now(services.bell, connection_id)
    return shown


def _go(
    connection_id: str,
    wanted: Phase,
    allowed: Collection[Phase],
    by: str,
    closing: Closing | None = None,
) -> ShownLife:
    """Bring a connection into a phase, unless it is there already."""
    for _ in range(TRIES):
        known = connections.read(connection_id)
        if known.phase is wanted:
            return show(connection_id)
        _refuse(known, wanted, allowed)
        step = PhaseChange(phase=wanted, at=datetime.now(UTC), by=by)
        if phases.change(known, step, closing=closing):
            activity.note(
                connection_id,
                by=by,
                what=f"Made the connection {wanted}.",
                before={"phase": known.phase.value},
                after={"phase": wanted.value},
            )
            return show(connection_id)
    raise ConflictError("Someone else keeps changing the connection. Try again.")


def _refuse(known: Connection, wanted: Phase, allowed: Collection[Phase]) -> None:
    if known.phase in allowed:
        return
    told = f"{known.company_name} is {known.phase}, so it cannot be made {wanted}."
    raise ConflictError(f"{told} {HINTS[known.phase]} Nothing was changed.")


HINTS = {
    Phase.REVIEW: "In review, nothing is written on either side. Start it or close it.",
    Phase.LIVE: "Pause it or close it.",
    Phase.PAUSED: "Resume it or close it.",
    Phase.CLOSED: "Connect it again.",
}
"""What can be done with a connection in a phase."""
