"""Credit memos applied to their invoices: a payment of nothing that links both (reference 6.9).

It is a document of its own, so that it is there once like every other: it waits for its memo.
"""

from decimal import Decimal

from connector.entities.payments import credit_memos
from connector.entities.payments.allocation import (
    applied,
    customer_of,
    customers_of,
    documents_needed,
    mentioned,
)
from connector.entities.payments.kinds import REFUND, kind_of, without_sign
from connector.entities.payments.model import Payment, about
from connector.entities.payments.refused import Owed, gone_sentence, look
from connector.entities.shared.documents import closed_books, currency
from connector.entities.shared.quickbooks_values import number_in
from connector.entities.shared.wire import cents, dollars, without_empty
from connector.errors import (
    RETRY,
    SKIP,
    MissingMappingsError,
    NotYetError,
    RecordError,
    RejectedError,
)
from connector.model.body import Body, Json, Read
from connector.model.company import Company
from connector.model.flows.context import PushContext
from connector.model.flows.push_flow import (
    PushEligibility,
    PushFlow,
    PushMatching,
    PushReferences,
    PushSplitting,
    PushTranslation,
    PushWording,
    Variant,
)
from connector.model.plans import Reference
from connector.model.policy.postable import POSTED, Standing, Verdict
from connector.model.policy.settings import Settings
from connector.model.worklist.causes import Kind
from connector.quickbooks.query import found_by

APPLICATION = Variant("creditApplication", "Payment")
MEMO = credit_memos.MEMO
twin_query = found_by("Payment", "CustomerRef", "TxnDate")


def judged(payment: Payment, settings: Settings, company: Company) -> Verdict:
    """Return whether there is a memo to be applied to an invoice."""
    memo = credit_memos.judged(payment, settings, company)
    if memo.standing is not Standing.POSTED:
        return Verdict(Standing.NEVER, memo.reason)
    if kind_of(payment, settings) == REFUND:
        return Verdict(Standing.NEVER, "A refund is not applied to an invoice.")
    if not credit_memos.product_of(payment, settings):
        return Verdict(
            Standing.NEVER,
            "Its credit memo is not posted; the reason is reported with the credits.",
        )
    if not payment.invoices:
        return Verdict(Standing.NEVER, "It is on the customer's account, for no invoice.")
    return POSTED


def needed(payment: Payment, _settings: Settings, _company: Company) -> tuple[Reference, ...]:
    """Name its memo and its invoices."""
    memo = Reference(
        MEMO.entity, payment.id or "", f"the credit memo of {credit_memos.label(payment)}"
    )
    return memo, *documents_needed(payment)


def to_qbo(signed: Payment, known: PushContext) -> Body:
    """Translate to a Payment of nothing: the memo's amount goes to its invoices.

    Raises:
        NotYetError: the memo or an invoice was voided or deleted in QuickBooks.
        MissingMappingsError: the books are closed on its day.
    """
    payment, memo = without_sign(signed), known.links[MEMO.entity, signed.id or ""]
    if memo.gone:
        told = f"Its credit memo is gone from QuickBooks. {memo.gone}"
        raise NotYetError(told, cause=Kind.DOCUMENT_GONE)
    if found := closed_books(payment.paid_on, known.company):
        raise MissingMappingsError(found, fixes=(RETRY, SKIP))
    shares = [(invoice, part) for invoice, part in applied(payment, known) if part]
    for invoice, _ in shares:
        if invoice.gone:
            raise NotYetError(gone_sentence(invoice))
    total = sum((part for _, part in shares), Decimal(0))
    return without_empty(
        {
            "CustomerRef": customer_of(memo),
            "CurrencyRef": currency(known.company),
            "TotalAmt": Decimal(0),
            "TxnDate": payment.paid_on.isoformat(),
            "PrivateNote": f"MobiWork credit {payment.id}, applied {known.marker}",
            "Line": [
                *(_line(invoice.quickbooks_id, "Invoice", part) for invoice, part in shares),
                _line(memo.quickbooks_id, MEMO.target, total),
            ],
        }
    )


def _line(quickbooks_id: str, kind: str, amount: Decimal) -> Body:
    return {"Amount": amount, "LinkedTxn": [{"TxnId": quickbooks_id, "TxnType": kind}]}


def after_refusal(
    body: Body, refusal: RejectedError, read: Read, known: PushContext
) -> Body | None:
    """Return the payment by which QuickBooks applied the memo to the invoice by itself.

    It does so where its preference says so, to whichever invoice is open (reference 6.12).

    Raises:
        NotYetError: an invoice was voided or deleted in QuickBooks.
        RecordError: an invoice owes less than is credited to it, or the memo is used up.
    """
    *lines, memo = body["Line"]
    owed = look(lines, refusal, read, known)
    for payment in (payment for one in owed for payment in one.payments):
        if _links(payment, memo):
            return dict(payment)
    if short := [one for one in owed if one.is_short]:
        raise RecordError(" ".join(map(_not_owed, short)), cause=Kind.NOT_OWED)
    left = number_in(read(MEMO.target, _id_of(memo)), "RemainingCredit") if owed else memo["Amount"]
    if left < memo["Amount"]:
        raise RecordError(
            f"Of credit memo {_id_of(memo)} {dollars(left)} is left in QuickBooks, and "
            f"{dollars(memo['Amount'])} is to be applied: it was applied there to something else. "
            "Apply it in QuickBooks by hand, then leave this out here.",
            cause=Kind.NOT_OWED,
        )
    return None


def _id_of(line: Body) -> str:
    return str(line["LinkedTxn"][0]["TxnId"])


def _links(payment: Json, memo: Body) -> bool:
    linked = [one for line in payment.get("Line") or () for one in line.get("LinkedTxn", ())]
    return {"TxnId": _id_of(memo), "TxnType": MEMO.target} in [
        {"TxnId": str(one["TxnId"]), "TxnType": one["TxnType"]} for one in linked
    ]


def _not_owed(owed: Owed) -> str:
    return (
        f"Invoice {owed.number} owes {dollars(owed.balance)} in QuickBooks, and "
        f"{dollars(owed.line['Amount'])} is credited to it in MobiWork. The credit memo is there; "
        "apply it in QuickBooks by hand, or correct one of the two and try again."
    )


def remarks(payment: Payment, answer: Json) -> list[str]:
    """Say what of a credit is more than its invoices are for."""
    lines = answer.get("Line") or ()
    credited = (
        number_in(line, "Amount")
        for line in lines
        for one in line.get("LinkedTxn") or ()
        if one.get("TxnType") == "Invoice"
    )
    left = cents(abs(payment.amount)) - sum(credited, Decimal(0))
    if not lines or left <= 0:
        return []
    return [
        f"{dollars(left)} of {dollars(abs(payment.amount))} is more than its invoices are for and "
        "stays a credit of the customer in QuickBooks."
    ]


def to_finish(payment: Payment, answer: Json, settings: Settings) -> list[str]:
    """Say what is to be done about it, where the settings want no credits on account."""
    found = [] if settings.payments_on_account else remarks(payment, answer)
    return (
        [*found, "Apply it to another invoice there, or correct it on both sides."] if found else []
    )


PUSH = PushFlow(
    name="push_credit_applications",
    records=credit_memos.CREDITS,
    target=APPLICATION.target,
    eligibility=PushEligibility(
        day=lambda payment, _known: payment.paid_on,
        verdict=judged,
        problems=credit_memos.problems,
    ),
    references=PushReferences(
        customer=lambda payment: payment.customer_id,
        needed=needed,
        mentioned=mentioned,
    ),
    to_finish=to_finish,
    further=customers_of,
    translation=PushTranslation(body=to_qbo, retry_body=after_refusal),
    matching=PushMatching(twin_query=twin_query),
    wording=PushWording(
        label=credit_memos.label,
        remarks=remarks,
        about=about,
        facts=lambda payment: {"invoice": ", ".join(sorted(payment.invoices))},
    ),
    splitting=PushSplitting(
        variants=(APPLICATION,), variant=lambda _payment, _settings: APPLICATION
    ),
    stays="It says which invoice a credit is applied to; apply it to another one there.",
)
