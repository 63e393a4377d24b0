"""Expenses: what was paid in the field, as QuickBooks purchases by check, card or cash."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pydantic import AliasChoices, Field

from connector.entities.purchases.reimbursements import paid_by_employee
from connector.entities.purchases.totals import compared
from connector.entities.purchases.tracking import tracked
from connector.entities.shared.custom_fields import CustomValues, texts
from connector.entities.shared.documents import (
    NUMBER_LENGTH,
    Amount,
    closed_books,
    currency,
    document_number,
    is_ours,
)
from connector.entities.shared.wire import Wire, cents, dollars, meaningful, without_empty
from connector.errors import OPEN_SETTINGS, RETRY, SKIP, MissingMappingsError
from connector.mobiwork.values import MobiWorkDate, MobiWorkId
from connector.model.body import Body, Json
from connector.model.company import Account, Company
from connector.model.flows.census import CATEGORY, PAYMENT_TYPE, STATUS
from connector.model.flows.context import PushContext
from connector.model.flows.push_flow import (
    PushEligibility,
    PushFlow,
    PushMatching,
    PushReferences,
    PushTranslation,
    PushWording,
)
from connector.model.flows.records import MobiWorkRecords
from connector.model.plans import Reference
from connector.model.policy.accounts import (
    EXPENSE,
    PAID_BY,
    account_of,
    account_of_category,
    account_of_expense_payment,
    choice,
)
from connector.model.policy.postable import verdict
from connector.model.policy.posting_words import EXPENSE as EXPENSES
from connector.model.policy.settings import Settings, title
from connector.quickbooks.query import select

DESCRIPTION_LENGTH = 4000
SAME = ("TxnDate", "PaymentType", "AccountRef", "EntityRef", "Line")
"""By what an expense that was deleted and entered again is known: not its memo and number."""
NOTED_LENGTH = 200
BUILT_IN = {
    "check": "Check",
    "cheque": "Check",
    "creditcard": "CreditCard",
    "cash": "Cash",
}
OF_CUSTOMER = frozenset({"customer"})
OF_WORK_ORDER = frozenset({"workorder", "work", "job"})


class Expense(Wire):
    """A MobiWork expense (reference 3.10; payee, payment type and date are assumed, 6 row 25)."""

    id: MobiWorkId = Field(
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
    vendor_id: MobiWorkId = Field(default=None, alias="vendorid")
    vendor_name: str = Field(default="", alias="vendorname")
    of_kind: str = Field(default="", alias="entitytype")
    of_id: MobiWorkId = Field(default=None, alias="entityid")
    of_name: str = Field(default="", alias="entityname")
    reference_id: MobiWorkId = Field(default=None, alias="entityreferenceid")
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
class Named:
    """Another record as an expense names it."""

    id: str
    name: str


def label(expense: Expense) -> str:
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
        found.append(
            "It does not say how it was paid. Choose a payment type in MobiWork, such as Check, "
            "Credit Card or Cash."
        )
    return found


def customer_of(expense: Expense) -> Named | None:
    """Return the customer an expense was made for: its own, or that of its work order."""
    kind = _plain(expense.of_kind)
    if kind in OF_CUSTOMER and expense.of_id:
        return Named(expense.of_id, expense.of_name)
    if kind in OF_WORK_ORDER and expense.reference_id:
        return Named(expense.reference_id, expense.reference_name)
    return None


def _customer_id(expense: Expense) -> str | None:
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


def paid_by(expense: Expense, company: Company, settings: Settings) -> tuple[str, Account]:
    """Return QuickBooks' payment type and the account that paid.

    A payment type of the settings comes before the three that MobiWork has built in.

    Raises:
        MissingMappingsError: neither knows MobiWork's payment type.
    """
    name = expense.payment_type.strip()
    if mapped := choice(settings.expense_payments, name):
        return mapped.type, account_of_expense_payment(company, mapped, name)
    kind = BUILT_IN.get(_plain(name))
    if kind is None:
        raise MissingMappingsError(
            [
                f'It was paid by "{name}", which is not Check, Credit Card or Cash. Say in '
                f'the setting "{title("expense_payments")}" how "{name}" is paid in QuickBooks and '
                "from which account."
            ],
            fixes=(OPEN_SETTINGS, RETRY, SKIP),
        )
    return kind, account_of(company, settings, PAID_BY[kind])


def to_qbo(expense: Expense, known: PushContext) -> Body:
    """Translate to a QuickBooks Purchase with one line on an account (reference 6.15).

    Raises:
        MissingMappingsError: a closed period, or the settings do not know how or by whom it was
            paid.
    """
    if closed := closed_books(expense.spent_on, known.company):
        raise MissingMappingsError(closed)
    paid = paid_by(expense, known.company, known.settings)
    kind, account = paid_by_employee(expense.reimbursed_by, paid, known.company, known.settings)
    vendor = known.links.get(("vendor", expense.vendor_id or ""))
    payee = {"value": vendor.quickbooks_id, "type": "Vendor"} if vendor else {}
    number = document_number(expense.number) if known.company.custom_purchase_numbers else ""
    note = _note(
        expense, known.marker, told_number="" if number == expense.number else expense.number
    )
    body = without_empty(
        {
            "PaymentType": kind,
            "AccountRef": {"value": account.id},
            "EntityRef": payee,
            "CurrencyRef": currency(known.company),
            "TxnDate": expense.spent_on.isoformat(),
            "DocNumber": number,
            "PrivateNote": note,
            "Line": [_line(expense, known)],
        }
    )
    said = {"category": expense.category, "user": expense.spent_by, "vendor": expense.vendor_name}
    return tracked(body, said | texts(expense.custom), known)


def _note(expense: Expense, marker: str, *, told_number: str) -> str:
    told = [f"MobiWork expense {expense.id}"]
    if told_number:
        told.append(f"no. {told_number[:NOTED_LENGTH]}")
    if expense.spent_by:
        told.append(f"by {expense.spent_by[:NOTED_LENGTH]}")
    if expense.of_name:
        told.append(f"on {expense.of_name[:NOTED_LENGTH]}")
    return f"{' '.join(' '.join(told).split())} {marker}"


def _line(expense: Expense, known: PushContext) -> Body:
    """Translate to the one line; it says itself that its customer is not billed (fault 6310)."""
    account = account_of_category(known.company, known.settings, EXPENSE, expense.category)
    detail: Body = {"AccountRef": {"value": account.id}}
    customer = customer_of(expense)
    linked = known.links.get(("customer", customer.id)) if customer else None
    if linked:
        detail |= {
            "CustomerRef": {"value": linked.quickbooks_id},
            "BillableStatus": "NotBillable",
        }
    return without_empty(
        {
            "Description": _description(expense)[:DESCRIPTION_LENGTH],
            "Amount": cents(expense.amount),
            "DetailType": "AccountBasedExpenseLineDetail",
            "AccountBasedExpenseLineDetail": detail,
        }
    )


def _description(expense: Expense) -> str:
    return expense.description or expense.category


def twin_query(body: Body) -> str:
    """Find the purchases of the same day; the marker tells which is ours."""
    return select("Purchase", TxnDate=str(body["TxnDate"]))


def is_same_again(body: Body, earlier: Json) -> bool:
    """Tell whether an expense is of the same day, account, payee and money as an earlier one."""
    return all(body.get(name) == earlier.get(name) for name in SAME)


def remarks(expense: Expense, answer: Json) -> list[str]:
    """Say what of an expense was left out or shortened."""
    found, customer = [], customer_of(expense)
    lines = [line.get("AccountBasedExpenseLineDetail", {}) for line in answer.get("Line", ())]
    if customer and not any(line.get("CustomerRef") for line in lines):
        found.append(
            f'It was posted without its customer "{customer.name or customer.id}", who was not in '
            "QuickBooks when it was pushed. Choose the customer on it there if you need it."
        )
    if expense.vendor_id and not answer.get("EntityRef"):
        found.append(
            f'It was posted without its payee "{expense.vendor_name or expense.vendor_id}", who '
            "was "
            "not in QuickBooks when it was pushed. Choose the payee on it there if you need it."
        )
    if len(_description(expense)) > DESCRIPTION_LENGTH:
        found.append(f"Its description was cut to {DESCRIPTION_LENGTH} characters.")
    if expense.number and answer.get("DocNumber", "") != expense.number:
        found.append(
            f"Its number {expense.number[:NOTED_LENGTH]} stands in its memo: QuickBooks numbers "
            f"expenses automatically, or it is longer than {NUMBER_LENGTH} characters."
        )
    return found


def _plain(text: str) -> str:
    return re.sub(r"[^a-z]", "", text.lower())


PUSH = PushFlow(
    name="push_expenses",
    records=MobiWorkRecords(
        entity="expense",
        model=Expense,
        external_id=lambda expense: expense.external_id,
        said=lambda expense: [
            (STATUS, expense.status),
            (CATEGORY, expense.category),
            (PAYMENT_TYPE, expense.payment_type),
        ],
    ),
    target="Purchase",
    eligibility=PushEligibility(
        verdict=lambda expense, settings, _company: verdict(EXPENSES, expense.status, settings),
        problems=problems,
    ),
    references=PushReferences(customer=_customer_id, mentioned=mentioned),
    translation=PushTranslation(body=to_qbo),
    matching=PushMatching(twin_query=twin_query, is_twin=is_ours),
    wording=PushWording(label=label, remarks=remarks, worth=worth, facts=facts),
    totals=compared(lambda expense, _sent: expense.amount, "amount"),
    entered_again=is_same_again,
)
