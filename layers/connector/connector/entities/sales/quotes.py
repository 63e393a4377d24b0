"""Quotes: MobiWork's estimates as QuickBooks Estimates, pushed once."""

from datetime import date

from pydantic import AliasChoices, Field

from connector.entities.sales import document
from connector.entities.sales.body import (
    REQUIRED,
    form_references,
    form_remarks,
    form_to_qbo,
    form_wording,
)
from connector.entities.sales.checks import check_company, form_problems
from connector.entities.sales.document import SalesForm
from connector.entities.sales.totals import TOTALS
from connector.entities.shared.documents import by_hand_only
from connector.entities.shared.wire import meaningful, without_empty
from connector.mobiwork.values import IdValue, MobiWorkDate
from connector.model.body import Body, Json
from connector.model.flows.context import PushContext
from connector.model.flows.push_flow import (
    PushEligibility,
    PushFlow,
    PushMatching,
    PushTranslation,
)
from connector.model.policy.postable import Standing, letters_and_digits, verdict
from connector.model.policy.posting_words import QUOTE_WORDS
from connector.model.policy.settings import Settings
from connector.quickbooks.query import found_by

ACCEPTED, PENDING, REJECTED, CLOSED = "Accepted", "Pending", "Rejected", "Closed"
NAME_LENGTH = 4000
STATUSES = {
    "approved": ACCEPTED,
    "accepted": ACCEPTED,
    "won": ACCEPTED,
    "declined": REJECTED,
    "rejected": REJECTED,
    "lost": REJECTED,
    "cancelled": REJECTED,
    "canceled": REJECTED,
    "expired": CLOSED,
    "invoiced": CLOSED,
    "converted": CLOSED,
    "closed": CLOSED,
    "": PENDING,
    "draft": PENDING,
    "open": PENDING,
    "new": PENDING,
    "created": PENDING,
    "pending": PENDING,
    "sent": PENDING,
    "viewed": PENDING,
}
"""What MobiWork's statuses mean in QuickBooks; accounts name their own, which count as pending."""
CLOSED_BY_INVOICE = frozenset({"invoiced", "converted"})
"""QuickBooks closes an estimate when its invoice is linked, and links none to a closed one."""
twin_query = found_by("Estimate", "CustomerRef", "TxnDate")


class Quote(SalesForm):
    """A MobiWork quote, whose API name is estimate (reference 3.8; most names are assumed).

    id, number: MobiWork's.
    estimate_date, approved_date, expires: days.
    approved_by: the name of who said yes.
    """

    what = "quote"
    id: IdValue = Field(
        default=None, validation_alias=AliasChoices("mobiworkestimateid", "estimateid", "id")
    )
    number: str = Field(
        default="", validation_alias=AliasChoices("estimatenumber", "quotenumber", "number")
    )
    estimate_date: MobiWorkDate = Field(
        validation_alias=AliasChoices("estimatedate", "quotedate", "createddate")
    )
    approved_date: MobiWorkDate | None = Field(
        default=None, validation_alias=AliasChoices("approveddate", "approvaldate")
    )
    approved_by: str = Field(
        default="", validation_alias=AliasChoices("approvedby", "approvedbyname")
    )
    expires: MobiWorkDate | None = Field(
        default=None, validation_alias=AliasChoices("expirationdate", "expirydate", "duedate")
    )


def dated(quote: Quote, settings: Settings) -> date:
    """Return the date of the estimate: of the approval where the settings ask for it (A12).

    A quote that is not approved yet has no such date and keeps its own.
    """
    own: date = quote.estimate_date
    approved: date | None = quote.approved_date
    return approved if approved and settings.use_approved_date else own


def status_of(quote: Quote) -> str:
    """Return QuickBooks' status of a quote; one that nobody knows counts as pending."""
    return STATUSES.get(_status(quote), PENDING)


def _status(quote: Quote) -> str:
    return letters_and_digits(quote.status)


def check(quote: Quote, known: PushContext) -> None:
    """Check what the books and the settings of the company allow.

    Raises:
        MissingMappingsError: all that stands in its way.
    """
    day, chosen = dated(quote, known.settings), known.settings.quote_custom_fields
    check_company(quote, day, known, posts=False, chosen=chosen)


def to_qbo(quote: Quote, known: PushContext) -> Body:
    """Translate to a QuickBooks Estimate (reference 6.10).

    Raises:
        MissingMappingsError: the books of the company do not allow it.
    """
    check(quote, known)
    day = dated(quote, known.settings)
    body = form_to_qbo(quote, known, day=day, chosen=known.settings.quote_custom_fields)
    return body | _standing(quote, status_of(quote)) | _expiry(quote)


def _standing(quote: Quote, status: str) -> Body:
    """Return QuickBooks' status of an estimate, and who accepted it when."""
    more: Body = {"TxnStatus": status}
    if status == ACCEPTED:
        more["AcceptedDate"] = _written(quote.approved_date)
        more["AcceptedBy"] = meaningful(quote.approved_by)[:NAME_LENGTH]
    return without_empty(more)


def _expiry(quote: Quote) -> Body:
    return without_empty({"ExpirationDate": _written(quote.expires)})


def follows(quote: Quote, settings: Settings, posted: Json) -> Body | None:
    """Return what changes of a posted estimate: its status, by what became of its quote.

    None where the quote's status is one of the account's own, or its invoice says the rest; and
    where both had another status when they were linked.
    """
    if "TxnStatus" not in posted:
        return None
    word, standing = _status(quote), verdict(QUOTE_WORDS, quote.status, settings).standing
    if standing not in {Standing.POSTED, Standing.NEVER} or word in CLOSED_BY_INVOICE:
        return None
    status = STATUSES.get(word)
    if standing is Standing.NEVER:
        status = status or (CLOSED if "expired" in word else REJECTED)
    if status is None:
        return None
    return {} if status == posted["TxnStatus"] else _standing(quote, status)


def _written(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def remarks(quote: Quote, answer: Json) -> list[str]:
    """Say what of a quote was left out, shortened or put elsewhere."""
    found = form_remarks(quote, answer)
    if _status(quote) not in STATUSES:
        found.append(
            f'QuickBooks has no status "{quote.status}" for an estimate; it stands as pending '
            "there."
        )
    return found


PUSH = PushFlow(
    name="push_quotes",
    records=document.records_of("estimate", Quote),
    target="Estimate",
    eligibility=PushEligibility(
        day=lambda quote, known: dated(quote, known.settings),
        verdict=lambda quote, settings, _company: verdict(QUOTE_WORDS, quote.status, settings),
        problems=form_problems,
    ),
    references=form_references(),
    translation=PushTranslation(body=to_qbo, check=check),
    matching=PushMatching(twin_query=twin_query),
    wording=form_wording(remarks, lambda quote: document.facts(quote, quote.estimate_date)),
    updating=by_hand_only(Quote.what, REQUIRED),
    totals=TOTALS,
    follows=follows,
)
