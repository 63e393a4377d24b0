"""Invoices: pushed once, with every line tied to its product and the total compared to the cent."""

import re
from datetime import date, timedelta

from pydantic import AliasChoices, AliasPath, Field

from connector.entities.sales import document
from connector.entities.sales.body import (
    MADE_FROM,
    REQUIRED,
    form_references,
    form_remarks,
    form_to_qbo,
    form_wording,
)
from connector.entities.sales.checks import check_company, form_problems
from connector.entities.sales.document import SalesForm
from connector.entities.sales.estimate_links import (
    ONCE,
    is_linked,
    link_to_estimate,
    without_estimate,
)
from connector.entities.sales.totals import TOTALS
from connector.entities.shared.documents import (
    blocker,
    is_same_again,
    put_together,
)
from connector.mobiwork.values import IdValue, MobiWorkDate
from connector.model.body import Body, Json
from connector.model.flows.context import PushContext
from connector.model.flows.push_flow import (
    PushEligibility,
    PushFlow,
    PushMatching,
    PushTranslation,
    StockMoves,
    Updating,
)
from connector.model.plans import Reference
from connector.model.policy.accounts import choice
from connector.model.policy.postable import verdict
from connector.model.policy.posting_words import INVOICE_WORDS
from connector.quickbooks.query import found_by

LONGEST_TERM = timedelta(days=3653)
"""What is due later has a day that a program writes for none, such as 9999-12-31."""
_AMOUNT = re.compile(r"[-+.0-9E]{1,30}", re.ASCII)
twin_query = found_by("Invoice", "CustomerRef", "TxnDate")
update_blocker = blocker("invoice", MADE_FROM)


class Invoice(SalesForm):
    """A MobiWork invoice (reference 3.6; total, lines and number are assumed, 6 rows 8 and 9).

    id, number: MobiWork's.
    terms: in the account's own words.
    invoice_date, due_date: days; when it is due may be left to the terms.
    quote_id: the quote that it was made of.
    balance: what MobiWork says is still to pay (reference 3.6), as it is written; how it comes to
        that is documented nowhere, so that nothing is posted, refused or planned anew for it.
    """

    what = "invoice"
    id: IdValue = Field(
        default=None, validation_alias=AliasChoices("mobiworkinvoiceid", "invoiceid", "id")
    )
    number: str = Field(default="", validation_alias=AliasChoices("invoicenumber", "number"))
    invoice_date: MobiWorkDate = Field(validation_alias=AliasChoices("invoicedate", "createddate"))
    due_date: MobiWorkDate | None = Field(default=None, alias="duedate")
    terms: str = Field(default="", validation_alias=AliasChoices("terms", "term", "paymentterms"))
    quote_id: IdValue = Field(
        default=None,
        validation_alias=AliasChoices(
            "mobiworkestimateid",
            "estimateid",
            "quoteid",
            AliasPath("estimate", "mobiworkestimateid"),
        ),
    )
    balance: str = Field(default="", exclude=True)


def facts(invoice: Invoice) -> dict[str, str]:
    """Return what an invoice says of money, party, date and tax."""
    due = invoice.due_date.isoformat() if invoice.due_date else ""
    return document.facts(invoice, invoice.invoice_date) | {"due date": due}


def mentioned(invoice: Invoice) -> tuple[Reference, ...]:
    """Name the quote that an invoice was made from, where it tells."""
    quote = invoice.quote_id
    return (Reference("estimate", quote, f"quote {quote}"),) if quote else ()


def check(invoice: Invoice, known: PushContext) -> None:
    """Check what the books and the settings of the company allow.

    Raises:
        MissingMappingsError: all that stands in its way.
    """
    chosen = known.settings.invoice_custom_fields
    check_company(invoice, invoice.invoice_date, known, posts=True, chosen=chosen)


def to_qbo(invoice: Invoice, known: PushContext) -> Body:
    """Translate to a QuickBooks Invoice (reference 6.8), which closes the estimate of its quote.

    Online payment flags are always sent, because leaving them out does not mean off. Nothing
    asks QuickBooks to e-mail the invoice.

    Raises:
        MissingMappingsError: the books of the company do not allow it.
    """
    check(invoice, known)
    settings = known.settings
    body = form_to_qbo(
        invoice, known, day=invoice.invoice_date, chosen=settings.invoice_custom_fields
    )
    if due := _due(invoice):
        body["DueDate"] = due.isoformat()
    if term := choice(known.company.terms, invoice.terms):
        body["SalesTermRef"] = {"value": term}
    return {
        **body,
        **link_to_estimate(known.links.get(("estimate", invoice.quote_id or ""))),
        "AllowOnlineCreditCardPayment": settings.online_card_payment,
        "AllowOnlineACHPayment": settings.online_bank_payment,
    }


def _due(invoice: Invoice) -> date | None:
    due: date | None = invoice.due_date
    return due if due and timedelta(0) <= due - invoice.invoice_date <= LONGEST_TERM else None


def remarks(invoice: Invoice, answer: Json) -> list[str]:
    """Say what of an invoice was left out, shortened or put elsewhere."""
    found = form_remarks(invoice, answer)
    if invoice.due_date and not _due(invoice):
        early = invoice.due_date < invoice.invoice_date
        why = "before the date" if early else "more than ten years after the date"
        found.append(
            f"The due date {invoice.due_date} is {why} of the invoice, so QuickBooks set one "
            "based on its terms."
        )
    if invoice.terms and not answer.get("SalesTermRef"):
        found.append(
            f'QuickBooks has no terms named "{invoice.terms}", so only the due date was sent. Add '
            "them there if you want to see them."
        )
    if invoice.quote_id and not is_linked(answer):
        found.append(
            f"It is linked to no estimate of its quote {invoice.quote_id} in QuickBooks: none was "
            "there, or it was closed, deleted or invoiced before."
        )
    return found


UPDATING = Updating[Invoice](
    wanted=lambda settings: settings.repush_invoices, required=REQUIRED, blocker=update_blocker
)

PUSH = PushFlow(
    name="push_invoices",
    records=document.records_of(
        "invoice",
        Invoice,
        owed=lambda invoice: invoice.balance if _AMOUNT.fullmatch(invoice.balance) else "",
    ),
    target="Invoice",
    eligibility=PushEligibility(
        day=lambda invoice, _known: invoice.invoice_date,
        verdict=lambda invoice, settings, _company: verdict(
            INVOICE_WORDS, invoice.status, settings
        ),
        problems=form_problems,
    ),
    references=form_references(mentioned),
    translation=PushTranslation(
        body=to_qbo, check=check, retry_body=without_estimate, create_only=ONCE
    ),
    matching=PushMatching(twin_query=twin_query, listed_with=frozenset({"push_sales_orders"})),
    wording=form_wording(remarks, facts),
    updating=UPDATING,
    stock=StockMoves(moved=document.moved, day=lambda invoice, _seen: invoice.invoice_date),
    totals=TOTALS,
    entered_again=is_same_again,
    combined=put_together,
)
