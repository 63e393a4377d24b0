"""What a bookkeeper reads about a match: both sides' facts, and what is to be decided."""

from collections.abc import Iterable

from connector.model.body import capital, spoken
from connector.model.matching.assignment import MOST_SHOWN
from connector.model.matching.comparison import Grade
from connector.model.matching.evidence import EXTERNAL_ID
from connector.model.matching.matches import (
    ACTIVE,
    VOIDED,
    Candidate,
    Match,
    elsewhere,
    is_elsewhere,
    is_listed_twice,
    told_as,
)
from connector.model.matching.scoring import CURRENCY
from connector.model.policy.settings import title

WHERE = "Say in the list of matches whether they are the same; nothing is written before."

VOID = (
    "Say in the list of matches whether it is the same (then it is linked as voided and not "
    "posted), different (then it is posted) or left out; nothing is written before."
)

INACTIVE = (
    "Make it active in QuickBooks where it is the same, or say in the list of matches that it is "
    "different (then a new one is made) or left out; nothing is written before."
)

RECEIPT = (
    "Say in the list of matches whether it is the same (then nothing is posted, for a sales "
    "receipt, or a deposit of income, has its payment in it), different (then it is posted) or "
    "left out; nothing is written before."
)

ANOTHER_KIND = (
    "Say in the list of matches whether it is the same (then nothing is posted, and it stays what "
    "it is in QuickBooks), different (then it is posted) or left out; nothing is written before."
)

ONE_SALE = (
    "Say in the list of matches whether they are one sale (then nothing more is posted, and its "
    "money goes to the one that is there) or two (then it is posted). If MobiWork lists every "
    "checked-out sales order among its invoices, or never does, say that once for all in the "
    f'setting "{title("orders_among_invoices")}".'
)

TWICE = (
    "The first is tied to it by its id already. Where another one shown is the same, entered by "
    "hand, void or delete that in QuickBooks, for the money is there twice. Say in the list of "
    "matches which one it is; nothing is written before."
)

MOST_TOLD = 5
"""So many possible records are told in a sentence; the list of matches shows all."""

PARTIES = frozenset({"Customer", "Vendor"})

LEFT_OUT = "A person left it out: it stays as it is on both sides."


def said(candidate: Candidate, target: str) -> str:
    """Say what speaks for and against a QuickBooks record."""
    shared = ", ".join(candidate.same)
    told = ["somebody said that it is another one"] if candidate.ruled_out else []
    told += [f"the {shared} {_is(candidate.same)} the same"] if shared else []
    told += [
        f"the {fact} is {_shown(ours)} in MobiWork and {_shown(theirs)} in QuickBooks"
        for fact, (ours, theirs) in candidate.other.items()
    ]
    named = f"{candidate.label} ({_named(target, candidate.quickbooks_id)})"
    return f"{named}: {'; '.join(told)}" if told else named


def of_other_currency(target: str, candidate: Candidate) -> str | None:
    """Say why somebody cannot be the same who is kept in another currency; None of others."""
    if target not in PARTIES or CURRENCY not in candidate.other:
        return None
    ours, theirs = candidate.other[CURRENCY]
    return foreign(candidate.label, theirs, ours)


def foreign(named: str, theirs: str, ours: str) -> str:
    """Say that no document could be posted for somebody who is kept in another currency."""
    return (
        f"{capital(named)} is kept in {theirs} in QuickBooks, which takes documents of theirs in "
        f"{theirs} only, and MobiWork's are in {ours}: none could be posted. Have a record in "
        f"{ours} made instead, under another name, or leave this one out."
    )


def question(match: Match) -> str:
    """Ask which QuickBooks record is the same as one of MobiWork."""
    if not match.candidates:
        return (
            "MobiWork says that its own connector has posted it, but nothing like it is found in "
            "QuickBooks. Say in the list of matches whether it is to be posted; nothing is written "
            "before."
        )
    if match.grade is Grade.CERTAIN:
        [first, *_] = match.candidates
        return (
            f"It is {first.label} in QuickBooks ({spoken(match.target)} {first.quickbooks_id}) "
            "for certain "
            "and is linked to it once somebody links all certain matches."
        )
    shown = ". ".join(said(one, match.target) for one in match.candidates[:MOST_TOLD])
    if len(match.candidates) > MOST_TOLD:
        shown += _told_more(len(match.candidates) - MOST_TOLD)
    void = any(VOIDED in figures for one in match.candidates for figures in one.other.values())
    inactive = all(ACTIVE in one.other for one in match.candidates)
    ends = VOID if void else INACTIVE if inactive else WHERE
    told = (of_other_currency(match.target, one) for one in match.candidates[:MOST_TOLD])
    ends = " ".join((*filter(None, told), ends))
    if EXTERNAL_ID in match.candidates[0].same and len(match.candidates) > 1:
        ends = TWICE
    if is_listed_twice(match):
        ends = ONE_SALE
    elif others := [*filter(is_elsewhere, match.quickbooks_ids)]:
        ends = (
            RECEIPT if any(_with_its_payment(match.target, one) for one in others) else ANOTHER_KIND
        )
    return f"It may already be in QuickBooks: {shown}. {ends}"


def _told_more(count: int) -> str:
    """Say that there are more than are told; where they are so many, that there may be others."""
    named = "one more may be meant" if count == 1 else f"{count} more may be meant"
    if count + MOST_TOLD < MOST_SHOWN:
        return f". And {named}, as the list of matches shows"
    return f". And {named}, or another one: that is linked by its id, on the worklist"


def is_there_as(match: Match, quickbooks_id: str) -> str:
    """Say what a record is in QuickBooks that is of another kind there."""
    labels = {one.quickbooks_id: one.label for one in match.candidates}
    label = labels.get(quickbooks_id, "a document of another kind")
    named = f"{label} ({_named(match.target, quickbooks_id)})"
    paid = ", with what was paid of it" if _with_its_payment(match.target, quickbooks_id) else ""
    return f"It is {named} in QuickBooks{paid}: nothing of it is posted."


def _with_its_payment(target: str, quickbooks_id: str) -> bool:
    received = {"Invoice": ("SalesReceipt", "Deposit")}.get(target, ("SalesReceipt",))
    return quickbooks_id.startswith(tuple(elsewhere(one, "") for one in received))


def _named(target: str, quickbooks_id: str) -> str:
    return (
        told_as(quickbooks_id)
        if is_elsewhere(quickbooks_id)
        else f"{spoken(target)} {quickbooks_id}"
    )


def asked_there(matches: Iterable[Match], quickbooks_id: str) -> str:
    """Ask which MobiWork record is the same as one of QuickBooks."""
    shown = ". ".join(
        f"{one.label}: {said(candidate, one.target)}"
        for one in matches
        for candidate in one.candidates
        if candidate.quickbooks_id == quickbooks_id
    )
    return f"It may be in MobiWork already: {shown}. {WHERE}"


def _is(facts: Iterable[str]) -> str:
    return "is" if len([*facts]) == 1 else "are"


def _shown(text: str) -> str:
    return f'"{text}"' if text else "not known"
