"""What planning and comparing share: what is missing, and what a body is known by."""

from hashlib import sha256

from pydantic import BaseModel

from connector.entities.shared.documents import (
    NEVER_SENT,
    ON_NEITHER_SIDE,
    SENT_AND_DELETED,
    why_deleted,
)
from connector.errors import NotYetError, RecordError
from connector.exact_json import canonical
from connector.model.body import Body
from connector.model.flows.context import PushContext
from connector.model.flows.push_flow import PushFlow
from connector.model.links import Intent, Link, Linking, Undone
from connector.model.plans import Reference, Refuse, Skip, Wait
from connector.model.worklist.causes import Kind

SHOWN = 4
"""How many of several names a sentence shows."""


def lasting[R: BaseModel](flow: PushFlow[R], body: Body) -> Body:
    """Return the members that later changes are compared by."""
    return {name: value for name, value in body.items() if name not in flow.translation.create_only}


def missing_of(references: tuple[Reference, ...], known: PushContext) -> tuple[Reference, ...]:
    """Return those of some references that are not linked."""
    return tuple(
        one
        for one in references
        if (one.entity, one.record_id) not in known.links
        and (one.instead, one.record_id) not in known.links
    )


def waiting_for(missing: tuple[Reference, ...]) -> str:
    """Say in a sentence what a record waits for."""
    names = [reference.label for reference in missing]
    shown = ", ".join(names[:SHOWN]) + (
        f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    )
    are = "is" if len(names) == 1 else "are"
    return f"It is waiting for {shown}, which {are} not in QuickBooks yet."


def held(error: RecordError) -> Wait | Refuse:
    """Return what becomes of a record that cannot be sent: it waits, or a person must act first."""
    if isinstance(error, NotYetError):
        return Wait((), str(error), cause=error.cause or Kind.OTHER)
    return Refuse(str(error), error.fixes, error.cause or Kind.RECORD)


def content_hash(body: Body) -> str:
    """Return the hash that identifies a body, whatever the order of its members."""
    return sha256(canonical(body).encode()).hexdigest()[:32]


def once_deleted(standing: Linking | None) -> Skip | Wait:
    """Plan what is left to do with a record that was deleted in MobiWork after it was sent."""
    match standing:
        case Link(gone=str()):
            return Skip(ON_NEITHER_SIDE, away=True)
        case Link():
            told = why_deleted(standing)
            return Skip(told, tell=True, cause=Kind.DELETED_HERE)
        case Intent():
            return Wait((), SENT_AND_DELETED, cause=Kind.DELETED_HERE)
        case _:
            return Skip(NEVER_SENT)


def still_undone(undone: Undone) -> Skip:
    """Leave out what was undone, and tell a person that MobiWork's record was changed since."""
    return Skip(
        f"{undone.reason} MobiWork's record was read again since.",
        left_out=True,
        tell=True,
        cause=Kind.UNDONE,
    )
