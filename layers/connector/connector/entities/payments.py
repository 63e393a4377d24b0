"""Payments: applied to their invoice in QuickBooks, never before it is there."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from pydantic import AliasChoices, Field

from connector.entities.wire import Wire, cents, dollars, without_empty
from connector.errors import RejectedError
from connector.flow import Body, Flow, Known, Read, Reference, never
from connector.mobiwork.values import MobiWorkDate, MobiWorkDecimal, MobiWorkId
from connector.quickbooks.query import select
from connector.settings import Settings

REFERENCE_LENGTH = 21
OVER_APPLIED = "6000"
NOT_MONEY = frozenset({"FAILED", "DECLINED", "DELETED", "VOIDED", "CANCELLED"})


class Payment(Wire):
    """A MobiWork payment (reference 3.7; the method's name is assumed, 6 row 13)."""

    id: MobiWorkId = Field(default=None, validation_alias=AliasChoices("paymentid", "id"))
    invoice_id: MobiWorkId = Field(default=None, alias="invoiceid")
    amount: MobiWorkDecimal
    paid_on: MobiWorkDate = Field(validation_alias=AliasChoices("paymentdate", "createddate"))
    type: str = Field(default="PAYMENT", alias="paymenttype")
    method: str = Field(default="", alias="paymentmethod")
    reference: str = Field(default="", alias="paymentreference")
    status: str = "CREATED"


def label(payment: Payment) -> str:
    """Name a payment to a person."""
    return f"payment {payment.id} of {dollars(payment.amount)}"


def why_not(payment: Payment, _settings: Settings) -> str:
    """Say why a payment is not for QuickBooks: no money moved, or it is no payment."""
    if payment.status.upper() in NOT_MONEY:
        return f"Its status is {payment.status}: no money came in."
    if payment.type.upper() != "PAYMENT":
        return f"It is a {payment.type.lower()}, which is not pushed."
    return ""


def problems(payment: Payment) -> list[str]:
    """Say what is wrong with a payment."""
    found = []
    if not payment.invoice_id:
        found.append("It belongs to no invoice. Attach it to one in MobiWork.")
    if payment.amount <= 0:
        found.append(f"Its amount is {dollars(payment.amount)}; a payment must be more than zero.")
    return found


def refers_to(payment: Payment) -> tuple[Reference, ...]:
    """Name the invoice that must be in QuickBooks first (mission A11)."""
    invoice_id = payment.invoice_id or ""
    return (Reference("invoice", invoice_id, f"invoice {invoice_id}"),)


def to_qbo(payment: Payment, known: Known) -> Body:
    """Translate to a QuickBooks Payment of the invoice's customer (reference 6.9).

    What goes beyond the invoice's total stays unapplied, as a credit of the customer.
    """
    invoice = known.links["invoice", payment.invoice_id or ""]
    amount = cents(payment.amount)
    applied = amount if invoice.total is None else min(amount, invoice.total)
    linked = {"TxnId": invoice.quickbooks_id, "TxnType": "Invoice"}
    return without_empty(
        {
            "CustomerRef": invoice.base["CustomerRef"],
            "TotalAmt": amount,
            "TxnDate": payment.paid_on.isoformat(),
            "PaymentMethodRef": _method(payment, known),
            "PaymentRefNum": payment.reference[:REFERENCE_LENGTH],
            "PrivateNote": f"MobiWork payment {payment.id} {known.marker}",
            "Line": [{"Amount": applied, "LinkedTxn": [linked]}] if applied else [],
        }
    )


def _method(payment: Payment, known: Known) -> Body:
    names = {name.casefold(): found for name, found in known.company.payment_methods.items()}
    found = names.get(payment.method.casefold())
    return {"value": found} if found else {}


def twin_query(body: Body) -> str:
    """Find the customer's payments of the same day; the marker tells which is ours."""
    return select("Payment", CustomerRef=body["CustomerRef"]["value"], TxnDate=str(body["TxnDate"]))


def is_twin(body: Body, found: Mapping[str, Any]) -> bool:
    """Recognise our own document by its private note."""
    return str(body["PrivateNote"]) in str(found.get("PrivateNote", ""))


def amend(body: Body, refusal: RejectedError, read: Read) -> Body | None:
    """Apply no more than the invoice still owes, the rest as the customer's credit.

    Only after QuickBooks refused (6000) because less is owed than MobiWork thinks: its own sales
    tax was lower, say, and an earlier payment took its part.
    """
    if refusal.code != OVER_APPLIED or not body.get("Line"):
        return None
    line = body["Line"][0]
    owed = Decimal(str(read("Invoice", line["LinkedTxn"][0]["TxnId"]).get("Balance", 0)))
    if owed >= line["Amount"]:
        return None
    return body | {"Line": [line | {"Amount": owed}] if owed > 0 else []}


def remarks(payment: Payment, answer: Mapping[str, Any]) -> list[str]:
    """Say what of a payment was shortened or not applied."""
    found = []
    if len(payment.reference) > REFERENCE_LENGTH:
        found.append(
            f'The reference "{payment.reference}" was cut to {REFERENCE_LENGTH} characters.'
        )
    if left := Decimal(str(answer.get("UnappliedAmt", 0))):
        found.append(
            f"{dollars(left)} of {dollars(payment.amount)} is more than the invoice and stands as "
            "a credit of the customer."
        )
    return found


PUSH = Flow(
    name="push_payments",
    source="payment",
    target="Payment",
    model=Payment,
    label=label,
    why_not=why_not,
    problems=problems,
    refers_to=refers_to,
    translate=to_qbo,
    twin_query=twin_query,
    is_twin=is_twin,
    remarks=remarks,
    amend=amend,
    updates=never,
)
