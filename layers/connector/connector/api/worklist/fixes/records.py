"""Fixes of single records: try again, link, create under a name, leave out, done by hand."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Never

from pydantic import ValidationError

from connector.api.worklist.fixes.doing import NEXT_RUN, Doing, Effect, Fixer, FixWanted, named
from connector.api.worklist.reading import OpenEntry
from connector.engine.stores import Store
from connector.entities.registry import PULL_NAMED, PUSH_NAMED
from connector.entities.shared.documents import HOME_CURRENCY
from connector.entities.shared.recognition import currency_of
from connector.errors import ConflictError, RequestError, Wrong
from connector.model.body import Json, if_there, spoken
from connector.model.flows.exclusion import standing
from connector.model.links import Link, RecordKey
from connector.model.matching.matches import Match, MatchDecision, is_elsewhere, told_as
from connector.model.matching.wording import PARTIES, foreign
from connector.model.pending import PendingItem, PendingState
from connector.model.worklist.causes import Kind
from connector.model.worklist.fixes import LEFT_OUT_AND_TOLD
from connector.model.worklist.instructions import MOBIWORK_WINS, QUICKBOOKS_WINS, SaidThen, Wish
from connector.push.invalid_records import read_record

NAMED = ("Customer", "Vendor", "Item")
"""What has a name in QuickBooks that a person may choose."""
SEEN_BY = ("DisplayName", "Name", "DocNumber", "PaymentRefNum")
"""What a record of QuickBooks is known by there, the best name first."""


def _tells_retry(_doing: Doing, wanted: FixWanted) -> Effect:
    told = [one for one in wanted.entries if one.item.state is PendingState.DELETED]
    if told:
        raise RequestError(
            f"{named(told)} only reports what happened. There is nothing to try again."
        )
    told_next = f"{named(wanted.entries)}: {NEXT_RUN[0].lower()}{NEXT_RUN[1:]}"
    return Effect((told_next,), reads=2 if _are_too_late(wanted) else 0)


def _are_too_late(wanted: FixWanted) -> bool:
    """Tell whether something is dated where the books are closed, or were when it was planned."""
    return any(one.item.cause == Kind.CLOSED for one in wanted.entries)


def _retries(doing: Doing, wanted: FixWanted) -> None:
    if _are_too_late(wanted):
        doing.read_books()
    for one in wanted.entries:
        doing.again(one.item)


RETRY = Fixer(_tells_retry, _retries)


def _tells_link(doing: Doing, wanted: FixWanted) -> Effect:
    entry, there = wanted.only, wanted.needed
    item = entry.item
    if push := PUSH_NAMED.get(item.flow):
        _refuse_another_kind(doing, entry, there)
        if not there.isdecimal():
            _refuse_target(f"{there!r} is not a QuickBooks ID. QuickBooks IDs are numbers.")
        for target in push.targets:
            if owner := doing.store.links.owner_of(doing.connection_id, target, there):
                raise ConflictError(
                    f"{spoken(target)} {there} of QuickBooks belongs to {spoken(owner.entity)} "
                    f"{owner.mobiwork_id} of MobiWork already."
                )
        found, reads = _read_there(doing, push.targets, there)
        told = (
            f"{named([entry])} is linked to {found} of QuickBooks as it is; nothing is "
            "written there. It was just read and is read once more by the run."
        )
        return Effect((told,), reads=reads + 1)
    pull = PULL_NAMED[item.flow]
    if isinstance(doing.store.links.read(doing.connection_id, pull.entity, there), Link):
        raise ConflictError(f"{pull.entity} {there} of MobiWork is already linked.")
    if not doing.is_here(pull.entity, there):
        _refuse_target(f"MobiWork has no {pull.entity} {there}.")
    return Effect((f"{named([entry])} is linked to {pull.entity} {there} of MobiWork.",))


def _refuse_another_kind(doing: Doing, entry: OpenEntry, there: str) -> None:
    """Refuse to link to what was found in QuickBooks as a record of another kind."""
    if is_elsewhere(there) and any(
        there in match.quickbooks_ids
        for match in matches_of(doing.connection_id, entry.item, doing.store)
    ):
        _refuse_target(
            f"{told_as(there)} of QuickBooks is a different kind of record than "
            f"{named([entry])}, so they cannot be linked. If they are the same, say so "
            "in the list of matches, and nothing is posted."
        )


def _refuse_target(told: str) -> Never:
    raise RequestError(told, errors=[Wrong("#/target", told)])


def _links(doing: Doing, wanted: FixWanted) -> None:
    entry, there = wanted.only, wanted.needed
    _decide_match(doing, entry.item, there)
    doing.instruct(entry.item, Wish.LINK, value=there, why=wanted.why)
    if entry.cause.kind in LEFT_OUT_AND_TOLD:
        read_again(doing, entry.item)


def _read_there(doing: Doing, targets: Sequence[str], own: str) -> tuple[str, int]:
    """Return what a record of QuickBooks is known by, and how many calls it took to find it."""
    for calls, target in enumerate(targets, 1):
        record = if_there(doing.open_quickbooks().read, target, own)
        if record is None:
            continue
        named = _known_by(target, own, record)
        if target in PARTIES and (other := currency_of(record)):
            _refuse_target(foreign(named, other, HOME_CURRENCY))
        return named, calls
    return _refuse_target(f"QuickBooks has no {' or '.join(targets)} {own}.")


def _known_by(target: str, own: str, record: Json) -> str:
    """Name a record by its id, and by what a person sees of it there."""
    total, day = record.get("TotalAmt"), record.get("TxnDate")
    seen = [f'"{record[one]}"' for one in SEEN_BY if record.get(one)][:1]
    seen += [] if total is None else [f"${Decimal(str(total)):,.2f}"]
    seen += [f"of {day}"] if day else []
    known = f"{spoken(target)} {own}"
    return f"{known} ({', '.join(seen)})" if seen else known


def _decide_match(doing: Doing, item: PendingItem, there: str) -> None:
    """Say of a match that waits for the same decision that it is decided."""
    for known in matches_of(doing.connection_id, item, doing.store):
        if there in known.quickbooks_ids:
            decided = replace(
                known,
                decision=MatchDecision.SAME,
                chosen=there,
                decided_by=doing.by,
                decided_at=doing.now.isoformat(),
            )
            doing.store.matches.decide(doing.connection_id, decided)


def matches_of(connection_id: str, item: PendingItem, store: Store) -> Iterator[Match]:
    """Yield what a record was found to be the same as, of each entity that it can become."""
    push = PUSH_NAMED.get(item.flow)
    for target in push.targets if push else ():
        own = RecordKey(push.entity if push else "", item.record_id)
        if known := store.matches.read_many(connection_id, target, [own]).get(own):
            yield known


LINK = Fixer(_tells_link, _links)


def _tells_name(_doing: Doing, wanted: FixWanted) -> Effect:
    entry, name = wanted.only, wanted.needed
    push = PUSH_NAMED.get(entry.item.flow)
    if push is None or push.target not in NAMED:
        raise RequestError(f"{named([entry])} does not have its own name in QuickBooks.")
    told = (
        f'{named([entry])} is created in QuickBooks as "{name}" in the next run, which '
        "starts now. It keeps that name there; its name in MobiWork does not change."
    )
    return Effect((told,), writes=1)


def _names(doing: Doing, wanted: FixWanted) -> None:
    doing.instruct(wanted.only.item, Wish.NAME, value=wanted.needed, why=wanted.why)


CREATE_AS = Fixer(_tells_name, _names)


def _refuse_unlinked(doing: Doing, wanted: FixWanted) -> None:
    """Refuse what is only for records that both sides have."""
    if one_sided := [one for one in wanted.entries if not _is_linked(doing, one.item)]:
        raise RequestError(
            f"{named(one_sided)} is on one side only, so there is nothing to change."
        )


def _tells_keep_quickbooks(doing: Doing, wanted: FixWanted) -> Effect:
    _refuse_unlinked(doing, wanted)
    told = (
        f"Where both sides changed it, MobiWork takes over what QuickBooks says: {{}}. {NEXT_RUN}"
    )
    return Effect((told.format(named(wanted.entries)),))


def _tells_keep_mobiwork(doing: Doing, wanted: FixWanted) -> Effect:
    _refuse_unlinked(doing, wanted)
    told = f"Where both sides changed it, QuickBooks gets what MobiWork says: {{}}. {NEXT_RUN}"
    return Effect((told.format(named(wanted.entries)),), writes=len(wanted.entries))


def _keeps_quickbooks(doing: Doing, wanted: FixWanted) -> None:
    for one in wanted.entries:
        doing.instruct(one.item, Wish.KEEP, value=QUICKBOOKS_WINS)


def _keeps_mobiwork(doing: Doing, wanted: FixWanted) -> None:
    for one in wanted.entries:
        doing.instruct(one.item, Wish.KEEP, value=MOBIWORK_WINS)


KEEP_QUICKBOOKS = Fixer(_tells_keep_quickbooks, _keeps_quickbooks)
KEEP_MOBIWORK = Fixer(_tells_keep_mobiwork, _keeps_mobiwork)


def _tells_leave_out(_doing: Doing, wanted: FixWanted) -> Effect:
    _refuse_unknown(wanted)
    told = (
        f"{named(wanted.entries)} is left out for good, even if it changes, until you "
        "undo this decision. Records waiting for it keep waiting. Anything already in "
        "QuickBooks stays there."
    )
    return Effect((told,))


def _leaves_out(doing: Doing, wanted: FixWanted) -> None:
    for one in wanted.entries:
        _leave_out(doing, one, wanted.why)


def _leave_out(
    doing: Doing, entry: OpenEntry, why: str | None, seen: SaidThen | None = None
) -> None:
    """Keep a record out of the other side; of one that is there already only the entry goes.

    What a person has `seen` of one that was entered by hand is what is told no more.
    """
    item = entry.item
    if _only_tells(doing, entry):
        _close(doing, entry)
    else:
        doing.keep(item, Wish.DONE if seen else Wish.LEAVE_OUT, why=why, seen=seen)
        doing.again(item)
        if entry.cause.kind in LEFT_OUT_AND_TOLD:
            read_again(doing, item)


def _close(doing: Doing, entry: OpenEntry) -> None:
    """Close an entry that only tells; what a person has seen is what is told no more."""
    item = entry.item
    if seen := _seen(doing, item):
        doing.keep(item, Wish.SEEN, seen=seen)
    else:
        doing.store.instructions.take_back(doing.connection_id, item.flow, item.record_id)
    doing.store.pending.close(item)


def _seen(doing: Doing, item: PendingItem) -> SaidThen | None:
    """Return what a document says as a person sees it.

    Of lists, and of what is not there or cannot be read, that is nothing.
    """
    push = PUSH_NAMED.get(item.flow)
    company = doing.store.settings.read_company(doing.connection_id)
    if push is None or not item.record or company is None:
        return None
    try:
        record = read_record(push, item.record_id, item.record)
    except ValidationError:
        return None
    facts = push.wording.facts(record)
    return SaidThen(facts, standing(push, record, doing.settings, company)) if facts else None


def _only_tells(doing: Doing, entry: OpenEntry) -> bool:
    if entry.cause.kind in LEFT_OUT_AND_TOLD:
        return False
    return entry.item.state is PendingState.DELETED or _is_linked(doing, entry.item)


def _is_linked(doing: Doing, item: PendingItem) -> bool:
    links, own = doing.store.links, doing.connection_id
    if push := PUSH_NAMED.get(item.flow):
        wanted = [(entity, item.record_id) for entity in push.link_entities]
        return any(isinstance(one, Link) for one in links.read_many(own, wanted).values())
    return links.owner_of(own, PULL_NAMED[item.flow].source, item.record_id) is not None


def _refuse_unknown(wanted: FixWanted) -> None:
    sent = [one for one in wanted.entries if one.item.state is PendingState.SENT]
    if sent:
        raise ConflictError(
            f"{named(sent)} was sent and may be in QuickBooks. The connector checks there first."
        )


LEAVE_OUT = Fixer(_tells_leave_out, _leaves_out)


def _tells_by_hand(doing: Doing, wanted: FixWanted) -> Effect:
    _refuse_unknown(wanted)
    if wanted.target:
        return _tells_link(doing, wanted)
    told = [one for one in wanted.entries if _only_tells(doing, one)]
    others = [one for one in wanted.entries if one not in told]
    sentences = []
    if told:
        sentences.append(f"The entry for {named(told)} is closed. Nothing else changes.")
    if others:
        sentences.append(
            f"For {named(others)} nothing is posted, as it was entered by hand; when it changes "
            "later, that is told. Name its QuickBooks id to have it linked to that instead."
        )
    return Effect(tuple(sentences))


def _done_by_hand(doing: Doing, wanted: FixWanted) -> None:
    if wanted.target:
        _links(doing, wanted)
        return
    for one in wanted.entries:
        why = f"entered by hand{f', {wanted.why}' if wanted.why else ''}"
        _leave_out(doing, one, why, _seen(doing, one.item))


BY_HAND = Fixer(_tells_by_hand, _done_by_hand)


def _tells_update(doing: Doing, wanted: FixWanted) -> Effect:
    for one in wanted.entries:
        push = PUSH_NAMED.get(one.item.flow)
        if push is None or push.updating is None or not one.item.record:
            raise RequestError(
                f"{named([one])} cannot be changed in QuickBooks from here. Correct one "
                f"of the two by hand. {(push and push.stays) or ''}".rstrip()
            )
    _refuse_unlinked(doing, wanted)
    told = (
        "QuickBooks is updated with MobiWork's current values for "
        f"{named(wanted.entries)}, unless it is paid, deposited, in a closed period, or "
        "was changed there. It is read first."
    )
    many = len(wanted.entries)
    return Effect((told,), reads=many, writes=many)


def _updates(doing: Doing, wanted: FixWanted) -> None:
    for one in wanted.entries:
        doing.instruct(one.item, Wish.UPDATE, why=wanted.why)
        read_again(doing, one.item)


def read_again(doing: Doing, item: PendingItem) -> None:
    """Put the reading of an entry that only tells of something up to be planned again.

    Where a newer one was found meanwhile, that is planned anyway.
    """
    doing.store.pending.put_if_free(doing.connection_id, item.flow, item.reading)


UPDATE = Fixer(_tells_update, _updates)
