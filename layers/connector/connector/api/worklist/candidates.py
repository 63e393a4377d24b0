"""What an entry may be on the other side: records found there, with the facts of both sides."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import ValidationError

from connector.api.worklist.reading import chosen
from connector.engine.run import Run
from connector.engine.stores import DYNAMODB, Store
from connector.entities import recognitions
from connector.entities.registry import PUSH_NAMED
from connector.errors import RequestError
from connector.model.body import Body, Json
from connector.model.flows.push_flow import AnyPushFlow
from connector.model.ids import RunKind, new_run_id
from connector.model.links import RecordKey
from connector.model.matching.comparison import compare
from connector.model.matching.matches import Candidate, candidate_of
from connector.model.pending import PendingItem
from connector.push import worker
from connector.push.invalid_records import read_record
from connector.quickbooks.query import select

if TYPE_CHECKING:
    from connector.services import Services

MOST = 5
ASK = (
    "None was found beforehand. One read of QuickBooks looks for records of the same "
    "number or name: ask with read=true."
)


@dataclass(frozen=True)
class CandidateFact:
    """A fact with what each side says of it.

    fact: Its name in words.
    mobiwork, quickbooks: What the sides say.
    same: Whether they say the same.
    """

    fact: str
    mobiwork: str
    quickbooks: str
    same: bool


@dataclass(frozen=True)
class LinkCandidate:
    """A record of QuickBooks that an entry may be linked to; `belongs_to` says whose it is.

    quickbooks_id: QuickBooks' id.
    label: What a person knows it by.
    facts: One for each that counts.
    """

    quickbooks_id: str
    label: str
    facts: tuple[CandidateFact, ...]
    belongs_to: str | None


@dataclass(frozen=True)
class LinkCandidates:
    """What an entry may be in QuickBooks.

    Attributes:
        target: The QuickBooks entity.
        candidates: At most five, with both sides' facts.
        reads: How many metered calls were made for them.
        hint: What else can be done to find some, in a sentence; None where nothing can.
    """

    target: str
    candidates: tuple[LinkCandidate, ...]
    reads: int
    hint: str | None


def find(services: "Services", connection_id: str, entry: str, *, read: bool) -> LinkCandidates:
    """Return what an entry may be linked to; QuickBooks is asked only where that is wanted.

    Raises:
        RequestError: the entry is not on the worklist, or is of QuickBooks itself.
    """

    def run() -> Run:
        asked = {"connection_id": connection_id, "run_id": new_run_id(kind=RunKind.DRY)}
        return services.run(asked, lambda: 900.0)

    return candidates_of(connection_id, entry, run if read else None, store=DYNAMODB)


def candidates_of(
    connection_id: str, entry: str, run: Callable[[], Run] | None, *, store: Store
) -> LinkCandidates:
    """Return what an entry may be linked to; `run` plans it and asks QuickBooks where given."""
    (found,), _ = chosen(connection_id, None, [entry], store, most=1)
    push = PUSH_NAMED.get(found.item.flow)
    if push is None or not found.item.record:
        raise RequestError("Only records of MobiWork that were read are looked for in QuickBooks.")
    own = RecordKey(push.entity, found.item.record_id)
    known = store.matches.read_many(connection_id, push.target, [own]).get(own)
    reads, candidates = 0, list(known.candidates if known else ())
    if not candidates and run is not None:
        reads, candidates = 1, _looked_for(push, found.item, run())
    shown = [_shown(connection_id, push.target, one, store) for one in candidates[:MOST]]
    hint = None if candidates or reads else ASK
    return LinkCandidates(push.target, tuple(shown), reads, hint)


def _looked_for(push: AnyPushFlow, item: PendingItem, run: Run) -> list[Candidate]:
    """Look in QuickBooks for records of the same number or name.

    Raises:
        RequestError: the record cannot be read or translated, so that nobody knows what it is.
    """
    recognition = recognitions.RECOGNITIONS.get(push.name)
    body = worker.foresee(push, run, item).body
    if recognition is None or body is None:
        raise RequestError("It cannot be said what it would be in QuickBooks: correct it first.")
    try:
        ours = recognition.here(read_record(push, item.record_id, item.record))
    except ValidationError as error:
        raise RequestError("It cannot be read, so it cannot be compared.") from error
    found = []
    for twin in _rows(push, body, run):
        if theirs := recognition.there(twin):
            pair = compare(ours, theirs, recognition.table)
            found.append(candidate_of(ours, theirs, pair))
    return found


def _rows(push: AnyPushFlow, body: Body, run: Run) -> Iterable[Json]:
    number = body.get("DocNumber")
    by_number = select(push.target, DocNumber=str(number)) if number else None
    return run.quickbooks.query(by_number or push.matching.twin_query(body))


def _shown(connection_id: str, target: str, one: Candidate, store: Store) -> LinkCandidate:
    owner = store.links.owner_of(connection_id, target, one.quickbooks_id)
    facts = [CandidateFact(fact, text, text, same=True) for fact, text in one.same.items()]
    facts += [
        CandidateFact(fact, ours, theirs, same=False) for fact, (ours, theirs) in one.other.items()
    ]
    whose = f"{owner.entity} {owner.mobiwork_id}" if owner else None
    return LinkCandidate(one.quickbooks_id, one.label, tuple(facts), whose)
