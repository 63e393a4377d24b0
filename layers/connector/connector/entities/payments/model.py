"""What MobiWork says of a payment: kind, method, and the invoices that it is for."""

from decimal import Decimal
from typing import Annotated
from urllib.parse import quote

from pydantic import AliasChoices, Field, model_validator

from connector.entities.shared.documents import LARGEST
from connector.entities.shared.wire import Wire, cents, dollars
from connector.mobiwork.values import IdValue, MobiWorkDate, MobiWorkDecimal, listed
from connector.model.flows.census import METHOD, PAYMENT_TYPE, STATUS
from connector.model.flows.context import PushContext
from connector.model.flows.records import MobiWorkRecords
from connector.model.outcomes import About
from connector.model.policy.postable import letters_and_digits, same_texts
from connector.model.policy.posting_words import MONEY_KINDS

INVOICE, ORDER, QUOTE = "invoice", "salesOrder", "estimate"
"""What a payment is for, as MobiWork names it; one for a quote is a deposit."""


class Part(Wire):
    """What of a payment is for one invoice, where it is for several (assumed).

    invoice_id: MobiWork's id.
    amount: in dollars; None where only the invoice is named.
    """

    invoice_id: IdValue = Field(
        default=None,
        validation_alias=AliasChoices("invoiceid", "mobiworkinvoiceid", "salesorderid", "id"),
    )
    amount: MobiWorkDecimal | None = Field(
        default=None, validation_alias=AliasChoices("amount", "amountapplied", "appliedamount")
    )

    @model_validator(mode="before")
    @classmethod
    def _bare_id(cls, value: object) -> object:
        return {"invoiceid": value} if isinstance(value, str) else value


class Payment(Wire):
    """A MobiWork payment (reference 3.7; method, customer and parts are assumed, 6 row 13).

    So is what was refunded of it, where no record of its own says so.

    id, external_id: MobiWork's id, and the one that another system gave it.
    invoice_id, customer_id: what it is for and who paid, where the payment says so.
    quote_id: the quote that it is a deposit on.
    amount: in dollars.
    type: how it was paid, in the account's own words.
    reference: the number of a check, or what a card terminal printed.
    refunded_id: of a refund, the payment that is paid back.
    refunded: how much of it was paid back, in dollars.
    status: in MobiWork's words; empty where it has none.
    parts: what of it is for which invoice, where it is for several.
    """

    id: IdValue = Field(default=None, validation_alias=AliasChoices("paymentid", "id"))
    external_id: str = Field(default="", alias="externalid")
    invoice_id: IdValue = Field(
        default=None, validation_alias=AliasChoices("invoiceid", "salesorderid")
    )
    customer_id: IdValue = Field(
        default=None, validation_alias=AliasChoices("customerid", "mobiworkcustomerid")
    )
    quote_id: IdValue = Field(
        default=None,
        validation_alias=AliasChoices("mobiworkestimateid", "estimateid", "quoteid"),
    )
    amount: MobiWorkDecimal
    paid_on: MobiWorkDate = Field(
        title="payment date", validation_alias=AliasChoices("paymentdate", "createddate")
    )
    type: str = Field(default="", alias="paymenttype")
    method: str = Field(default="", alias="paymentmethod")
    reference: str = Field(default="", alias="paymentreference")
    refunded_id: IdValue = Field(
        default=None, validation_alias=AliasChoices("refundedpaymentid", "originalpaymentid")
    )
    refunded: MobiWorkDecimal | None = Field(default=None, alias="refundedamount")
    status: str = ""
    parts: Annotated[list[Part], listed("invoicepayment", "allocation", "invoice", "invoiceid")] = (
        Field(
            default=[],
            validation_alias=AliasChoices(
                "invoicepayments",
                "invoicepaymentlist",
                "allocations",
                "allocationlist",
                "invoiceids",
            ),
        )
    )

    @property
    def says_payment(self) -> bool:
        """Whether its type says that it is a payment, and not how it was paid."""
        return letters_and_digits(self.type) in same_texts(MONEY_KINDS)

    @property
    def method_name(self) -> str:
        """How it was paid; some accounts say so where others say that it is a payment."""
        return self.method or ("" if self.says_payment else self.type)

    @property
    def invoices(self) -> dict[str, Decimal | None]:
        """The invoices it is for, each with its own amount where it has one."""
        found: dict[str, Decimal | None] = {}
        for part in self.parts or (Part(invoiceid=self.invoice_id),):
            if part.invoice_id:
                before = found.get(part.invoice_id)
                found[part.invoice_id] = (
                    part.amount if before is None else before + (part.amount or 0)
                )
        return found


def customer_ids(payment: Payment, known: PushContext) -> tuple[str, ...]:
    """Return the customers of what it pays, as MobiWork named them when that was posted."""
    found = (
        known.links.get((INVOICE, one)) or known.links.get((ORDER, one)) for one in payment.invoices
    )
    named = dict.fromkeys(one.facts.get("customer", "") for one in found if one)
    return tuple(filter(None, named))


def about(payment: Payment, known: PushContext) -> About:
    """Return by what a person looks for a payment.

    Who paid is known by name where he is linked: whom it names, else whom its invoices are for.
    """
    named = (payment.customer_id, *customer_ids(payment, known))
    found = (known.links.get(("customer", one or "")) for one in named)
    names = (one.base.get("DisplayName") for one in found if one)
    return About(
        number=payment.reference or str(payment.id),
        customer=next(filter(None, names), None),
        method=payment.method_name,
    )


def label(payment: Payment) -> str:
    """Name a payment to a person."""
    return f"payment {payment.id} of {dollars(payment.amount)}"


def worth(payment: Payment) -> Decimal | None:
    """Return what a payment amounts to; nothing where no books have room for it."""
    return cents(payment.amount) if abs(payment.amount) < LARGEST else None


def given_back(payment: Payment) -> str:
    """Say what of a payment was refunded and what is left, where that is on the payment itself."""
    if not payment.refunded:
        return ""
    return f"Refunded of it: {_refunded(payment)}."


def _refunded(payment: Payment) -> str:
    back = payment.refunded or Decimal(0)
    return dollars(back) + (f" ({dollars(payment.amount - back)} is left)" if back else "")


def shares(payment: Payment) -> str:
    """Return what of a payment is for which invoice, less what was given back, as one word.

    `5501=70.00+30.00` where 30.00 of 100.00 was given back, `5501=100.00,5502=30.00` for several
    invoices. A share that it does not say has no amount: it is some of the whole. Ids are quoted as
    in addresses.
    """
    parts, back = payment.invoices, payment.refunded
    told = {own: "" if part is None or back else str(part) for own, part in parts.items()}
    if len(parts) == 1:
        whole = {own: payment.amount if part is None else part for own, part in parts.items()}
        told = {own: f"{part - back}+{back}" if back else str(part) for own, part in whole.items()}
    return ",".join(f"{quote(own, safe='')}={share}" for own, share in told.items())


def facts(payment: Payment) -> dict[str, str]:
    """Return what a payment says of money, party and date, in a person's words."""
    parts = {
        one: "" if part is None else f" ({dollars(part)})" for one, part in payment.invoices.items()
    }
    return {
        "amount": dollars(payment.amount),
        "refunded amount": _refunded(payment),
        "customer": payment.customer_id or "",
        "date": payment.paid_on.isoformat(),
        "method": payment.method_name,
        "invoice": ", ".join(f"{one}{part}" for one, part in sorted(parts.items())),
    }


PAYMENTS = MobiWorkRecords(
    entity="payment",
    model=Payment,
    external_id=lambda payment: payment.external_id,
    said=lambda payment: [
        (STATUS, payment.status),
        (PAYMENT_TYPE, payment.type),
        (METHOD, payment.method),
    ],
    owed=shares,
)
