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
        when="Always, if vendors, purchase orders, or bills are pushed.",
    )
    purchase_order_statuses: tuple[str, ...] = setting(
        PURCHASE_ORDER_WORDS.good,
        "Purchase order statuses to push",
        description=f"A purchase order is pushed when it has one of them. {SPELLING}",
        when="Your company uses its own status for orders that have gone out.",
    )
    receipt_statuses: tuple[str, ...] = setting(
        RECEIPT_WORDS.good,
        "Purchase order statuses that mean received",
        description=f"Received items are billed when their order has one of them. {SPELLING}",
        when="Your company uses its own status for received orders.",
    )
    freight_product: str = setting(
        "",
        "Product used for freight on purchases",
        description="The MobiWork ID of a service with a cost. Needed for orders with freight.",
        when="Purchase orders in MobiWork charge freight.",
    )
    class_of_purchases: Tracking = setting(
        Tracking(),
        "Class for purchases",
        description="On the lines of purchase orders, bills, and expenses: by vendor or custom "
        "field; for expenses, also by category or user.",
        when="You report costs by class, such as line of business.",
    )
    location_of_purchases: Tracking = setting(
        Tracking(),
        "Location for purchases",
        description="On bills and expenses. QuickBooks purchase orders have no location.",
        when="You report costs by location, such as branch.",
    )
    purchase_order_custom_fields: CustomFields = setting(
        (),
        "Custom fields of purchase orders",
        when="Purchase orders should show up to three MobiWork fields.",
    )
    expense_statuses: tuple[str, ...] = setting(
        EXPENSE_WORDS.good,
        "Expense statuses to push",
        description=f"An expense is posted when it has one of them. {OF_NOTHING} {SPELLING}",
        when="Your company uses its own status for approved expenses.",
    )
    expense_account: str = setting(
        "",
        "Expense Integration Account",
        when="Always, if expenses are pushed: this is the account they are posted to.",
    )
    expense_account_of_category: Mapping[str, str] = setting(
        {},
        "Expense account by expense category",
        when="For example, fuel and tools belong in different expense accounts.",
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
        when="Expenses are paid in other ways than check, card, and cash, or with several cards.",
    )
    reimbursable_expenses: Reimbursable = setting(
        "ask",
        "Expenses to be reimbursed",
        description="Expenses by check or cash with a reimbursement date in MobiWork were paid by "
        "an employee. A bill from the employee as a vendor is paid with your other "
        "bills; otherwise an account holds what you owe.",
        when="Employees pay expenses themselves, or never do even though MobiWork shows a date.",
    )
    reimbursement_account: str = setting(
        "",
        "Account for reimbursements owed to employees",
        description="Must be of type Credit Card: QuickBooks accepts no other liability account as "
        "the payment account.",
        when="Expenses to be reimbursed are owed to the employee.",
    )
    employee_vendors: Mapping[str, str] = setting(
        {},
        "QuickBooks vendor by employee",
        description="The employee's name in MobiWork, and the ID of the QuickBooks vendor that "
        "represents the employee.",
        when="Expenses to be reimbursed become bills, or should name the employee as the payee.",
    )

    @field_validator("expense_statuses")
    @classmethod
    def _default_of_no_expense_status(
        cls, chosen: tuple[str, ...], about: ValidationInfo
    ) -> tuple[str, ...]:
        return chosen_or_default(cls, chosen, about)
