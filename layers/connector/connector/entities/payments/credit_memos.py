"""Credits, write-offs and refunds: credit memos and refund receipts where the settings say so.

Without a choice each is an entry with customer, amount and document. A credit memo is applied to
its invoices by a document of its own (`credit_applications`); a refund receipt gives money back
from an account, and money on account is paid out (`payouts`). No tax is on any, because MobiWork
says none; a product says what is booked: returns, bad debt, refunds.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal

from connector.entities.payments import payouts
from connector.entities.payments import push as payments
from connector.entities.payments.allocation import (
    applied,
    counts_no_more,
    customer_needed,
    customers_of,
    documents_needed,
    documents_of,
    mentioned,
    payer_of,
)
from connector.entities.payments.booked import check_once
from connector.entities.payments.kinds import (
    CREDIT,
    REFUND,
    WRITE_OFF,
    PaymentKind,
    kind_of,
    may_bring_no_money,
    said_kind,
    said_of_credit,
    takes_of,
    without_sign,
)
from connector.entities.payments.model import Payment, about, worth
from connector.entities.payments.payouts import PAYOUT, unapplied
from connector.entities.payments.refused import gone_sentence, number_of
from connector.entities.shared.documents import (
    NUMBER_LENGTH,
    SOLD,
    by_hand_only,
    closed_books,
    currency,
)
from connector.entities.shared.wire import cents, dollars, without_empty
from connector.errors import OPEN_SETTINGS, RETRY, SKIP, MissingMappingsError, NotYetError
from connector.model.body import Body, Json, capital
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
from connector.model.flows.records import MobiWorkRecords
from connector.model.plans import Reference
from connector.model.policy.accounts import REFUNDS, account_of
from connector.model.policy.postable import NOTHING, POSTED, Standing, Verdict, verdict
from connector.model.policy.posting_words import PAYMENT_WORDS
from connector.model.policy.settings import Settings, title
from connector.model.worklist.causes import of_setting
from connector.quickbooks.query import found_by

PRODUCTS: Mapping[PaymentKind, str] = {
    CREDIT: "credit_product",
    WRITE_OFF: "write_off_product",
    REFUND: "refund_product",
}
"""The setting that says what each kind is sold as; while it is empty, nothing is posted."""
BY_HAND: Mapping[PaymentKind, str] = {
    CREDIT: "as a credit memo, apply it to the invoice",
    WRITE_OFF: "as a credit memo to bad debt, apply it to the invoice",
    REFUND: "as a refund receipt (or as a check if it pays out the customer's credit)",
}
APPLY = (
    "It writes off what the customer owes and names no invoice: apply its credit memo in "
    "QuickBooks to what is not paid any more."
)
NO_KIND = (
    "By its type, its method and the settings it is not a credit, write-off or refund; it is "
    "reported with the payments."
)
MEMO = Variant("credit", "CreditMemo")
RECEIPT = Variant("refund", "RefundReceipt", "refund")
CREDITS = MobiWorkRecords(entity="payment", model=Payment, concerns=may_bring_no_money)


def judged(payment: Payment, settings: Settings, _company: Company) -> Verdict:
    """Return whether a payment is a credit, write-off or refund that came to be."""
    if kind_of(payment, settings) is None:
        return Verdict(Standing.NEVER, NO_KIND, another_flow=True)
    if not cents(payment.amount):
        return NOTHING
    by_status = verdict(PAYMENT_WORDS, payment.status, settings)
    found = POSTED if by_status.standing is Standing.POSTED else by_status
    return found if product_of(payment, settings) else replace(found, by_hand=True)


def product_of(payment: Payment, settings: Settings) -> str | None:
    """Return the MobiWork id of the service that it is sold as; None where it is not posted."""
    kind = kind_of(payment, settings)
    return None if kind is None else str(getattr(settings, PRODUCTS[kind])) or None


def needed(payment: Payment, settings: Settings, _company: Company) -> tuple[Reference, ...]:
    """Name its invoices or customer, the payment that it gives back, and what it is sold as."""
    product, paid = product_of(payment, settings), payment.refunded_id
    pays_out = variant(payment) is PAYOUT
    sold = (
        (Reference("product", product, f"product {product}"),) if product and not pays_out else ()
    )
    back = (Reference("payment", paid, f"payment {paid}"),) if product and paid else ()
    return (*documents_needed(payment), *customer_needed(payment), *sold, *back)


def problems(payment: Payment) -> list[str]:
    """Say what is wrong with it, whatever its sign."""
    return payments.problems(without_sign(payment))


def variant(payment: Payment) -> Variant:
    """Return what it becomes: only what says that it gives money back does so."""
    if said_kind(payment) != REFUND:
        return MEMO
    return RECEIPT if payment.invoices else PAYOUT


def to_qbo(payment: Payment, known: PushContext) -> Body:
    """Translate to a CreditMemo, a RefundReceipt (reference 6.12) or a Purchase with one line.

    Raises:
        MissingMappingsError: the settings do not say how it is booked, the books are closed on its
            day, its invoices belong to different customers, or it is on an invoice although it
            gives back a credit.
        RecordError: it is something else in QuickBooks already.
        NotYetError: a document that it credits was voided or deleted in QuickBooks.
    """
    check_once(payment, variant(payment).entity, known)
    kind, payer = kind_of(payment, known.settings), payer_of(payment, known)
    found = [*_not_chosen(payment, kind, known), *closed_books(payment.paid_on, known.company)]
    if payment.invoices and not payer:
        found.append(payments.DIFFERENT_CUSTOMERS)
    if kind == REFUND:
        found += payments.wrong_methods(payment, known)
    found += [*_beyond_payment(payment, known), *_beyond_invoices(payment, kind, known)]
    found += _of_no_sale(payment, kind, known)
    if found:
        raise MissingMappingsError(found, fixes=(OPEN_SETTINGS, RETRY, SKIP))
    if payer and variant(payment) is PAYOUT:
        return payouts.to_qbo(payment, payer, known)
    return without_empty(
        {
            "CustomerRef": {"value": payer},
            "CurrencyRef": currency(known.company),
            "TxnDate": payment.paid_on.isoformat(),
            **(_paid_back(payment, known) if kind == REFUND else {}),
            "PrivateNote": f"MobiWork {kind} {payment.id} {known.marker}",
            "Line": [_line(payment, f"{kind} on {_documents(payment, known)}", known)],
        }
    )


def _beyond_payment(payment: Payment, known: PushContext) -> Iterator[str]:
    """Say that more is given back than was paid, or what may be a credit and not a sale."""
    paid = known.links.get(("payment", payment.refunded_id or ""))
    amount = paid.base.get("TotalAmt") if paid else None
    back = cents(abs(payment.amount)) + sum(known.taken.values(), Decimal(0))
    if amount is not None and back > amount:
        yield (
            f"{_with_others(payment, known)} gives back {dollars(back)} of payment "
            f"{payment.refunded_id}, which is {dollars(amount)} in QuickBooks. Correct one of them "
            "in MobiWork; if all are right, enter it in QuickBooks by hand and leave it out here."
        )
    elif payment.invoices and unapplied(paid):
        yield (
            f"The payment that it gives back, {payment.refunded_id}, is in part a credit on the "
            "customer's account, so it is not certain whether a sale or that credit is given back. "
            "Enter it in QuickBooks by hand: as a refund receipt, or as a check to the customer on "
            "Accounts Receivable that you then apply to the credit."
        )


def _with_others(payment: Payment, known: PushContext) -> str:
    """Begin a sentence on what a record and others of its kind come to together."""
    kind = kind_of(payment, known.settings)
    others = [f"{kind} {own} ({dollars(amount)})" for own, amount in known.taken.items()]
    return f"Together with {' and '.join(others)} it" if others else "It"


def _of_no_sale(payment: Payment, kind: PaymentKind | None, known: PushContext) -> Iterator[str]:
    """Say that a sale is given back that does not count any more: its payment may be a credit.

    Raises:
        NotYetError: a credit is for a document that is gone from QuickBooks.
    """
    for document in documents_of(payment, known):
        if document.gone and kind != REFUND:
            raise NotYetError(gone_sentence(document))
        if kind == REFUND and (document.gone or counts_no_more(document)):
            yield (
                f"Invoice {number_of(document) or document.quickbooks_id}, which it is on, does "
                "not count any more. Where it is void in QuickBooks its payment is the customer's "
                "credit, and what is given back is a check to the customer on Accounts Receivable; "
                "where it stands there, a refund receipt. Enter the one or the other in QuickBooks "
                "by hand and leave this out here."
            )


def _beyond_invoices(
    payment: Payment, kind: PaymentKind | None, known: PushContext
) -> Iterator[str]:
    """Say that more is written off, or given back of no payment, than its invoices are for."""
    told = {WRITE_OFF: "writes off", REFUND: "gives back"}.get(kind or CREDIT)
    paid = known.links.get(("payment", payment.refunded_id or ""))
    if told is None or paid is not None or not payment.invoices:
        return
    amount = cents(abs(payment.amount)) + sum(known.taken.values(), Decimal(0))
    together = without_sign(payment)
    if known.taken:  # more than its own parts of the invoices
        parts = [part.model_copy(update={"amount": None}) for part in payment.parts]
        together = together.model_copy(update={"amount": amount, "parts": parts})
    whole = sum((part for _, part in applied(together, known)), Decimal(0))
    if amount > whole:
        yield (
            f"{_with_others(payment, known)} {told} {dollars(amount)}, but "
            f"{_documents(payment, known)} comes to no more than {dollars(whole)}. Correct one of "
            "them in MobiWork, or enter it in QuickBooks by hand and leave it out here."
        )


def _paid_back(payment: Payment, known: PushContext) -> Body:
    method = payments.method_of(payment, known)
    return {
        "PaymentMethodRef": {"value": method} if method else {},
        "PaymentRefNum": payment.reference[: payments.REFERENCE_LENGTH],
        "DepositToAccountRef": {"value": account_of(known.company, known.settings, REFUNDS).id},
    }


def _line(payment: Payment, text: str, known: PushContext) -> Body:
    amount, product = cents(abs(payment.amount)), product_of(payment, known.settings)
    return {
        "LineNum": 1,
        "Description": capital(text),
        "Amount": amount,
        "DetailType": SOLD,
        SOLD: {
            "ItemRef": {"value": known.id_of("product", product or "")},
            "Qty": Decimal(1),
            "UnitPrice": amount,
            "TaxCodeRef": {"value": "NON"},
        },
    }


def _not_chosen(payment: Payment, kind: PaymentKind | None, known: PushContext) -> Iterator[str]:
    """Say of one that the settings do not book what it is, for whom and on which document."""
    if kind is not None and not product_of(payment, known.settings):
        yield of_setting(
            PRODUCTS[kind],
            f"It is a {kind} of {dollars(abs(payment.amount))}{_customer(payment, known)}, on "
            f"{_documents(payment, known)}, and not posted: the setting "
            f'"{title(PRODUCTS[kind])}" is empty. Choose the service to use there, or enter '
            f"it in QuickBooks by hand {BY_HAND[kind]} and leave it out here.",
        )


def _customer(payment: Payment, known: PushContext) -> str:
    there = (known.links.get(("customer", one.record_id)) for one in customers_of(payment, known))
    named = known.links.get(("customer", payment.customer_id or ""))
    names = dict.fromkeys(
        str(one.base["DisplayName"]) for one in (named, *there) if one and "DisplayName" in one.base
    )
    return f" for {', '.join(names)}" if names else ""


def _documents(payment: Payment, known: PushContext) -> str:
    numbers = [
        str(one.base.get("DocNumber") or one.quickbooks_id) for one in documents_of(payment, known)
    ]
    return f"invoice {', '.join(numbers)}" if numbers else "the customer's account"


def twin_query(body: Body) -> str:
    """Find the customer's memos or receipts of the same day; the marker tells which is ours."""
    if "EntityRef" in body:
        return payouts.twin_query(body)
    target = RECEIPT if "DepositToAccountRef" in body else MEMO
    return found_by(target.target, "CustomerRef", "TxnDate")(body)


def is_same_again(body: Body, earlier: Json) -> bool:
    """Tell whether a credit or refund is of the same customer, amount and documents as another."""
    return (*_same(body),) == (*_same(earlier),)


def _same(body: Json) -> Iterator[object]:
    yield body.get("CustomerRef") or body.get("EntityRef")
    yield "DepositToAccountRef" in body
    for line in body.get("Line", ()):
        yield line.get("Amount"), line.get("Description")


def label(payment: Payment) -> str:
    """Name it to a person."""
    return f"{said_kind(payment) or CREDIT} {payment.id} of {dollars(abs(payment.amount))}"


def remarks(payment: Payment, answer: Json) -> list[str]:
    """Say what of it was shortened."""
    sent = str(answer.get("PaymentRefNum") or answer.get("DocNumber") or "")
    if said_kind(payment) != REFUND or len(payment.reference) <= NUMBER_LENGTH or not sent:
        return []
    return [
        f'The reference "{payment.reference}" was shortened to "{sent}"; {NUMBER_LENGTH} '
        "characters fit."
    ]


def to_finish(payment: Payment, answer: Json, settings: Settings) -> list[str]:
    """Say what is left to do in QuickBooks by hand, also where its total is another one."""
    total, wanted = Decimal(str(answer.get("TotalAmt", 0))), cents(abs(payment.amount))
    found = [payouts.THEN] if variant(payment) is PAYOUT else []
    if kind_of(payment, settings) == WRITE_OFF and not payment.invoices:
        found.append(APPLY)
    if total == wanted:
        return found
    return [
        *found,
        f"QuickBooks made it {dollars(total)} instead of {dollars(wanted)}. Correct it there.",
    ]


PUSH = PushFlow(
    name="push_credits",
    records=CREDITS,
    target=MEMO.target,
    eligibility=PushEligibility(
        day=lambda payment, _known: payment.paid_on, verdict=judged, problems=problems
    ),
    references=PushReferences(
        customer=lambda payment: payment.customer_id,
        needed=needed,
        mentioned=mentioned,
    ),
    to_finish=to_finish,
    further=customers_of,
    translation=PushTranslation(body=to_qbo),
    matching=PushMatching(twin_query=twin_query),
    wording=PushWording(
        label=label,
        remarks=remarks,
        worth=lambda payment: worth(without_sign(payment)),
        about=about,
        facts=said_of_credit,
    ),
    updating=by_hand_only("credit", {"CustomerRef", "PaymentType", "AccountRef"}),
    splitting=PushSplitting(
        variants=(MEMO, RECEIPT, PAYOUT), variant=lambda payment, _settings: variant(payment)
    ),
    takes_of=takes_of,
    entered_again=is_same_again,
    called_off_on_any_page=True,
)
