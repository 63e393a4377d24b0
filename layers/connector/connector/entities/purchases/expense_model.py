"""What MobiWork says of an expense: how much, for what, who paid whom, and for which customer."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pydantic import AliasChoices, Field

from connector.entities.shared.custom_fields import CustomValues
from connector.entities.shared.documents import Amount
from connector.entities.shared.wire import Wire, cents, dollars, meaningful
from connector.mobiwork.values import IdValue, MobiWorkDate
from connector.model.flows.context import PushContext
from connector.model.outcomes import About
from connector.model.plans import Reference

OF_CUSTOMER = frozenset({"customer"})
OF_WORK_ORDER = frozenset({"workorder", "work", "job"})

NOT_SAID = (
    "It does not say how it was paid. Choose a payment type in MobiWork, such as Check, Credit "
    "Card or Cash."
)


class Expense(Wire):
    """A MobiWork expense (reference 3.10; payee, payment type and date are assumed, 6 row 25).

    id, external_id: MobiWork's id, and the one that another system gave it.
    amount: in dollars.
    category, status, payment_type: in the account's own words.
    spent_by: the technician's name.
    entered_on: the day on which it was entered.
    description, number: its text, and the number of its check or receipt.
    vendor_id, vendor_name: whom the money went to.
    of_kind, of_id, of_name: the record that it was spent for, such as a work order.
    reference_id, reference_name: what that record is for in turn, such as its customer.
    custom: the values of custom fields.
    """

    id: IdValue = Field(
        default=None, validation_alias=AliasChoices("expenseid", "mobiworkexpenseid", "id")
    )
    external_id: str = Field(default="", alias="externalid")
    amount: Amount
    category: str = Field(
        default="", validation_alias=AliasChoices("categoryname", "category", "expensetype")
    )
    status: str = Field(default="", validation_alias=AliasChoices("customstatusname", "status"))
    spent_by: str = Field(default="", validation_alias=AliasChoices("createdbyname", "username"))
    dated: MobiWorkDate = Field(
        title="date", validation_alias=AliasChoices("expensedate", "createddate")
    )
    entered_on: MobiWorkDate | None = Field(default=None, alias="createddate")
    reimbursed_by: MobiWorkDate | None = Field(
        title="reimbursement due date", default=None, alias="reimbursementduedate"
    )
    description: str = ""
    payment_type: str = Field(
        default="", validation_alias=AliasChoices("paymenttype", "paymentmethod")
    )
    number: str = Field(
        default="", validation_alias=AliasChoices("checknumber", "referencenumber", "receiptnumber")
    )
    vendor_id: IdValue = Field(default=None, alias="vendorid")
    vendor_name: str = Field(default="", alias="vendorname")
    of_kind: str = Field(default="", alias="entitytype")
    of_id: IdValue = Field(default=None, alias="entityid")
    of_name: str = Field(default="", alias="entityname")
    reference_id: IdValue = Field(default=None, alias="entityreferenceid")
    reference_name: str = Field(default="", alias="entityreferencename")
    custom: CustomValues = Field(default=(), alias="customfields")

    @property
    def spent_on(self) -> date:
        """The day it was spent: not after it was entered.

        MobiWork calls its date the one when reimbursement is due (product reference, b.7).
        """
        day: date = self.dated
        return min(day, self.entered_on or day)


@dataclass(frozen=True)
class NamedRecord:
    """Another record as an expense names it.

    id, name: as the expense has them.
    """

    id: str
    name: str


def about(expense: Expense, _known: PushContext) -> About:
    """Return by what a person looks for an expense: whom it went to, or who spent it."""
    return About(
        number=expense.number or str(expense.id),
        customer=expense.vendor_name or expense.spent_by,
        method=expense.payment_type,
    )


def expense_label(expense: Expense) -> str:
    """Name an expense to a person."""
    what = f" for {expense.category}" if expense.category else ""
    by = f" by {expense.spent_by}" if expense.spent_by else ""
    return f"expense {expense.id} of {dollars(expense.amount)}{what}{by}"


def worth(expense: Expense) -> Decimal:
    """Return what an expense amounts to."""
    return cents(expense.amount)


def facts(expense: Expense) -> dict[str, str]:
    """Return what an expense says of money, account, party and date, in a person's words."""
    customer = customer_of(expense)
    return {
        "amount": dollars(expense.amount),
        "payment type": expense.payment_type,
        "category": expense.category,
        "payee": expense.vendor_id or "",
        "customer": customer.id if customer else "",
        "date": expense.spent_on.isoformat(),
    }


def problems(expense: Expense) -> list[str]:
    """Say what is wrong with an expense."""
    found = []
    if cents(expense.amount) <= 0:
        found.append(
            f"Its amount is {dollars(expense.amount)}; an expense must be more than zero. Enter "
            "refunds in QuickBooks by hand."
        )
    if not meaningful(expense.payment_type):
        found.append(NOT_SAID)
    return found


def customer_of(expense: Expense) -> NamedRecord | None:
    """Return the customer an expense was made for: its own, or that of its work order."""
    kind = plain(expense.of_kind)
    if kind in OF_CUSTOMER and expense.of_id:
        return NamedRecord(expense.of_id, expense.of_name)
    if kind in OF_WORK_ORDER and expense.reference_id:
        return NamedRecord(expense.reference_id, expense.reference_name)
    return None


def customer_id(expense: Expense) -> str | None:
    """Return the id of the customer an expense was made for."""
    customer = customer_of(expense)
    return customer.id if customer else None


def mentioned(expense: Expense) -> tuple[Reference, ...]:
    """Name the payee and the customer, which go along only if they are in QuickBooks already."""
    customer, found = customer_of(expense), []
    if customer:
        found.append(Reference("customer", customer.id, f'customer "{customer.name}"'))
    if expense.vendor_id:
        found.append(Reference("vendor", expense.vendor_id, f'vendor "{expense.vendor_name}"'))
    return tuple(found)


def plain(text: str) -> str:
    """Return the letters of a text, in small ones."""
    return re.sub(r"[^a-z]", "", text.lower())
