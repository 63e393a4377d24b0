"""Payments: applied to their invoices in QuickBooks, never before those are there.

What goes beyond the invoices stays unapplied, as a credit of the customer; so does, where the
settings say so, a payment on account. MobiWork knows one currency, so a company that keeps several
gets its payments in dollars, as it gets its invoices.
"""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from connector.entities.payments.allocation import (
    applied,
    customer_needed,
    customers_of,
    documents_needed,
    documents_of,
    mentioned,
    payer_of,
)
from connector.entities.payments.booked import check_once
from connector.entities.payments.kinds import kind_of
from connector.entities.payments.methods import method_id, to_be_made
from connector.entities.payments.model import (
    PAYMENTS,
    Payment,
    about,
    facts,
    given_back,
    label,
    worth,
)
from connector.entities.payments.refused import after_refusal, gone_sentence
from connector.entities.shared.documents import LARGEST, by_hand_only, currency
from connector.entities.shared.quickbooks_values import number_in
from connector.entities.shared.wire import cents, dollars, without_empty
from connector.errors import (
    OPEN_SETTINGS,
    RETRY,
    SKIP,
    MissingMappingsError,
    NotYetError,
    Obstacle,
    SettingError,
)
from connector.mobiwork.external_id import native_id
from connector.model.body import Body, Json
from connector.model.company import Company
from connector.model.flows.context import Linked, PushContext
from connector.model.flows.push_flow import (
    PushEligibility,
    PushFlow,
    PushMatching,
    PushReferences,
    PushTranslation,
    PushWording,
)
from connector.model.plans import Reference
from connector.model.policy.accounts import choice, deposit_account
from connector.model.policy.postable import (
    NOTHING,
    Standing,
    Verdict,
    letters_and_digits,
    money_verdict,
    says,
    verdict,
)
from connector.model.policy.posting_words import PAYMENT_WORDS
from connector.model.policy.requirements import method_problem
from connector.model.policy.settings import Settings, title
from connector.model.worklist.causes import Kind, cause, of_setting
from connector.quickbooks.query import found_by

PAID = frozenset({"CreditMemo", "Invoice", "JournalEntry"})
"""What a payment refers to."""
REFERENCE_LENGTH = 21
NOTED_REFERENCE_LENGTH = 500
PAID_BACK = (
    "the money came in and was paid back, so enter the refund there (a refund receipt, or a check "
    "to the customer) unless it is posted already. Void the payment only if no refund is there"
)
FINISH = (
    "Apply it to another invoice in QuickBooks or pay it back; if it is none, such as a tip or a "
    "typing error, correct it on both sides."
)
DIFFERENT_CUSTOMERS = (
    "Its invoices belong to different customers, but a payment in QuickBooks can have only one "
    "customer. Split "
    "it in MobiWork into one payment per customer."
)
twin_query = found_by("Payment", "CustomerRef", "TxnDate")


def judged(payment: Payment, settings: Settings, company: Company) -> Verdict:
    """Return whether a payment is money that came in: by its status, then by type and method.

    Credits, write-offs and refunds have a flow of their own.
    """
    if kind := kind_of(payment, settings):
        told = f"It is a {kind}, not a payment received; it is reported with the credits."
        return Verdict(Standing.NEVER, told, another_flow=True)
    if not cents(payment.amount):
        return NOTHING
    by_status = verdict(PAYMENT_WORDS, payment.status, settings)
    if by_status.standing is Standing.NEVER and says(
        letters_and_digits(payment.status), ("refund",)
    ):
        return replace(by_status, advice=PAID_BACK)
    if by_status.standing is Standing.UNDECIDED:
        return replace(by_status, reason=f"{by_status.reason} {given_back(payment)}".rstrip())
    if by_status.standing is not Standing.POSTED:
        return by_status
    return money_verdict(payment.type, payment.method, settings, company)


def problems(payment: Payment) -> list[str]:
    """Say what is wrong with a payment."""
    found = []
    if not payment.invoices and not payment.customer_id and not payment.quote_id:
        found.append(
            "It has neither an invoice nor a customer. Apply it to an invoice in MobiWork, or "
            "enter it in QuickBooks by hand and leave it out here."
        )
    elif payment.invoices and not all(part.invoice_id for part in payment.parts):
        found.append("One of its parts has no invoice. Choose one in MobiWork.")
    if not 0 < cents(payment.amount) < LARGEST:
        found.append(
            f"Its amount is {dollars(payment.amount)}; a payment must be more than zero and less "
            f"than {dollars(LARGEST)}."
        )
    amounts = [part.amount for part in payment.parts if part.amount is not None]
    added = sum(amounts, Decimal(0))
    too_much = bool(amounts) and cents(added) > cents(payment.amount)
    if too_much or any(amount < 0 for amount in amounts):
        found.append(
            f"Its parts ({', '.join(dollars(amount) for amount in amounts)}) do not fit its "
            f"amount of {dollars(payment.amount)}. Correct them in MobiWork."
        )
    return found


def needed(payment: Payment, settings: Settings, _company: Company) -> tuple[Reference, ...]:
    """Name its invoices and, where payments on account are pushed, whose that is."""
    on_account = customer_needed(payment) if settings.payments_on_account else ()
    return documents_needed(payment) + on_account


def to_qbo(payment: Payment, known: PushContext) -> Body:
    """Translate to a QuickBooks Payment, one line per invoice (reference 6.9).

    Raises:
        NotYetError: an invoice was voided or deleted in QuickBooks.
        RecordError: it is a credit or a refund there already.
        MissingMappingsError: the books are closed on its day, its invoices
            belong to different customers, or it is on account and the settings do not want that.
    """
    check_once(payment, PAYMENTS.entity, known)
    for invoice in documents_of(payment, known):
        if invoice.gone:
            raise NotYetError(gone_sentence(invoice))
    method = method_of(payment, known)
    found = [*_on_account(payment, known), *_closed(payment, known)]
    found += _without_method(payment, method, known.settings)
    found += [*wrong_methods(payment, known), *_wrong_account(payment, known)]
    payer = payer_of(payment, known)
    if payment.invoices and not payer:
        found.append(DIFFERENT_CUSTOMERS)
    if found:
        raise MissingMappingsError(found, fixes=(OPEN_SETTINGS, RETRY, SKIP))
    cut = len(payment.reference) > REFERENCE_LENGTH
    noted = f", reference {payment.reference[:NOTED_REFERENCE_LENGTH]}" if cut else ""
    account = deposit_account(known.company, known.settings, payment.method_name)
    return without_empty(
        {
            "CustomerRef": {"value": payer},
            "CurrencyRef": currency(known.company),
            "TotalAmt": cents(payment.amount),
            "TxnDate": payment.paid_on.isoformat(),
            "PaymentMethodRef": {"value": method} if method else {},
            "PaymentRefNum": payment.reference[:REFERENCE_LENGTH],
            "DepositToAccountRef": {"value": account.id} if account else {},
            "PrivateNote": f"MobiWork payment {payment.id}{noted} {known.marker}",
            "Line": [_line(invoice, part) for invoice, part in applied(payment, known) if part],
        }
    )


def _line(invoice: Linked, amount: Decimal) -> Body:
    linked = {"TxnId": invoice.quickbooks_id, "TxnType": "Invoice"}
    return {"Amount": amount, "LinkedTxn": [linked]}


def _on_account(payment: Payment, known: PushContext) -> Iterator[str]:
    """Say that a payment is on account, which may be a credit that MobiWork spends elsewhere."""
    if not payment.invoices and not known.settings.payments_on_account:
        yield of_setting(
            "payments_on_account",
            "It is not applied to an invoice: it is a payment on account or a deposit on a quote. "
            "Apply it to an invoice in MobiWork, or have such payments posted as credits on the "
            f'customer\'s account with the setting "{title("payments_on_account")}".',
        )


def _closed(payment: Payment, known: PushContext) -> Iterator[str]:
    """Say that the books are closed on its day, unless it is in them already."""
    closed = known.company.closed_until
    in_quickbooks = ("payment", payment.id or "") in known.links or native_id(
        payment.external_id, known.settings.external_id_format
    )
    if closed and payment.paid_on.isoformat() <= closed and not in_quickbooks:
        yield Obstacle(
            f"It is dated {payment.paid_on}, and the books in QuickBooks are closed up to "
            f"{closed}. Give it a later date in MobiWork, or ask your accountant to reopen the "
            "books.",
            Kind.CLOSED,
        )


def _without_method(payment: Payment, method: str | None, settings: Settings) -> Iterator[str]:
    """Say that QuickBooks does not have its method, where such payments are to be asked about."""
    if payment.method_name and not method and settings.missing_payment_methods == "ask":
        yield Obstacle(
            f'QuickBooks has no payment method "{payment.method_name}". Add it there (Settings, '
            "All lists, Payment methods), or choose in the setting "
            f'"{title("payment_methods")}" which one it is.',
            cause(Kind.PAYMENT_METHOD, payment.method_name),
        )


def wrong_methods(payment: Payment, known: PushContext) -> Iterator[str]:
    """Say which payment methods that are chosen for its type are not there in QuickBooks."""
    for name in dict.fromkeys((payment.method_name, payment.type)):
        wanted = choice(known.settings.payment_methods, name)
        if wanted is not None and (told := method_problem(known.company, name, wanted)):
            yield told


def _wrong_account(payment: Payment, known: PushContext) -> Iterator[str]:
    try:
        deposit_account(known.company, known.settings, payment.method_name)
    except SettingError as error:
        yield Obstacle(str(error), error.cause)


def method_of(payment: Payment, known: PushContext) -> str | None:
    """Return the id of the method the settings choose, else of the one of the same name."""
    return method_id(payment, known.settings, known.company)


def is_same_again(body: Body, earlier: Json) -> bool:
    """Tell whether a payment is of the same customer, amount and invoices as an earlier one."""
    same = all(body.get(name) == earlier.get(name) for name in ("CustomerRef", "TotalAmt"))
    return same and _paid(body) == _paid(earlier)


def _paid(body: Json) -> set[str]:
    return {str(line["LinkedTxn"][0]["TxnId"]) for line in body.get("Line", ())}


def remarks(payment: Payment, answer: Json) -> list[str]:
    """Say what of a payment was shortened, left out or not applied."""
    found = []
    if len(payment.reference) > REFERENCE_LENGTH:
        found.append(
            f'The reference "{payment.reference}" was cut to {REFERENCE_LENGTH} characters; the '
            "memo has more of it."
        )
    if payment.method_name and not answer.get("PaymentMethodRef"):
        found.append(
            f'QuickBooks has no payment method "{payment.method_name}", so none was set. Add '
            f'it there, or choose one in the setting "{title("payment_methods")}".'
        )
    if told := given_back(payment):
        found.append(f"{told} QuickBooks has the whole payment: enter the refund there by hand.")
    left = number_in(answer, "UnappliedAmt")
    if left and not payment.invoices:
        found.append(
            f"{dollars(left)} is a credit on the customer's account. Apply it in QuickBooks to "
            "what it pays."
        )
    elif left:
        found.append(overpaid(payment, left))
    return found


def overpaid(payment: Payment, left: Decimal) -> str:
    """Say what of a payment is more than its invoices are for."""
    several = "invoices" if len(payment.invoices) > 1 else "invoice"
    return (
        f"{dollars(left)} of {dollars(payment.amount)} is an overpayment of the {several} and "
        "is a credit on the customer's account."
    )


def to_finish(payment: Payment, answer: Json, settings: Settings) -> list[str]:
    """Say what is to be done about an overpayment, where the settings want no credits on account.

    It may be a tip or a typing error, which is no credit of the customer.
    """
    left = number_in(answer, "UnappliedAmt")
    if not left or not payment.invoices or settings.payments_on_account:
        return []
    return [overpaid(payment, left), FINISH]


PUSH = PushFlow(
    name="push_payments",
    records=PAYMENTS,
    target="Payment",
    eligibility=PushEligibility(
        day=lambda payment, _known: payment.paid_on, verdict=judged, problems=problems
    ),
    references=PushReferences(
        needed=needed,
        mentioned=mentioned,
        customer=lambda payment: payment.customer_id,
    ),
    further=customers_of,
    translation=PushTranslation(body=to_qbo, retry_body=after_refusal),
    matching=PushMatching(twin_query=twin_query),
    wording=PushWording(label=label, remarks=remarks, worth=worth, facts=facts, about=about),
    to_finish=to_finish,
    entry=to_be_made,
    updating=by_hand_only("payment", {"CustomerRef", "TotalAmt"}, PAID),
    entered_again=is_same_again,
    called_off_on_any_page=True,
)
