"""Documents that a record was said to be as another kind, or in a sum, and that changed since.

Nothing links the two, so that nothing else compares them again. What a person said was said of the
figures that both had then; where QuickBooks' are others now, or the document is void or deleted
there, the record is asked about again, with both figures.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import UTC, datetime

from connector.changes.documents import changed
from connector.changes.matching.facts import kept_facts, latest_facts
from connector.engine.stores import Store
from connector.entities.recognitions import ADDED_UP, BESIDE, ENTERED_AS
from connector.errors import SKIP
from connector.model.control.people import shown_caller
from connector.model.flows.push_flow import AnyPushFlow
from connector.model.ids import QuickBooksId, RecordId
from connector.model.links import RecordKey
from connector.model.matching.evidence import Facts, day_key
from connector.model.matching.matches import (
    BOTH,
    DELETED,
    SUM,
    VOIDED,
    Candidate,
    Match,
    MatchDecision,
    amount_of,
    asked_again,
    document_of,
    elsewhere,
    figures,
    saying,
    shown,
    stands_for,
    told_as,
)
from connector.model.matching.scoring import DAY, TOTAL
from connector.model.pending import Deletion
from connector.model.worklist.causes import Kind, cause
from connector.model.worklist.instructions import Instruction, SaidThen, Wish
from connector.quickbooks.responses import ChangeData


def ask_again(connection_id: str, kinds: Iterable[str], changes: ChangeData, store: Store) -> None:
    """Ask about the records of documents that changed what a person has seen of them."""
    for kind in kinds:
        told, said = _told_of(kind, changes)
        for target in _pools_of(kind) if told else ():
            _ask_again(connection_id, (target, kind), told, said, store, changes.time)


def show_now(connection_id: str, kinds: Iterable[str], changes: ChangeData, store: Store) -> None:
    """Let open questions say what QuickBooks says now, and drop from them what is gone there.

    Who answers a question as it was before is told that it has changed. One that is about nothing
    any more is not open. What was asked about as void or deleted stays.
    """
    for kind in kinds:
        told, said = _told_of(kind, changes)
        for target in _pools_of(kind) if told else ():
            ids = [own if kind == target else elsewhere(kind, own) for own in told]
            found = store.matches.of_quickbooks(connection_id, target, ids)
            for match in {one.owner: one for some in found.values() for one in some}.values():
                if match.decision is MatchDecision.UNDECIDED:
                    now = _as_entered(target, kind, said)
                    _show_now(connection_id, match, {*ids}, now, store, changes.time)


def _told_of(kind: str, changes: ChangeData) -> tuple[list[QuickBooksId], dict[str, Facts]]:
    """Return the documents of a kind that changed or are gone, and what the former say."""
    rows, gone = changes.records.get(kind, ()), changes.deleted.get(kind, ())
    told = list(dict.fromkeys([*(str(one["Id"]) for one in rows), *map(str, gone)]))
    return told, {one.id: one for one in latest_facts(kept_facts(kind, rows))}


def _show_now(  # noqa: PLR0913, PLR0917 - whose question, which documents, and what they say
    connection_id: str,
    match: Match,
    told: set[str],
    said: Mapping[str, Facts],
    store: Store,
    at: datetime,
) -> None:
    left = list[Candidate]()
    for one in match.candidates:
        now = {} if one.ruled_out else dict(_says_now(match.target, one, told, said))
        before, after = figures(one, TOTAL)[1], now.get(TOTAL, ("", ""))[1]
        if any(word in before for word in (VOIDED, DELETED)):
            left.append(one)
        elif not any(word in after for word in (VOIDED, DELETED)):
            left.append(saying(one, now) if now else one)
    if left == [*match.candidates]:
        return
    if any(not one.ruled_out for one in left):
        store.matches.keep(connection_id, replace(match, candidates=tuple(left)))
    else:
        by, day = changed.WHERE_GONE, at.isoformat()
        different = MatchDecision.DIFFERENT
        ended = replace(match, decision=different, decided_by=by, decided_at=day)
        store.matches.decide(connection_id, ended)
        store.matches.ask(connection_id, at.isoformat())
    store.pending.replay(connection_id, match.flow, match.item)


def ask_as_read(  # noqa: PLR0913, PLR0917 - whose records, what was read, and since when
    connection_id: str,
    kinds: tuple[str, str],
    facts: Iterable[Facts],
    since: str,
    store: Store,
    at: datetime,
) -> None:
    """Ask so after all documents of a kind that are dated since a day were read.

    Change data tells nothing of what was deleted before it was asked for that kind.
    """
    (target, kind), all_said = kinds, {one.id: one for one in facts}
    said = _as_entered(target, kind, all_said)
    for match in [*store.matches.read_all(connection_id, target)]:
        if match.said_to_be == kind and _was_read(match, since):
            told = {*map(document_of, stands_for(target, match.chosen or ""))}
            if now := dict(_figures_now(match, told, said)):
                _open(connection_id, match, now, store, at)


def tell_deleted(
    connection_id: str, flow: AnyPushFlow, ids: AbstractSet[RecordId], store: Store
) -> None:
    """Put on the worklist what was deleted in MobiWork and said to be in QuickBooks by hand.

    That is a document that stands, or what somebody entered and nothing links.
    """
    by_hand = store.instructions.read_many(connection_id, flow.name, ids) if ids else {}
    for said in by_hand.values():
        if said.wish is Wish.DONE and said.seen and not said.seen.standing:
            told = _deleted_by_hand(flow, said, said.seen)
            store.pending.put_deleted(connection_id, flow.name, told)
    if not ids or not store.matches.watched(connection_id):
        return
    for target in flow.targets:
        keys = [
            RecordKey(entity, own)
            for entity in flow.link_entities
            for one in ids
            for own in ((one, f"{one}-1") if flow.piece_id else (one,))
        ]
        for match in store.matches.read_many(connection_id, target, keys).values():
            if match.said_to_be:
                store.pending.put_deleted(connection_id, flow.name, _deleted(match))


def _deleted_by_hand(flow: AnyPushFlow, said: Instruction, seen: SaidThen) -> Deletion:
    amount = seen.facts.get("amount")
    came = f" It came to {amount}." if amount else ""
    return Deletion(
        record_id=said.record_id,
        label=f"{flow.noun} {said.record_id}",
        reason=(
            f"It was deleted in MobiWork. {shown_caller(said.by)} said that it was entered in "
            f"QuickBooks by hand, which stays as it is there.{came} Void or change that by hand "
            "where it does not count any more, or leave this entry out."
        ),
        fixes=(SKIP,),
        cause=cause(Kind.DELETED_HERE, "what was entered by hand"),
        found_at=datetime.now(UTC).isoformat(),
    )


def _deleted(match: Match) -> Deletion:
    chosen = match.chosen or ""
    totals = [figures(one, TOTAL) for one in match.candidates if one.quickbooks_id == chosen]
    ours, theirs = totals[0] if totals else ("", "")
    came = f" It came to {ours}, and what is there to {theirs}." if ours and theirs else ""
    return Deletion(
        record_id=match.item,
        label=match.label,
        reason=(
            f"It was deleted in MobiWork. Somebody said that it is {told_as(chosen)} in "
            f"QuickBooks, which stays as it is there.{came} Void or change that by hand where it "
            "does not count any more, or leave this entry out."
        ),
        fixes=(SKIP,),
        cause=cause(Kind.DELETED_HERE, told_as(chosen)),
        found_at=datetime.now(UTC).isoformat(),
    )


def _as_entered(target: str, kind: str, said: Mapping[str, Facts]) -> Mapping[str, Facts]:
    """Return what still is what records of a pool may be there: a line may change its side."""
    wanted = {one.entered_as for one in BESIDE.get(target, ()) if one.target == kind}
    if not wanted or None in wanted:
        return said
    return {own: one for own, one in said.items() if wanted & {*one.said.get(ENTERED_AS, ())}}


def _pools_of(kind: str) -> Iterator[str]:
    """Yield the pools of which a record may have been said to be, or to be in, such a document."""
    if kind in ADDED_UP:
        yield kind
    yield from (
        target for target, others in BESIDE.items() if any(one.target == kind for one in others)
    )


def _ask_again(  # noqa: PLR0913, PLR0917 - whose records, which documents, and what they say
    connection_id: str,
    kinds: tuple[str, str],
    told: Sequence[QuickBooksId],
    said: Mapping[str, Facts],
    store: Store,
    at: datetime,
) -> None:
    (target, kind), said = kinds, _as_entered(*kinds, said)
    ids = [own if kind == target else elsewhere(kind, own) for own in told]
    found = store.matches.of_quickbooks(connection_id, target, ids) if ids else {}
    every = {one.owner: one for some in found.values() for one in some}
    for match in every.values():
        now = dict(_figures_now(match, {*ids}, said)) if match.said_to_be else {}
        if now:
            _open(connection_id, match, now, store, at)


def _open(
    connection_id: str,
    match: Match,
    now: Mapping[str, tuple[str, str]],
    store: Store,
    at: datetime,
) -> None:
    again = asked_again(match, now, at.isoformat())
    store.matches.keep(connection_id, again)
    if store.matches.decide_as_read(connection_id, [(match, again)]):
        store.left_out.replay_some(connection_id, match.flow, [match.item])
        store.pending.replay(connection_id, match.flow, match.item)
        store.settings.replay_later(connection_id, at)


def _was_read(match: Match, since: str) -> bool:
    """Tell whether what a record was said to be was dated in what has been read since a day."""
    chosen = next((one for one in match.candidates if one.quickbooks_id == match.chosen), None)
    days = [*map(day_key, figures(chosen, DAY)[1].split(BOTH))] if chosen else [""]
    return min(days) >= since if all(days) else chosen is not None and not since


def _figures_now(
    match: Match, told: set[str], said: Mapping[str, Facts]
) -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield the facts that QuickBooks says otherwise now of what was chosen."""
    for one in (each for each in match.candidates if each.quickbooks_id == match.chosen):
        yield from _says_now(match.target, one, told, said)


def _says_now(
    target: str, one: Candidate, told: set[str], said: Mapping[str, Facts]
) -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield the facts that QuickBooks says otherwise now, as both sides have them."""
    parts = stands_for(target, one.quickbooks_id)
    ours, before = figures(one, TOTAL)
    totals = [*_now(parts, before.split(SUM), told, said, TOTAL)]
    if [*map(amount_of, totals)] != [*map(amount_of, before.split(SUM))]:
        yield TOTAL, (ours, SUM.join(totals))
    ours, before = figures(one, DAY)
    for day in _now(parts, [before], told, said, DAY) if len(parts) == 1 else ():
        if before and day not in {before, DELETED}:
            yield DAY, (ours, day)


def _now(
    parts: Iterable[str],
    before: Sequence[str],
    told: set[str],
    said: Mapping[str, Facts],
    fact: str,
) -> Iterator[str]:
    """Yield what each of some documents says now; of those that did not change, what was known."""
    for one, known in zip(parts, before, strict=False):
        if document_of(one) not in told:
            yield known
            continue
        facts = said.get(one.rpartition(":")[2])
        voided = facts is not None and facts.voided
        text = shown(facts, fact) if facts else DELETED
        yield VOIDED if voided and fact == TOTAL else (text or known)
