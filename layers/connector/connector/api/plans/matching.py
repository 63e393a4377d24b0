"""Matches as a bookkeeper sees them: both sides' facts, and what is decided of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict, Field

from connector.api import activity
from connector.api.plans.seen_matches import compared_at, refuse_unseen
from connector.api.plans.shown_matches import MatchPage, ShownMatch, as_shown
from connector.api.plans.taken_twice import taken_twice
from connector.api.sent_ids import SentId
from connector.changes import doorbell
from connector.changes.matching.facts import matched_targets, pools
from connector.changes.matching.known import target_of
from connector.engine.stores import DYNAMODB
from connector.entities.registry import BY_ENTITY
from connector.entities.typed.beside import end_twice_of_said
from connector.errors import ConflictError, RequestError, StaleVersionError, Wrong
from connector.model.body import spoken
from connector.model.control.people import shown_caller
from connector.model.flows.start_date import TOLD_SINCE
from connector.model.links import RecordKey
from connector.model.matching.comparison import Grade
from connector.model.matching.matches import Match, MatchDecision
from connector.model.matching.wording import of_other_currency
from connector.model.worklist.causes import Kind
from connector.store import settings
from connector.store.matching import pages
from connector.store.records import left_out, matches, pending

if TYPE_CHECKING:
    from connector.services import Services

MOST = 500
PAID = frozenset({"push_invoices", "push_sales_orders"})
"""The flows whose documents payments are for."""
STALE = (
    "Someone else has decided in the meantime. Read the matches again and decide with "
    "the version shown then. Nothing was saved."
)


class Deciding(BaseModel):
    """What a person says of one match.

    Attributes:
        mobiwork_id: The MobiWork record of the match.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    entity: str = Field(description="As the match names it: customer, invoice, bill.")
    mobiwork_id: SentId
    decision: Literal["same", "different", "left out"] = Field(
        description="same: it is the QuickBooks record; different: it is none of those found, and "
        "is treated as new; left out: it is none of the connector's business."
    )
    quickbooks_id: SentId | None = Field(
        default=None, description="Which one is the same; needed where several may be meant."
    )
    version: str | None = Field(
        default=None,
        description="The version of the match that was read; another one is refused. Needed where "
        "somebody has decided on it otherwise.",
    )


class Decisions(BaseModel):
    """What a person says of some matches, or of all certain ones together."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    matches: tuple[Deciding, ...] = Field(default=(), max_length=matches.MOST_TOGETHER)
    all_certain: bool = Field(
        default=False, description="Whether all certain matches are the same."
    )
    compared_at: str | None = Field(
        default=None,
        description="The `compared_at` of the matches that were read: all certain ones found until "
        "then are meant. Needed for all of them.",
    )


@dataclass(frozen=True)
class Decided:
    """What was decided.

    Attributes:
        decided: How many matches were decided one by one.
        all_certain: Whether all certain ones were linked at once.
    """

    decided: int
    all_certain: bool


def list_matches(  # noqa: PLR0913 - all that a list is asked for
    connection_id: str,
    target: str,
    *,
    grade: Grade | None,
    after: str | None,
    limit: int,
    undecided: bool = False,
) -> MatchPage:
    """Return one page of the matches of an entity; it may be empty although there is a next one.

    With `undecided`, only those not decided yet. An entity may be named as either side
    does, in any spelling: Invoice, estimate, salesOrder.

    Raises:
        RequestError: matches are kept for no such entity.
    """
    wanted = _target(target)
    page = pages.read_page(
        connection_id, wanted, after=after or "", limit=limit, grade=grade, undecided=undecided
    )
    return MatchPage(tuple(map(as_shown, page.matches)), page.next, page.look.get("compared_at"))


def _target(named: str) -> str:
    """Return the QuickBooks entity that somebody names.

    Raises:
        RequestError: matches are kept for no such entity.
    """
    matched = matched_targets()
    words = {target.casefold(): target for target in matched}
    target = words.get(named.casefold()) or next(map(target_of, _entities(named)), None)
    if target not in matched:
        raise RequestError(f"Matches are of {', '.join(matched)}; there is no {named!r}.")
    return target


def decide(services: "Services", connection_id: str, asked: Decisions, *, by: str) -> Decided:
    """Keep what a person says, all of it or nothing, and have it carried out soon.

    Raises:
        RequestError: something is not found, or does not say which record is meant.
        ConflictError: a QuickBooks record would be the same as two of MobiWork.
        StaleVersionError: somebody else has decided on one of them, or what is shown has changed.
    """
    at = datetime.now(UTC).isoformat()
    if asked.all_certain:
        refuse_unseen(connection_id, asked.compared_at)
    found = _matches_of(connection_id, asked.matches)
    decided = [
        replace(
            found[place],
            decision=MatchDecision(one.decision),
            chosen=_chosen(found[place], one),
            decided_by=by,
            decided_at=at,
        )
        for place, one in enumerate(asked.matches)
    ]
    if stale := list(_stale(asked.matches, found, decided)):
        raise StaleVersionError.of_several(STALE, stale)
    read = [(found[place], one) for place, one in enumerate(decided)]
    _keep(connection_id, read)
    for before, one in read:
        _wake(connection_id, one)
        if before.decision is not MatchDecision.UNDECIDED:
            settings.replay_later(connection_id, datetime.now(UTC))
    if asked.all_certain:
        matches.decide_certain(connection_id, by=by, at=at, until=asked.compared_at)
        _wake_first(connection_id)
    if asked.all_certain or any(one.flow in PAID for one in decided):
        _wake_money(connection_id)
    _note(connection_id, asked, decided, by)
    doorbell.look_now(services.bell, connection_id)
    return Decided(len(decided), asked.all_certain)


def _keep(connection_id: str, read: Sequence[tuple[Match, Match]]) -> None:
    """Keep decisions, each with its match as read; of two who say the same of two, not both."""
    decided = [one for _, one in read]
    if taken := list(taken_twice(connection_id, decided)):
        raise ConflictError.of_several("A record can only match one other record.", taken)
    if not matches.decide_as_read(connection_id, read):
        raise StaleVersionError(STALE)
    if taken := list(taken_twice(connection_id, decided)):
        matches.decide_as_read(connection_id, [(one, before) for before, one in read])
        for before, _ in read:  # a run may have gone by what was said in between
            _wake(connection_id, before)
            settings.replay_later(connection_id, datetime.now(UTC))
        raise StaleVersionError.of_several(STALE, taken)


def _stale(
    asked: Sequence[Deciding], found: Mapping[int, Match], decided: Sequence[Match]
) -> Iterator[Wrong]:
    """Yield what is not as whoever decides has read it; the same said twice is no harm."""
    for place, one in enumerate(asked):
        known, now = found[place], decided[place]
        is_open = known.decision is MatchDecision.UNDECIDED
        as_read = is_open if one.version is None else one.version == known.version
        if as_read or (known.decision, known.chosen) == (now.decision, now.chosen):
            continue
        yield _wrong(place, f"{known.label}: {_changed_since(known)}")


def _changed_since(known: Match) -> str:
    if known.decision is MatchDecision.UNDECIDED:
        return "one of the two sides has changed since you read it."
    when = (
        f" on {datetime.fromisoformat(known.decided_at):%Y-%m-%d %H:%M} UTC"
        if known.decided_at
        else ""
    )
    return f'{shown_caller(known.decided_by or "Somebody")} said "{known.decision}"{when}.'


def _note(connection_id: str, asked: Decisions, decided: Sequence[Match], by: str) -> None:
    told = [f"{one.label}: {one.decision}" for one in decided]
    told += ["all certain matches: same"] if asked.all_certain else []
    activity.note(connection_id, by=by, what="Decided on matches.", after={"decided": told})


def before_start(connection_id: str, *, link_certain: bool, seen: str | None, by: str) -> None:
    """Link all certain matches, where that is asked for, before a connection starts.

    `seen` is the `compared_at` of the report that was read, where it is named.

    Raises:
        ConflictError: there are some that nobody decided on, and it was not asked for.
        StaleVersionError: both sides were compared since that report.
    """
    until = compared_at(connection_id)
    open_ones = sum(matches.certain_undecided(connection_id, one) for one in matched_targets())
    if open_ones and not link_certain:
        raise ConflictError(
            f"{open_ones} records are in MobiWork and in QuickBooks for certain, and nobody has "
            'decided to link them. Start with {"link_certain": true} to link them all, or decide '
            "on them first. Nothing was started."
        )
    if open_ones:
        if seen is not None:
            refuse_unseen(connection_id, seen)
        at = datetime.now(UTC).isoformat()
        matches.decide_certain(connection_id, by=by, at=at, until=until)
        activity.note(connection_id, by=by, what=f"Linked {open_ones} certain matches.")


def _matches_of(connection_id: str, asked: Sequence[Deciding]) -> dict[int, Match]:
    found, wrong = dict[int, Match](), list[Wrong]()
    for place, one in enumerate(asked):
        known = _read(connection_id, one)
        if known is None:
            wrong.append(_wrong(place, _no_match(one)))
        elif any(known.owner == other.owner for other in found.values()):
            wrong.append(_wrong(place, "It is listed twice. Decide on it once."))
        elif one.decision == "same" and _chosen(known, one) not in known.quickbooks_ids:
            ids = ", ".join(known.quickbooks_ids) or "none"
            wrong.append(_wrong(place, f"Choose which QuickBooks record is the same: {ids}."))
        elif (why := _of_other_currency(known, one)) is not None:
            wrong.append(_wrong(place, why))
        else:
            found[place] = known
    if wrong:
        raise RequestError.of_several("Nothing was decided.", wrong)
    return found


def _of_other_currency(match: Match, one: Deciding) -> str | None:
    """Say why a match cannot be decided so: whoever is kept in another currency is another one."""
    chosen = _chosen(match, one)
    some = (each for each in match.candidates if each.quickbooks_id == chosen)
    return next((of_other_currency(match.target, each) for each in some), None)


def show_match(connection_id: str, one: Deciding) -> ShownMatch:
    """Return the match that is to be decided on.

    Raises:
        RequestError: there is none.
    """
    if (found := _read(connection_id, one)) is None:
        raise RequestError(_no_match(one))
    return as_shown(found)


def _read(connection_id: str, one: Deciding) -> Match | None:
    """Return the match that is meant, whichever side's word its entity is named by."""
    for entity in _entities(one.entity):
        owner = RecordKey(entity, one.mobiwork_id)
        if found := matches.read_many(connection_id, target_of(entity), [owner]).get(owner):
            return found
    return None


def _entities(named: str) -> list[str]:
    """Return the entities that a word may mean, in any spelling and of either side."""
    word = named.casefold()
    own = [entity for entity in BY_ENTITY if entity.casefold() == word]
    return own or [entity for entity in BY_ENTITY if target_of(entity).casefold() == word]


def _chosen(match: Match, one: Deciding) -> str | None:
    if one.decision != "same":
        return None
    ids = match.quickbooks_ids
    return one.quickbooks_id or (ids[0] if len(ids) == 1 else None)


def _wake(connection_id: str, match: Match) -> None:
    """Have the records of a match planned again on both sides, also where it was left out."""
    if match.decision is MatchDecision.DIFFERENT:
        matches.ask(connection_id, match.decided_at or "")
    if match.said_to_be:
        matches.watch(connection_id, match.said_to_be)
        end_twice_of_said(connection_id, match, DYNAMODB)
    pending.replay(connection_id, match.flow, match.item)
    left_out.replay_some(connection_id, match.flow, [match.item])
    pull = next((pool.pull for pool in pools() if pool.target == match.target), None)
    for own in match.quickbooks_ids if pull else ():
        pending.replay(connection_id, pull.name if pull else "", own)


def _wake_money(connection_id: str) -> None:
    """Have money planned again that is left out with documents of before the start date."""
    for flow in TOLD_SINCE:
        for item in pending.worklist(connection_id, flow):
            if item.cause == Kind.SINCE_START:
                pending.put_if_free(connection_id, flow, item.reading)


def _wake_first(connection_id: str) -> None:
    """Let a run begin for the certain matches: their records are planned in every run."""
    for target in matched_targets():
        for one in matches.read_some(connection_id, target, after="", limit=MOST):
            if one.grade is Grade.CERTAIN and pending.replay(connection_id, one.flow, one.item):
                break


def _no_match(one: Deciding) -> str:
    spelled = "" if _entities(one.entity) else " Name the entity as the match does: invoice."
    return f"There is no match of {spoken(one.entity)} {one.mobiwork_id}.{spelled}"


def _wrong(place: int, detail: str) -> Wrong:
    return Wrong(f"#/matches/{place}", detail)
