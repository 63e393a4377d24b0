"""What MobiWork says of a payment: kind, method, and the invoices that it is for."""

import re
from decimal import Decimal
from typing import Annotated, Any

from pydantic import AliasChoices, Field, model_validator

from connector.entities.shared.wire import Wire, dollars
from connector.mobiwork.values import MobiWorkDate, MobiWorkDecimal, MobiWorkId, listed
from connector.model.records import MobiWorkRecords

NO_MONEY = frozenset(
    {
        "BOUNCED",
        "CANCELED",
        "CANCELLED",
        "DECLINED",
        "DELETED",
        "ERROR",
        "EXPIRED",
        "FAILED",
        "PENDING",
        "REJECTED",
        "RETURNED",
        "VOID",
        "VOIDED",
    }
)
MONEY_BACK = re.compile(r"REFUND|CREDIT(?!_?CARD)|CHARGE_?BACK|ADJUSTMENT|WRITE_?OFF")
MONEY_IN = frozenset(
    {
        "AUTOPAY",
        "AUTO_PAY",
        "BATCH_PAYMENT",
        "DEPOSIT",
        "INVOICE_PAYMENT",
        "PARTIAL_PAYMENT",
        "PAYMENT",
        "PREPAYMENT",
        "SPLIT_PAYMENT",
    }
)


class Part(Wire):
    """What of a payment is for one invoice, where it is for several (assumed)."""

    invoice_id: MobiWorkId = Field(
        default=None,
        validation_alias=AliasChoices("invoiceid", "mobiworkinvoiceid", "salesorderid", "id"),
    )
    amount: MobiWorkDecimal | None = Field(
        default=None, validation_alias=AliasChoices("amount", "amountapplied", "appliedamount")
    )

    @model_validator(mode="before")
    @classmethod
    def _bare_id(cls, value: Any) -> Any:  # noqa: ANN401
        return {"invoiceid": value} if isinstance(value, str) else value


class Payment(Wire):
    """A MobiWork payment (reference 3.7; method, customer and parts are assumed, 6 row 13)."""

    id: MobiWorkId = Field(default=None, validation_alias=AliasChoices("paymentid", "id"))
    external_id: str = Field(default="", alias="externalid")
    invoice_id: MobiWorkId = Field(
        default=None, validation_alias=AliasChoices("invoiceid", "salesorderid")
    )
    customer_id: MobiWorkId = Field(
        default=None, validation_alias=AliasChoices("customerid", "mobiworkcustomerid")
    )
    amount: MobiWorkDecimal
    paid_on: MobiWorkDate = Field(
        title="payment date", validation_alias=AliasChoices("paymentdate", "createddate")
    )
    type: str = Field(default="PAYMENT", alias="paymenttype")
    method: str = Field(default="", alias="paymentmethod")
    reference: str = Field(default="", alias="paymentreference")
    status: str = "CREATED"
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
    def kind(self) -> str:
        """Its kind in one spelling: INVOICE_PAYMENT for "Invoice payment"."""
        return re.sub(r"[^A-Z0-9]+", "_", self.type.upper()).strip("_")

    @property
    def method_name(self) -> str:
        """How it was paid; some accounts say so where others say that it is a payment."""
        return self.method or ("" if self.kind in MONEY_IN else self.type)

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


def label(payment: Payment) -> str:
    """Name a payment to a person."""
    return f"payment {payment.id} of {dollars(payment.amount)}"


PAYMENTS = MobiWorkRecords(
    entity="payment",
    model=Payment,
    external_id=lambda payment: payment.external_id,
)
