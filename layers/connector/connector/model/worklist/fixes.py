"""What a person can do about an entry of the worklist: which fixes fit which cause."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from connector.errors import Fix
from connector.model.pending import PendingItem, PendingState
from connector.model.policy.postable import IGNORED, Question
from connector.model.worklist.causes import Kind, NamedCause

POST, OUT = "post", "leave out"
"""How a person answers whether records of which nobody decided are posted."""
MOST = 3
"""So many fixes an entry offers."""


class FixKind(StrEnum):
    """What a fix does."""

    RETRY = "retry"
    APPROVE = "approve"
    LINK = "link"
    SAME = "same"
    CREATE_AS = "create_as"
    CHOOSE = "choose"
    ACTIVATE = "activate"
    POST_AS_CREDIT = "post_as_credit"
    KEEP_QUICKBOOKS = "keep_quickbooks"
    KEEP_MOBIWORK = "keep_mobiwork"
    UPDATE = "update"
    RECALL = "recall"
    DONE_BY_HAND = "done_by_hand"
    LEAVE_OUT = "leave_out"
    POST_AGAIN = "post_again"
    TAKE_BACK = "take_back"


ASKED = {
    FixKind.RETRY: "Asked to try it again.",
    FixKind.APPROVE: "Approved it as planned.",
    FixKind.LINK: "Asked to link it to a record on the other side.",
    FixKind.SAME: "Confirmed that it is the same record in QuickBooks.",
    FixKind.CREATE_AS: "Asked to create it under another name.",
    FixKind.CHOOSE: "Chose the setting it needs.",
    FixKind.ACTIVATE: "Asked to reactivate what it refers to in QuickBooks.",
    FixKind.POST_AS_CREDIT: "Asked to post it as a credit.",
    FixKind.KEEP_QUICKBOOKS: "Chose to keep QuickBooks' value.",
    FixKind.KEEP_MOBIWORK: "Chose to keep MobiWork's value.",
    FixKind.UPDATE: "Asked to update the document in QuickBooks from MobiWork.",
    FixKind.RECALL: "Asked to take it out of QuickBooks.",
    FixKind.DONE_BY_HAND: "Marked it as done by hand.",
    FixKind.LEAVE_OUT: "Chose to leave it out for good.",
    FixKind.POST_AGAIN: "Asked to post it again.",
    FixKind.TAKE_BACK: "Withdrew the decision about it.",
}
"""What a person did who asked for a fix, as their activity tells it."""


@dataclass(frozen=True)
class Offered:
    """A fix that an entry offers.

    fix: what it does; label: the words of its button.
    target: what it is done with: an id, a name or a value; None where a person gives it, or where
        nothing is needed.
    asks: what a person has to give, in words; None where nothing is missing.
    """

    fix: FixKind
    label: str
    target: str | None = None
    asks: str | None = None


AGAIN = Offered(FixKind.RETRY, "Try again")
LEAVE_OUT = Offered(FixKind.LEAVE_OUT, "Leave it out for good")
BY_HAND = Offered(FixKind.DONE_BY_HAND, "Mark as done by hand")
SEEN = Offered(FixKind.DONE_BY_HAND, "Mark as resolved")
APPROVE = Offered(FixKind.APPROVE, "Approve it as planned")
LINK = Offered(FixKind.LINK, "Link it to a record on the other side", asks="the ID of that record")
SAME = Offered(FixKind.SAME, "They are the same")
CREATE_AS = Offered(FixKind.CREATE_AS, "Create it under another name", asks="the name")
CHOOSE = Offered(FixKind.CHOOSE, "Choose it in the settings", asks="what to choose")
EARLIER = Offered(
    FixKind.CHOOSE, "Move the start date back", asks="the new start date, such as 2026-01-01"
)
ACTIVATE = Offered(FixKind.ACTIVATE, "Reactivate it in QuickBooks, then try again")
AS_CREDIT = Offered(FixKind.POST_AS_CREDIT, "Post them as credits")
UPDATE = Offered(FixKind.UPDATE, "Update the document in QuickBooks from MobiWork")

RECALL = Offered(FixKind.RECALL, "Take it out of QuickBooks")

POST_AGAIN = Offered(FixKind.POST_AGAIN, "Post it again")

_SETTING = (CHOOSE, AGAIN, LEAVE_OUT)
_SAME = (LINK, BY_HAND, LEAVE_OUT)
_MONEY = (AGAIN, BY_HAND, LEAVE_OUT)
_TOLD = (SEEN,)

OFFERED: dict[Kind, tuple[Offered, ...]] = {
    Kind.APPROVAL: (APPROVE, LEAVE_OUT),
    Kind.PARENT: (AGAIN, LEAVE_OUT),
    Kind.PARENT_LEFT_OUT: (AGAIN, BY_HAND, LEAVE_OUT),
    Kind.PARENT_UNKNOWN: (AGAIN, BY_HAND, LEAVE_OUT),
    Kind.QUESTION: (CHOOSE, AS_CREDIT, LEAVE_OUT),
    Kind.SETTING: _SETTING,
    Kind.MAPPING: _SETTING,
    Kind.PAYMENT_METHOD: _SETTING,
    Kind.TRACKING: (AGAIN, LEAVE_OUT),
    Kind.CUSTOM_FIELD: (AGAIN, LEAVE_OUT),
    Kind.TAX: _MONEY,
    Kind.CLOSED: (replace(AGAIN, label="They are open again: try again"), BY_HAND, LEAVE_OUT),
    Kind.RECORD: _MONEY,
    Kind.UNREADABLE: _MONEY,
    Kind.UNREADABLE_THERE: _TOLD,
    Kind.WITHOUT_ID: (LEAVE_OUT,),
    Kind.SAME: (LINK, AGAIN, LEAVE_OUT),
    Kind.SEVERAL: _SAME,
    Kind.NAME_TAKEN: (LINK, CREATE_AS, LEAVE_OUT),
    Kind.LINKED_ELSEWHERE: (CREATE_AS, AGAIN, LEAVE_OUT),
    Kind.EXTERNAL_ID: (LINK, AGAIN, LEAVE_OUT),
    Kind.BOTH_CHANGED: (AGAIN, SEEN, LEAVE_OUT),
    Kind.CHANGED_HERE: (UPDATE, SEEN),
    Kind.CHANGED_THERE: (AGAIN, SEEN),
    Kind.DONE_AND_CHANGED: _SAME,
    Kind.NOT_UPDATABLE: (AGAIN, SEEN),
    Kind.KIND_CHANGED: (SEEN,),
    Kind.DELETED_HERE: (RECALL, SEEN),
    Kind.CALLED_OFF: (RECALL, SEEN),
    Kind.GONE_THERE: _TOLD,
    Kind.UNDONE: (POST_AGAIN, SEEN),
    Kind.INACTIVE_THERE: _TOLD,
    Kind.TWICE: (AGAIN, SEEN),
    Kind.TOTAL: _TOLD,
    Kind.TO_FINISH: _TOLD,
    Kind.OWED: _TOLD,
    Kind.STOPPED: (CHOOSE, AGAIN),
    Kind.ENTERED_AGAIN: (AGAIN, BY_HAND, LEAVE_OUT),
    Kind.BEING_SENT: (AGAIN,),
    Kind.FUTURE: (AGAIN, LEAVE_OUT),
    Kind.START_DATE: (BY_HAND, AGAIN, LEAVE_OUT),
    Kind.SINCE_START: (EARLIER, BY_HAND, LEAVE_OUT),
    Kind.INACTIVE: (ACTIVATE, AGAIN, LEAVE_OUT),
    Kind.DOCUMENT_GONE: _MONEY,
    Kind.NOT_OWED: _MONEY,
    Kind.BOOKED: _MONEY,
    Kind.REMOTE_FAILED: _MONEY,
    Kind.QUICKBOOKS: _MONEY,
    Kind.MOBIWORK: (AGAIN, SEEN, LEAVE_OUT),
    Kind.MOBIWORK_CALL: (AGAIN, SEEN, LEAVE_OUT),
    Kind.MOBIWORK_IGNORED: (AGAIN, SEEN),
    Kind.MOVED: (AGAIN, SEEN),
    Kind.OTHER: _MONEY,
}

_OF_CODES: dict[str, tuple[Offered, ...]] = {
    "6240": (LINK, CREATE_AS, LEAVE_OUT),
    "6140": (LINK, AGAIN, LEAVE_OUT),
    "630": (LINK, AGAIN, LEAVE_OUT),
    "6080": (CREATE_AS, AGAIN, LEAVE_OUT),
}
"""What helps with a refusal of QuickBooks of which the code says more."""

ELSEWHERE: dict[Kind, str] = {
    Kind.CLOSED: "Waits for your accountant, who can reopen the books.",
    Kind.RECORD: "Waits for a correction in MobiWork.",
    Kind.UNREADABLE: "Waits for a correction in MobiWork.",
}
"""Where what ends an entry is done, if not here."""

_NO_ANSWERS = frozenset({FixKind.RETRY, FixKind.DONE_BY_HAND, FixKind.LEAVE_OUT, FixKind.TAKE_BACK})


def is_answer(fix: FixKind) -> bool:
    """Tell whether a fix ends a cause by itself, rather than trying again or giving up."""
    return fix not in _NO_ANSWERS


_TOLD_ONLY = frozenset({FixKind.RETRY, FixKind.LEAVE_OUT})
"""What is no use for an entry that only tells of something."""


LEFT_OUT_AND_TOLD = frozenset({Kind.SINCE_START})
"""Causes of entries that tell of a record which is left out, and which a person decides on."""


def offered(cause: NamedCause, item: PendingItem) -> tuple[Offered, ...]:
    """Return up to three fixes of an entry, the most helpful first."""
    fits = _fitting(cause, item)
    named = {kind.value: kind for kind in FixKind}
    known = tuple(
        Offered(named[one.action], one.label, one.target)
        for one in item.fixes
        if one.action in named and one.target and one.action != FixKind.CHOOSE
    )
    known += tuple(_kept(one) for one in item.fixes if one.action.startswith("keep_"))
    said = {one.fix for one in known}
    some = (*known, *(one for one in fits if one.fix not in said))
    if item.state is PendingState.DELETED and cause.kind not in LEFT_OUT_AND_TOLD:
        some = tuple(one for one in some if one.fix not in _TOLD_ONLY) or _TOLD
    return some[:MOST]


ALONE = frozenset({FixKind.LINK, FixKind.CREATE_AS})
"""Fixes of one record: two of MobiWork are never one of QuickBooks, nor do they share a name."""


def for_all(fixes: Sequence[Offered]) -> tuple[Offered, ...]:
    """Return which fixes of an entry are for all entries of its cause, too; at least one."""
    return tuple(one for one in fixes if one.fix not in ALONE) or (AGAIN,)


def _fitting(cause: NamedCause, item: PendingItem) -> tuple[Offered, ...]:
    """Return what fits a cause: of a question its answers, of a refusal what its code says."""
    if item.state is PendingState.SENT or item.is_tried_again:
        return (AGAIN,)
    if cause.kind is Kind.QUICKBOOKS:
        return _OF_CODES.get(cause.about, OFFERED[cause.kind])
    if cause.kind is Kind.QUESTION and item.question:
        return _answers(item.question)
    return OFFERED[cause.kind]


def _answers(question: Question) -> tuple[Offered, ...]:
    """Return how a question can be answered: such records are posted, left out, or credits."""
    out = Offered(FixKind.CHOOSE, "Leave out all such records", OUT)
    if question.otherwise != IGNORED:
        return Offered(FixKind.CHOOSE, "Post all such records", POST), out, LEAVE_OUT
    if question.setting == IGNORED:
        return AS_CREDIT, out, LEAVE_OUT
    return replace(CHOOSE, label="Choose the payment method"), AS_CREDIT, out


def _kept(fix: Fix) -> Offered:
    return Offered(FixKind(fix.action), fix.label)
