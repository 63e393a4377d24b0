"""What connections, flows, runs and records go by, as texts of their own types."""

import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum

type ConnectionId = str
"""Begins the key of all that is kept for one connection."""

type FlowName = str
"""The name of a flow, verb and plural, such as `push_invoices`."""

type RunId = str
"""The name of a run, which sorts by its time (UTC)."""

type MobiWorkId = str
"""The id of a record in MobiWork."""

type QuickBooksId = str
"""The id of a record in QuickBooks; of a piece, with its own ending."""

type RecordId = MobiWorkId | QuickBooksId
"""The id of a record in the source of its flow."""


def is_push(flow: FlowName) -> bool:
    """Tell whether the records of a flow come of MobiWork's lists, whose fingerprints are kept."""
    return flow.startswith("push_")


def in_words(flow: FlowName) -> str:
    """Name a flow as people know it: invoices to QuickBooks; what is none, without its lines."""
    verb, _, what = flow.partition("_")
    side = {"push": "to QuickBooks", "pull": "to MobiWork"}.get(verb)
    return f"{what.replace('_', ' ')} {side}" if side else flow.replace("_", " ")


def kind_in_words(flow: FlowName) -> str:
    """Name what a flow carries: invoices; of what comes to MobiWork that, too."""
    return in_words(flow).removesuffix(" to QuickBooks")


MOMENT = "20261130T013000"
"""How ids of runs begin."""


class RunKind(StrEnum):
    """What a run is for, as its id says at its end; most are for what there is to do."""

    USUAL = ""
    REVIEW = "-review"
    DRY = "-dry"
    UNDO = "-undo"


def new_run_id(
    now: Callable[[], datetime] = lambda: datetime.now(UTC), kind: RunKind = RunKind.USUAL
) -> str:
    """Return a run id that sorts by time and tells what the run is for."""
    return f"{now():%Y%m%dT%H%M%S}-{secrets.token_hex(4)}{kind}"


def kind_of_run(run_id: str) -> RunKind:
    """Return what a run is for."""
    return next((one for one in RunKind if one and run_id.endswith(one)), RunKind.USUAL)


def made_at(run_id: str) -> datetime | None:
    """Return when the id of a run was made, to the second; None where it does not tell."""
    try:
        return datetime.strptime(run_id[: len(MOMENT)], "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None
