"""What an entry may be on the other side: records found there, with the facts of both sides."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import islice
from typing import TYPE_CHECKING

from pydantic import ValidationError

from connector.api.plans.shown_matches import ShownFact, facts_of
from connector.api.worklist.reading import chosen
from connector.engine.run import Run
from connector.engine.stores import DYNAMODB, Store
from connector.entities import recognitions
from connector.entities.registry import PULL_NAMED, PUSH_NAMED, PUSHED_BY
from connector.errors import RequestError
from connector.model.body import spoken
from connector.model.flows.push_flow import AnyPushFlow
from connector.model.ids import RunKind, new_run_id
from connector.model.links import RecordKey
from connector.model.matching.comparison import compare
from connector.model.matching.evidence import Facts
from connector.model.matching.matches import Candidate, candidate_of, shown
from connector.model.matching.scoring import CURRENCY
from connector.model.pending import PendingItem
from connector.model.tracking.tracked import Sought, TrackedRecord
from connector.push import worker
from connector.push.invalid_records import read_record
from connector.quickbooks.query import holds, select

if TYPE_CHECKING:
    from connector.services import Services

MOST = 5
MOST_PAGES = 50
"""So many pages of names are looked through for one that is asked for."""
NOT_ALL = "Not all records were searched. Enter more of the name, or the ID."
MORE = f"There are more than these {MOST}. Enter more of the name, or the ID."
KNOWN_BY = {"Customer": "DisplayName", "Vendor": "DisplayName", "Item": "Name"}
"""What lists of QuickBooks are looked through by; documents by their number."""
NUMBERED_BY = {"Payment": "PaymentRefNum"}
"""What stands for the number of those documents that have none."""
AMOUNT = re.compile(r"\$ *([\d,]+(?:\.\d\d)?)|([\d,]+\.\d\d)")
ASK = (
    "No likely match was found. One read of QuickBooks can search by number or name: "
    "ask with read=true."
)


@dataclass(frozen=True)
class LinkCandidate:
    """A record of the other side that an entry may be linked to; `belongs_to` says whose it is.

    id: Its id there.
    label: What a person knows it by.
    facts: One for each that counts.
    """

    id: str
    label: str
    facts: tuple[ShownFact, ...]
    belongs_to: str | None


@dataclass(frozen=True)
class LinkCandidates:
    """What an entry may be on the other side.

    Attributes:
        target: The entity there.
        candidates: At most five, with both sides' facts.
        reads: How many metered calls were made for them.
        hint: What else can be done to find some, in a sentence; None where nothing can.
    """

    target: str
    candidates: tuple[LinkCandidate, ...]
    reads: int
    hint: str | None


def find(
    services: "Services", connection_id: str, entry: str, *, read: bool, like: str | None = None
) -> LinkCandidates:
    """Return what an entry may be linked to; QuickBooks is asked only where that is wanted.

    Raises:
        RequestError: the entry is not on the worklist, or nobody knows what it is.
    """

    def run() -> Run:
        asked = {"connection_id": connection_id, "run_id": new_run_id(kind=RunKind.DRY)}
        return services.run(asked, lambda: 900.0)

    return candidates_of(connection_id, entry, run if read else None, like=like, store=DYNAMODB)


def candidates_of(
    connection_id: str,
    entry: str,
    run: Callable[[], Run] | None,
    *,
    like: str | None = None,
    store: Store,
) -> LinkCandidates:
    """Return what an entry may be linked to; `run` plans it and asks QuickBooks where given.

    It asks for what is `like` a text: a name, an e-mail address, a number or an amount; without one
    for records of the same number or name, where none was found beforehand. Records of MobiWork are
    looked for among those that were read.

    Raises:
        RequestError: the entry is not on the worklist, or nobody knows what it is.
    """
    (found,), _ = chosen(connection_id, None, [entry], store, most=1)
    push = PUSH_NAMED.get(found.item.flow)
    if push is None:
        return _in_mobiwork(connection_id, found.item, like, store)
    if not found.item.record:
        raise RequestError(
            "Only MobiWork records that have been read can be searched for in QuickBooks."
        )
    own = RecordKey(push.entity, found.item.record_id)
    known = store.matches.read_many(connection_id, push.target, [own]).get(own)
    reads, candidates = 0, [] if like else list(known.candidates if known else ())
    if not candidates and run is not None:
        reads, candidates = 1, _looked_for(push, found.item, run(), like)
    shown_here = [_shown(connection_id, push.target, one, store) for one in candidates]
    return _answer(push.target, shown_here, reads, None if candidates or reads else ASK)


def _answer(
    target: str, found: Sequence[LinkCandidate], reads: int = 0, hint: str | None = None
) -> LinkCandidates:
    """Show a few of what was found, and say so where there are more."""
    return LinkCandidates(target, tuple(found[:MOST]), reads, MORE if found[MOST:] else hint)


def _looked_for(
    push: AnyPushFlow, item: PendingItem, run: Run, like: str | None
) -> list[Candidate]:
    """Look in QuickBooks for records of the same number or name, or for those that are like a text.

    Raises:
        RequestError: the record cannot be read or translated, so that nobody knows what it is.
    """
    recognition = recognitions.RECOGNITIONS.get(push.name)
    if recognition is None:
        raise RequestError(
            "Records of this kind cannot be searched for in QuickBooks. Enter the QuickBooks ID."
        )
    try:
        ours = recognition.here(read_record(push, item.record_id, item.record))
    except ValidationError as error:
        raise RequestError("It cannot be read, so it cannot be compared.") from error
    statement = like_in(push.target, like) if like else _of_the_same_name(push, item, run)
    found = []
    for twin in islice(run.quickbooks.query(statement), MOST + 1):
        if theirs := recognition.there(twin):
            pair = compare(ours, theirs, recognition.table)
            found.append(_with_the_rest(candidate_of(ours, theirs, pair), ours, theirs))
    return found


def _with_the_rest(candidate: Candidate, ours: Facts, theirs: Facts) -> Candidate:
    """Return a candidate with the facts, too, of which only one side says something."""
    told = candidate.same.keys() | candidate.other.keys()
    rest = {
        fact: (shown(ours, fact), shown(theirs, fact))
        for fact in (*ours.said, *theirs.said)
        if fact not in {*told, CURRENCY}
        and bool(shown(ours, fact)) is not bool(shown(theirs, fact))
    }
    return replace(candidate, other={**candidate.other, **rest})


def _of_the_same_name(push: AnyPushFlow, item: PendingItem, run: Run) -> str:
    body = worker.foresee_push(push, run, item).body
    if body is None:
        raise RequestError("It has to be corrected before it can be compared with QuickBooks.")
    number = body.get("DocNumber")
    by_number = select(push.target, DocNumber=str(number)) if number else None
    return by_number or push.matching.twin_query(body)


def like_in(target: str, text: str) -> str:
    """Return the statement that finds records of QuickBooks that are like a text.

    Lists are looked through by name, or by e-mail address; documents by number, or by their total.
    """
    if name := KNOWN_BY.get(target):
        by_mail = "@" in text and target != "Item"
        place = holds("PrimaryEmailAddr" if by_mail else name, text)
        return select(target, place, include_inactive=True)
    if amount := AMOUNT.fullmatch(text):
        told = Decimal((amount[1] or amount[2]).replace(",", ""))
        return select(target, TotalAmt=told)
    return select(target, holds(NUMBERED_BY.get(target, "DocNumber"), text))


def _in_mobiwork(
    connection_id: str, item: PendingItem, like: str | None, store: Store
) -> LinkCandidates:
    """Look for records of MobiWork by name among those that were read, without a call."""
    entity = PULL_NAMED[item.flow].entity
    flow = PUSHED_BY.get(entity)
    if flow is None:
        raise RequestError(
            "MobiWork records of this kind are not listed here. Enter the MobiWork ID."
        )
    known = store.tracked.read_many(connection_id, item.flow, [item.record_id]).get(item.record_id)
    name = like or (known.number if known else None) or ""
    sought = Sought(part=name, flows=frozenset([flow]), undated=True)
    found, all_seen = _named(connection_id, sought, store) if name else ([], True)
    shown = [_of_mobiwork(one, name) for one in found]
    return _answer(entity, shown, hint=None if all_seen else NOT_ALL)


def _named(connection_id: str, sought: Sought, store: Store) -> tuple[list[TrackedRecord], bool]:
    """Return what is sought, and whether all was looked through for it.

    One that is rare may stand on none of the first pages.
    """
    found, after = list[TrackedRecord](), None
    for _ in range(MOST_PAGES):
        page = store.tracked.find(connection_id, sought, after=after, limit=MOST + 1)
        found += page.records
        if (after := page.next) is None or len(found) > MOST:
            break
    return found, after is None


def _of_mobiwork(one: TrackedRecord, name: str) -> LinkCandidate:
    own = one.number or one.label
    fact = ShownFact("name", own, name, same=own.casefold() == name.casefold())
    whose = f"QuickBooks id {one.quickbooks_id}" if one.quickbooks_id else None
    return LinkCandidate(one.record_id, one.label, (fact,), whose)


def _shown(connection_id: str, target: str, one: Candidate, store: Store) -> LinkCandidate:
    owner = store.links.owner_of(connection_id, target, one.quickbooks_id)
    whose = f"{spoken(owner.entity)} {owner.mobiwork_id}" if owner else None
    return LinkCandidate(one.quickbooks_id, one.label, tuple(facts_of(one)), whose)
