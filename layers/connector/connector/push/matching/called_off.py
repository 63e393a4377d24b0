"""What is called off in MobiWork while QuickBooks has it, and what waits until that is void there.

A bounced check, say: MobiWork's advice is to delete the payment and to enter it again; a wrong
invoice is made anew from the old one, or several are put together in one. The new one waits until
the old ones are voided or deleted in QuickBooks, or a person says that all of them count.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from pydantic import BaseModel, ValidationError

from connector.engine.run import Run
from connector.entities.shared.wire import dollars
from connector.model.body import Body, spoken
from connector.model.flows.context import PushContext
from connector.model.flows.push_flow import PushFlow
from connector.model.links import Intent, Link
from connector.model.pending import PendingItem, PendingState
from connector.model.plans import Ask, Plan, Skip
from connector.model.policy.postable import Standing
from connector.model.worklist.causes import Kind, read
from connector.push.invalid_records import read_record
from connector.push.link import Work
from connector.push.load import Prepared
from connector.push.planning import SHOWN


@dataclass(frozen=True)
class CalledOff:
    """A record that does not count in MobiWork any more, or may not, and what QuickBooks has of it.

    label: what a person knows it by.
    standing: its document, or the intent of one that may be there.
    counts: whether it does count and was only changed in MobiWork since.
    asked: whether nobody has decided if it counts.
    """

    label: str
    standing: Link | Intent
    counts: bool = False
    asked: bool = False


def called_off[R: BaseModel](run: Run, flow: PushFlow[R]) -> tuple[CalledOff, ...]:
    """Return what was called off in MobiWork and stands in QuickBooks, or may.

    It may be told of already, or on a later page. Of one that was sent nobody can see yet whether
    it is there, also where MobiWork does not list it any more.
    """
    if flow.entered_again is None:
        return ()
    items = {one.record_id: one for one in _items(run, flow)}
    found = {own for own, one in items.items() if _may_not_count(run, flow, one)}
    changed = {own for own, one in items.items() if one.cause == Kind.CHANGED_HERE} - found
    owns = [(entity, own) for entity in flow.link_entities for own in found | changed]
    links = run.store.links.read_many(run.connection_id, owns)
    return tuple(
        CalledOff(items[own].label, link, counts=own in changed, asked=_is_asked(items[own]))
        for (_, own), link in links.items()
        if isinstance(link, Intent) or (isinstance(link, Link) and not link.gone)
    )


def _items[R: BaseModel](run: Run, flow: PushFlow[R]) -> Iterable[PendingItem]:
    """Yield what may have been called off; where they may be many, only what was told already."""
    if flow.called_off_on_any_page:
        return run.store.pending.read_all(run.connection_id, flow.name)
    items = run.store.pending.open_items(run.connection_id, flow.name)
    told = PendingState.DELETED
    return (
        one
        for one in items
        if not one.is_tried_again and (one.state is told or one.was_deleted or _is_asked(one))
    )


def _is_asked(item: PendingItem) -> bool:
    """Tell whether nobody has decided if a record counts."""
    return bool(item.cause) and read(item.cause or "").kind is Kind.QUESTION


def _may_not_count[R: BaseModel](run: Run, flow: PushFlow[R], item: PendingItem) -> bool:
    """Tell whether a record was deleted, or sent, is called off or has an undecided status."""
    if item.state is PendingState.ASKED:
        return False
    if not item.record or item.was_deleted or item.state is PendingState.SENT:
        return True
    try:
        record = read_record(flow, item.record_id, item.record)
    except ValidationError:
        return False
    verdict = flow.eligibility.verdict(record, run.settings, run.company)
    return verdict.standing in {Standing.NEVER, Standing.UNDECIDED}


def called_off_here[R: BaseModel](
    flow: PushFlow[R], prepared: Iterable[Prepared[R]]
) -> tuple[CalledOff, ...]:
    """Return what of a page stands in QuickBooks and is told now that it may not count."""
    if flow.entered_again is None:
        return ()
    return tuple(
        CalledOff(one.work.label, one.link, asked=isinstance(one.plan, Ask))
        for one in prepared
        if isinstance(one.link, Link) and not one.link.gone and _may_be_off(one.plan)
    )


def _may_be_off(plan: Plan) -> bool:
    return isinstance(plan, Ask) or (isinstance(plan, Skip) and plan.cause == Kind.CALLED_OFF)


def for_the_first[R: BaseModel](
    work: Work[R], body: Body, earlier: Iterable[CalledOff], now: datetime
) -> str | None:
    """Say that a body looks like one of a record that was called off; None where it does not.

    One that waits as QuickBooks refused it for such a record is not sent again before its time.
    """
    again, item = work.flow.entered_again, work.item
    if again is None:
        return None
    waits = item.state is PendingState.WAITING and item.cause == Kind.ENTERED_AGAIN
    early = waits and item.not_before and now < datetime.fromisoformat(item.not_before)
    others = [one for one in earlier if not one.counts]
    others = [one for one in others if one.standing.owner.mobiwork_id != work.mobiwork_id]
    if (combined := work.flow.combined) is not None:
        places = combined(body, [_sent(one.standing) for one in others])
        if places:
            return _together([others[place] for place in places], work)
    for one in others:
        if again(body, _sent(one.standing)):
            return _first(one)
        if early and _linked_to(body) & _linked_to(_sent(one.standing)):
            return item.reason
    return None


def _linked_to(body: Body) -> set[tuple[str, str]]:
    """Return the documents that the lines of a body are linked to, such as what it pays."""
    linked = (one for line in body.get("Line", ()) for one in line.get("LinkedTxn", ()))
    return {(str(one["TxnType"]), str(one["TxnId"])) for one in linked}


def knowing(known: PushContext, earlier: Iterable[CalledOff]) -> PushContext:
    """Return what is known with which posted records are not in MobiWork as they are there."""
    posted = [one for one in earlier if isinstance(one.standing, Link) and not one.asked]
    return replace(
        known,
        called_off={one.standing.owner: one.label for one in posted if not one.counts},
        changed_here={one.standing.owner: one.label for one in posted if one.counts},
    )


def _sent(standing: Link | Intent) -> Body:
    return standing.body if isinstance(standing, Intent) else standing.base


def _first(one: CalledOff) -> str:
    there = one.standing
    if isinstance(there, Intent):
        return (
            f"It looks like {one.label}, which was sent to QuickBooks, and it is not certain yet "
            f"that the {spoken(there.target).lower()} is there. This one goes on when that is "
            "known."
        )
    count = "may not count" if one.asked else "does not count"
    return (
        f"It looks like {one.label} entered again, which {count} in MobiWork any "
        f"more and still stands in QuickBooks as {_as_there(there)}. Void or "
        "delete that one in QuickBooks; this one is then posted automatically. If both count, "
        f"leave out the entry of the first{' or decide on its status' if one.asked else ''}."
    )


def _together[R: BaseModel](some: Sequence[CalledOff], work: Work[R]) -> str:
    own = "" if work.worth is None else f" of {dollars(work.worth)}"
    named = [f"{one.label} ({_as_there(one.standing)})" for one in some[:SHOWN]]
    more = f" and {len(some) - SHOWN} more" if len(some) > SHOWN else ""
    return (
        f"This one{own} looks like several put together: {', '.join(named)}{more}. They "
        f"{'may' if any(one.asked for one in some) else 'do'} not count in MobiWork any more and "
        "still stand in QuickBooks. Void or delete them there; this one is then posted "
        "automatically. If all of them count, leave out their entries."
    )


def _as_there(there: Link | Intent) -> str:
    """Name a document in QuickBooks with what it comes to there, where that is known."""
    if isinstance(there, Intent):
        return spoken(there.target)
    comes_to = "" if there.total is None else f" of {dollars(there.total)}"
    return f"{spoken(there.target)} {there.quickbooks_id}{comes_to}"
