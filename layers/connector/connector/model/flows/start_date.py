"""From which day on documents are posted: what is older is in the books already, or never will be.

A document that is linked is never affected, whatever its day.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import cast

from pydantic import BaseModel

from connector.errors import OPEN_SETTINGS, RETRY, SKIP
from connector.model.flows.context import BookedIn, Linked, PushContext
from connector.model.flows.push_flow import AnyPushFlow, PushFlow
from connector.model.links import Link, Origin
from connector.model.plans import Reference, Refuse, Skip
from connector.model.policy.days import FIRST_DAY
from connector.model.policy.posting_words import KindName
from connector.model.policy.settings import Settings
from connector.model.worklist.causes import Kind

KINDS: dict[str, KindName] = {
    "push_bills": "receipt",
    "push_credits": "payment",
    "push_credit_applications": "payment",
}
"""The kinds of the flows whose records go by another name than their documents."""

BEFORE_START = "It belongs to a document that is dated before the start date."
SINCE_START = (
    "It is money since the start date, for a document dated before it that is not linked to one in "
    "QuickBooks, so it is left out. If QuickBooks has that document, say in the list of matches "
    "which one it is, and this is applied to it. If it has not, move the start date back, or enter "
    "the money there by hand, such as on the customer's account; or leave it out for good, where "
    "the books have it already."
)
"""Why money is left out that came in since, or went out: a person is told."""
TOLD_SINCE = frozenset({"push_payments", "push_credits"})
MEMO = "credit"
"""What the credit memo of a credit is linked as."""
MEMO_OUT = "Its credit memo is left out, so that there is nothing to apply to its invoice."
TAKEN_OUT = "It belongs to a document that a person left out, or that is a sales receipt there."


def start_of(flow: AnyPushFlow, settings: Settings, connected_on: date | None) -> date | None:
    """Return the first day whose documents a flow posts; None where every day counts."""
    return start_for(KINDS.get(flow.name) or flow.noun, settings, connected_on)


def start_for(kind: str, settings: Settings, connected_on: date | None) -> date | None:
    """Return the first day whose records of a kind go to the other side; None for any."""
    return settings.start_dates.get(cast(KindName, kind)) or settings.start_date or connected_on


def too_early[R: BaseModel](flow: PushFlow[R], record: R, known: PushContext) -> str | None:
    """Say why a document that is not in QuickBooks is left out for its day, or nothing.

    What a program writes for no date is no day before anything: it is refused, not left out.
    """
    day = flow.eligibility.day(record, known)
    start = start_of(flow, known.settings, known.connected_on)
    if day is None or start is None or not FIRST_DAY <= day < start:
        return None
    return f"It is dated before {_named(start, known)}."


def pays_later[R: BaseModel](
    flow: PushFlow[R], needed: tuple[Reference, ...], known: PushContext, early: str
) -> Refuse | None:
    """Have a person look at money of before the start date that pays what was posted.

    Nothing else tells that the document stays open. Who gave payments a start date of their own
    wants it so. `early` says that it is before the start date.
    """
    if KINDS.get(flow.name, flow.noun) != "payment" or "payment" in known.settings.start_dates:
        return None
    start = start_for("invoice", known.settings, known.connected_on)
    links = {
        one.label: known.links.get((one.entity, one.record_id))
        or known.links.get((one.instead or "", one.record_id))
        for one in needed
        if one.instead
    }
    since = start.isoformat() if start else ""
    open_there = [
        label
        for label, link in links.items()
        if link
        and not link.gone
        and (_is_posted(link) or str(link.base.get("TxnDate") or "") >= since)
    ]
    if not open_there:
        return None
    return Refuse(
        f"{early} It is for {_listed(open_there)}, which is in QuickBooks and stays open there by "
        "this amount. If QuickBooks has this money already, apply it to that there; if not, enter "
        "it there by hand, or give payments an earlier start date. Then leave it out here.",
        (OPEN_SETTINGS, RETRY, SKIP),
        Kind.START_DATE,
    )


def _is_posted(link: Linked) -> bool:
    """Tell whether we made a document, whatever its day: the books of before do not have it."""
    return isinstance(link, Link) and link.origin is Origin.CREATED


def without_document(
    missing: tuple[Reference, ...],
    needed: tuple[Reference, ...],
    known: PushContext,
    day: date | None = None,
) -> Skip | Refuse | None:
    """Leave out what belongs to documents that are left out for their day or by a person.

    What belongs to another document, too, that is in QuickBooks or on its way there, is for a
    person: a part of it is in the books already. So is what pays or credits a document that may be
    open there, and on its `day` was not taken off that: nothing else applies it.
    """
    early = [one for one in missing if (one.entity, one.record_id) in known.too_early]
    taken = [one for one in missing if (one.entity, one.record_id) in known.taken_out]
    out = [*early, *(one for one in taken if one not in early)]
    if not out:
        return None
    if any(one.entity == MEMO for one in taken):
        return Skip(BEFORE_START if early else MEMO_OUT, left_out=True)
    kinds = {one.entity for one in out}
    others = [one.label for one in needed if one.entity in kinds and one not in out]
    if not others:
        booked = {known.booked_in.get((one.entity, one.record_id)): one.label for one in taken}
        due = {there: label for there, label in booked.items() if there and _is_due(there, day)}
        if due and not early:
            return _by_hand(due)
        return Skip(BEFORE_START if early else TAKEN_OUT, left_out=True)
    why = "for the start date" if early else "by a person"
    return Refuse(
        f"It belongs to {_listed(one.label for one in out)}, left out {why}, and to "
        f"{_listed(others)}, which is not. Enter it in QuickBooks by hand as your accountant wants "
        "it, then leave it out here.",
        (OPEN_SETTINGS, RETRY, SKIP),
        Kind.START_DATE,
    )


def told_since[R: BaseModel](flow: PushFlow[R], record: R, known: PushContext, out: Skip) -> Skip:
    """Tell a person of money since the start that is left out with a document of before it.

    Not of what does not count.
    """
    judged, day = flow.eligibility.verdict, flow.eligibility.day(record, known)
    start = start_for("invoice", known.settings, known.connected_on)
    since = day is not None and (start is None or day >= start)
    counts = judged(record, known.settings, known.company).reason is None
    if out.reason != BEFORE_START or flow.name not in TOLD_SINCE or not (since and counts):
        return out
    return replace(out, reason=SINCE_START, tell=True, cause=Kind.SINCE_START)


def _is_due(there: BookedIn, day: date | None) -> bool:
    return there.less is None or day is None or day > there.less


def _by_hand(due: Mapping[BookedIn, str]) -> Refuse:
    named = _listed(one.named for one in due)
    return Refuse(
        f"It belongs to {_listed(due.values())}, which somebody said is, or is part of, {named} "
        "in QuickBooks, so that it cannot be posted for it. Look there whether that has this "
        "money already; if it has not, enter it there by hand. Then leave it out here.",
        (RETRY, SKIP),
        Kind.BOOKED,
    )


def _listed(labels: Iterable[str]) -> str:
    return " and ".join(dict.fromkeys(labels))


def _named(start: date, known: PushContext) -> str:
    by_itself = not known.settings.start_dates and known.settings.start_date is None
    return f"{start}, the day of the connection" if by_itself else f"the start date {start}"
