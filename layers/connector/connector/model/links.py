"""What is kept of a record on its way to the other side, and once it is linked, as values."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from connector.model.body import Body
from connector.model.flows.context import Linked
from connector.model.ids import MobiWorkId, QuickBooksId, RunId


class RecordKey(NamedTuple):
    """A MobiWork record: the entity that its link goes by, and its id there (of a piece: its own).

    A plain pair of texts is the same key.
    entity: MobiWork's name of it.
    mobiwork_id: its id, or that of the piece.
    """

    entity: str
    mobiwork_id: MobiWorkId


class Origin(StrEnum):
    """How a link came to be."""

    CREATED = "created"
    LINKED = "linked"
    PULLED = "pulled"


@dataclass(frozen=True, kw_only=True)
class Undone:
    """What a person undid: it is not sent again before somebody asks for that.

    by, at: who undid it, when (ISO 8601 in UTC); run_id: the run that had written it.
    reason: what is said of it from now on, as a sentence.
    link: the link that it had.
    """

    by: str
    at: str
    run_id: RunId
    reason: str
    link: "Link"


@dataclass(frozen=True, kw_only=True)
class Released:
    """What is left of an intent that was given up: the generation of the next one.

    undone: who undid what had been linked, and when; None where nobody did.
    generation: that number, counted from 1.
    """

    generation: int
    undone: Undone | None = None


@dataclass(frozen=True, kw_only=True)
class Intent:
    """The durable note that one worker is about to create `owner` in QuickBooks.

    target: the QuickBooks entity that it is to become.
    generation: counts the request ids that were used for it before, from 1.
    claim: the token of the worker that is at it; None when nobody is, though it may have been sent.
    request_id: QuickBooks' idempotency key (reference 1.4), the same for every attempt.
    content_hash, body: what is sent.
    twin_query: the query that finds it in QuickBooks; None when nothing is sent (an adoption).
    kind: what of the record may not change once it is linked, such as part or service.
    begun, claimed: when it was claimed first, in whatever generation, and last, in seconds since
        1970; None where it is not claimed yet.
    """

    owner: RecordKey
    target: str
    generation: int = 1
    claim: str | None
    request_id: str
    content_hash: str
    body: Body
    twin_query: str | None = None
    kind: str | None = None
    begun: int | None = None
    claimed: int | None = None


@dataclass(frozen=True, kw_only=True)
class Link(Linked):
    """A MobiWork record and its QuickBooks record; the rest is as in `Linked`.

    target: the QuickBooks entity.
    generation: that of the intent it came of, so that no request id is ever used twice.
    made_in: the run that created the record on the other side; None where it was there before.
    shown: the hash of a document as QuickBooks answered it, without what moves by itself.
    owner: the MobiWork record.
    origin: how the link came about.
    """

    owner: RecordKey
    target: str
    origin: Origin
    generation: int = 1
    made_in: RunId | None = None
    shown: str | None = None


type Linking = Released | Intent | Link
"""How far a record has come."""


@dataclass(frozen=True, kw_only=True)
class Addition:
    """The durable note that one worker is about to add a QuickBooks record to MobiWork.

    source: its entity in QuickBooks.
    quickbooks_id: its id there; of a piece, its own.
    claim: the token of the worker that is at it.
    taken: whether MobiWork took the record without telling its number.
    """

    source: str
    quickbooks_id: QuickBooksId
    claim: str
    taken: bool = False


class AlreadyLinkedError(Exception):
    """The QuickBooks record belongs to another MobiWork record, named by `mobiwork_id`."""

    def __init__(self, mobiwork_id: MobiWorkId) -> None:
        super().__init__(f"already linked to MobiWork record {mobiwork_id}")
        self.mobiwork_id = mobiwork_id
