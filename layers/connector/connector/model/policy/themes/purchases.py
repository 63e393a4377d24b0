"""Settings of purchases: vendors, orders, bills and expenses, and their accounts."""

from collections.abc import Mapping

from pydantic import ValidationInfo, field_validator

from connector.model.policy.choices import (
    OF_NOTHING,
    SPELLING,
    Choice,
    CustomFields,
    ExpensePayment,
    Reimbursable,
    Tracking,
    chosen_or_default,
    setting,
)
from connector.model.policy.posting_words import EXPENSE_WORDS, PURCHASE_ORDER_WORDS, RECEIPT_WORDS


class PurchaseSettings(Choice):
    """Vendors, purchase orders, bills and expenses."""

    accounts_payable: str = setting(
        "",
        "Accounts Payable Name",
        when="Always where vendors, purchase orders or bills are pushed.",
    )
    purchase_order_statuses: tuple[str, ...] = setting(
        PURCHASE_ORDER_WORDS.good,
        "Purchase order statuses to push",
        description=f"A purchase order is pushed when it has one of them. {SPELLING}",
        when="Orders that went out have a status of the company's own.",
    )
    receipt_statuses: tuple[str, ...] = setting(
        RECEIPT_WORDS.good,
        "Purchase order statuses that mean received",
        description=f"What has arrived is billed when its order has one of them. {SPELLING}",
        when="Orders that arrived have a status of the company's own.",
    )
    freight_product: str = setting(
        "",
        "Product used for freight on purchases",
        description="MobiWork id of a service with a cost; needed by orders with freight.",
        when="Purchase orders in MobiWork charge freight.",
    )
    class_of_purchases: Tracking = setting(
        Tracking(),
        "Class for purchases",
        description="On the lines of purchase orders, bills and expenses: by vendor, by a custom "
        "field, or of expenses also by category or user.",
        when="Costs are analyzed by class, such as by line of business.",
    )
    location_of_purchases: Tracking = setting(
        Tracking(),
        "Location for purchases",
        description="On bills and expenses; QuickBooks has none on purchase orders.",
        when="Costs are analyzed by location, such as by branch.",
    )
    purchase_order_custom_fields: CustomFields = setting(
        (),
        "Custom fields of purchase orders",
        when="Purchase orders should show up to three fields of MobiWork.",
    )
    expense_statuses: tuple[str, ...] = setting(
        EXPENSE_WORDS.good,
        "Expense statuses to push",
        description=f"An expense is posted when it has one of them. {OF_NOTHING} {SPELLING}",
        when="Expenses that were approved have a status of the company's own.",
    )
    expense_account: str = setting(
        "",
        "Expense Integration Account",
        when="Always where expenses are pushed: they are booked on it.",
    )
    expense_account_of_category: Mapping[str, str] = setting(
        {},
        "Expense account by expense category",
        when="Fuel and tools, say, belong on different expense accounts.",
    )
    expense_check_account: str = setting(
        "",
        "Expense Check Payment Type Account",
        when="Expenses are paid by check.",
    )
    expense_credit_card_account: str = setting(
        "",
        "Expense Credit Card Payment Type Account",
        when="Expenses are paid by credit card.",
    )
    expense_cash_account: str = setting(
        "",
        "Expense Cash Payment Type Account",
        when="Expenses are paid in cash.",
    )
    expense_payments: Mapping[str, ExpensePayment] = setting(
        {},
        "Expense payment by MobiWork payment type",
        when="Expenses are paid by other types than check, card and cash, or by several cards.",
    )
    reimbursable_expenses: Reimbursable = setting(
        "ask",
        "Expenses to be reimbursed",
        description="By check or cash, with a reimbursement date in MobiWork: paid by an employee. "
        "A bill from him as a vendor is paid with the other bills; otherwise an account holds "
        "what is owed.",
        when="Employees pay expenses themselves, or never do although MobiWork shows a date.",
    )
    reimbursement_account: str = setting(
        "",
        "Account for reimbursements owed to employees",
        description="Of type Credit Card: QuickBooks takes no other liability as what paid.",
        when="Expenses to be reimbursed are owed to the employee.",
    )
    employee_vendors: Mapping[str, str] = setting(
        {},
        "QuickBooks vendor by employee",
        description="The name of the employee in MobiWork, and the id of the vendor that stands "
        "for him in QuickBooks.",
        when="Expenses to be reimbursed become bills, or should name the employee as the payee.",
    )

    @field_validator("expense_statuses")
    @classmethod
    def _default_of_no_expense_status(
        cls, chosen: tuple[str, ...], about: ValidationInfo
    ) -> tuple[str, ...]:
        return chosen_or_default(cls, chosen, about)
