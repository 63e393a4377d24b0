"""Why the two sides differ: every difference has one of these names, and what helps."""

from dataclasses import dataclass
from enum import StrEnum

from connector.model.totals import DifferenceCause
from connector.model.worklist.fixes import FixKind


class BooksCause(StrEnum):
    """Why a document counts otherwise on the two sides."""

    NOT_POSTED_YET = "not posted yet"
    WAITING = "waiting"
    REFUSED = "refused"
    UNDECIDED = "waits for a decision"
    PLANNED = "waits to be started or approved"
    LEFT_OUT = "left out"
    UNDONE = "undone"
    NOT_FINISHED = "not finished in MobiWork"
    BEFORE_START = "before the start date"
    CHANGED_HERE = "changed in MobiWork"
    VOID_HERE = "void in MobiWork"
    DELETED_HERE = "deleted in MobiWork"
    CHANGED_THERE = "changed in QuickBooks"
    VOIDED_THERE = "voided in QuickBooks"
    DELETED_THERE = "deleted in QuickBooks"
    TAX = "sales tax"
    DISCOUNT = "discount"
    ROUNDING = "rounding"
    POSTED_UNEQUAL = "posted with a difference"
    LINKED_UNEQUAL = "linked although different"
    SHOWN_IN_PART = "shown in part in MobiWork"
    ENTERED_THERE = "entered in QuickBooks"
    OTHER_APP = "from another app"
    MATCH_OPEN = "may be the same as one of MobiWork"
    THERE_TWICE = "in QuickBooks twice"
    OWED_HERE = "balance in MobiWork"
    NOT_SEEN_YET = "not seen yet"
    UNEXPLAINED = "unexplained"


@dataclass(frozen=True)
class CauseAdvice:
    """What a cause means and which fixes of the worklist help.

    fixes: names of fixes; none where nothing is to be done, or only in MobiWork.
    sentence: for a bookkeeper.
    """

    sentence: str
    fixes: tuple[FixKind, ...] = ()


_BY_HAND = (FixKind.DONE_BY_HAND,)
_TAKEN_OUT = (FixKind.RECALL, FixKind.DONE_BY_HAND)
ADVICE: dict[BooksCause, CauseAdvice] = {
    BooksCause.NOT_POSTED_YET: CauseAdvice("It goes to QuickBooks in the next run."),
    BooksCause.WAITING: CauseAdvice(
        "It is waiting for another record or a date, as the worklist says, and is "
        "posted after that.",
        (FixKind.RETRY,),
    ),
    BooksCause.REFUSED: CauseAdvice(
        "Something must be fixed first; the worklist says what.",
        (FixKind.RETRY, FixKind.CHOOSE, FixKind.LEAVE_OUT),
    ),
    BooksCause.UNDECIDED: CauseAdvice(
        "No one has decided yet whether such records are posted.", (FixKind.CHOOSE,)
    ),
    BooksCause.PLANNED: CauseAdvice(
        "It is posted once the connection is started or the plan is approved."
    ),
    BooksCause.LEFT_OUT: CauseAdvice(
        "A setting or a person keeps it out of QuickBooks.", (FixKind.TAKE_BACK, FixKind.CHOOSE)
    ),
    BooksCause.UNDONE: CauseAdvice("Someone undid it. It is sent again only on request."),
    BooksCause.NOT_FINISHED: CauseAdvice(
        "It is posted once it is finished in MobiWork. If QuickBooks already has it, finish it "
        "in MobiWork, or void it in QuickBooks."
    ),
    BooksCause.BEFORE_START: CauseAdvice(
        "It is dated before the start date, so it belongs to the earlier books.", (FixKind.CHOOSE,)
    ),
    BooksCause.CHANGED_HERE: CauseAdvice(
        "It was changed in MobiWork after it was posted. Correct one of the two.",
        (FixKind.UPDATE, *_BY_HAND),
    ),
    BooksCause.VOID_HERE: CauseAdvice(
        "It no longer counts in MobiWork. Void it in QuickBooks, too.", _TAKEN_OUT
    ),
    BooksCause.DELETED_HERE: CauseAdvice(
        "It was deleted in MobiWork. Void or delete it in QuickBooks, too.", _TAKEN_OUT
    ),
    BooksCause.CHANGED_THERE: CauseAdvice(
        "It was changed in QuickBooks after it was posted. Correct one of the two.", _BY_HAND
    ),
    BooksCause.VOIDED_THERE: CauseAdvice(
        "It was voided in QuickBooks. Cancel it in MobiWork, too, or enter it again.", _BY_HAND
    ),
    BooksCause.DELETED_THERE: CauseAdvice(
        "It was deleted in QuickBooks. Cancel it in MobiWork, too, or enter it again.", _BY_HAND
    ),
    BooksCause.TAX: CauseAdvice(
        "The two sides calculate different sales tax. Correct the rate or the tax.", _BY_HAND
    ),
    BooksCause.DISCOUNT: CauseAdvice(
        "The two sides apply different discounts. Correct one of the two.", _BY_HAND
    ),
    BooksCause.ROUNDING: CauseAdvice(
        "The two sides round differently, by cents.", (FixKind.CHOOSE, *_BY_HAND)
    ),
    BooksCause.POSTED_UNEQUAL: CauseAdvice(
        "QuickBooks calculated a different total when it was posted. Correct it there.", _BY_HAND
    ),
    BooksCause.LINKED_UNEQUAL: CauseAdvice(
        "Someone decided that they are the same although they differ. Correct one of the two.",
        _BY_HAND,
    ),
    BooksCause.SHOWN_IN_PART: CauseAdvice(
        "MobiWork shows the part of the payment that is for its invoices; the rest is "
        "a credit in QuickBooks."
    ),
    BooksCause.ENTERED_THERE: CauseAdvice(
        "It was entered in QuickBooks, and MobiWork does not have it.", (FixKind.LINK, *_BY_HAND)
    ),
    BooksCause.OTHER_APP: CauseAdvice(
        "Another app or connection created it in QuickBooks.", _BY_HAND
    ),
    BooksCause.MATCH_OPEN: CauseAdvice(
        "Decide whether it is the same as the MobiWork record.", (FixKind.LINK,)
    ),
    BooksCause.THERE_TWICE: CauseAdvice(
        "It carries the mark of a record that is linked to another document. Void one of the two.",
        _BY_HAND,
    ),
    BooksCause.OWED_HERE: CauseAdvice(
        "MobiWork's balance of the invoice differs from what has been posted. In "
        "MobiWork, enter the missing payment or refund, or correct the balance.",
    ),
    BooksCause.NOT_SEEN_YET: CauseAdvice("The next check finds it."),
    BooksCause.UNEXPLAINED: CauseAdvice("Nothing known explains it. Please report it."),
}

OF_TOTAL: dict[DifferenceCause, BooksCause] = {
    DifferenceCause.TAX: BooksCause.TAX,
    DifferenceCause.DISCOUNT: BooksCause.DISCOUNT,
    DifferenceCause.ROUNDING: BooksCause.ROUNDING,
    DifferenceCause.PLAN: BooksCause.POSTED_UNEQUAL,
    DifferenceCause.SAID: BooksCause.POSTED_UNEQUAL,
}
"""Why a total came out otherwise when it was posted, as a cause."""
