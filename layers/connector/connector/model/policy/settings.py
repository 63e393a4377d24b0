"""What a bookkeeper chooses per connection; pulling needs none of it.

Accounts, payment methods and the like are given by QuickBooks id or by exact, case-sensitive name.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Self

from pydantic import (
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)

from connector.model.policy.choices import (
    Choice,
    CustomFields,
    DisplayNameFormat,
    ExemptionReason,
    ExpensePayment,
    MissingMethods,
    NoMoney,
    OnConflict,
    Reimbursable,
    SubCustomersAs,
    Tracking,
)
from connector.model.policy.posting_words import (
    EXPENSE,
    INVOICE,
    PAYMENT,
    PURCHASE_ORDER,
    QUOTE,
    RECEIPT,
    KindName,
)
from connector.model.totals import OnOtherTotal

OF_NOTHING = "Empty means the default."
SPELLING = "Case, spaces and punctuation are ignored; `none` stands for records without a status."


class Settings(Choice):
    """The settings of one connection."""

    income_account: str = Field(default="", title="Income Account")
    cost_of_goods_account: str = Field(default="", title="Cost of Goods Expense Account")
    asset_account: str = Field(default="", title="Other Current Asset Account")
    accounts_payable: str = Field(default="", title="Accounts Payable Name")
    expense_check_account: str = Field(default="", title="Expense Check Payment Type Account")
    expense_credit_card_account: str = Field(
        default="", title="Expense Credit Card Payment Type Account"
    )
    expense_cash_account: str = Field(default="", title="Expense Cash Payment Type Account")
    expense_account: str = Field(default="", title="Expense Integration Account")

    income_account_of_category: Mapping[str, str] = Field(
        default={}, title="Income account by product category"
    )
    cost_account_of_category: Mapping[str, str] = Field(
        default={}, title="Cost account by product category"
    )
    expense_account_of_category: Mapping[str, str] = Field(
        default={}, title="Expense account by expense category"
    )

    display_name_format: DisplayNameFormat = Field(
        default="company else person", title="Display Name format"
    )
    push_prospects: bool = Field(default=False, title="Push prospects too")
    push_sub_customers: bool = Field(
        default=False,
        title="Push sub-customers",
        description="Each becomes a sub-customer of its parent; who is billed follows MobiWork.",
    )

    handle_inventory: bool = Field(
        default=False,
        title="Handle Inventory",
        description="Parts are created as inventory items; their opening quantity is set once.",
    )
    inventory_start_date: date | None = Field(
        default=None,
        title="Inventory start date",
        description="On or before the first document with a part; after the closing date.",
    )
    products_as_services: bool = Field(
        default=False, title="Send products to QuickBooks Online as service items"
    )
    non_inventory_products: frozenset[str] = Field(
        default=frozenset(),
        title="Parts that are not inventory",
        description="MobiWork ids of parts that become non-inventory items.",
    )

    time_zone: str = Field(
        default="",
        title="Time zone of the company",
        description="For example America/New_York; leave empty to use the one in QuickBooks. It "
        "decides the date of documents that have none, and which documents are future-dated.",
    )
    use_approved_date: bool = Field(
        default=False, title="Use Approved Date instead of Estimate Date"
    )
    invoice_statuses: tuple[str, ...] = Field(
        default=INVOICE.good,
        title="Invoice statuses to push",
        description=f"An invoice is posted when it has one of them. {OF_NOTHING} {SPELLING}",
    )
    quote_statuses: tuple[str, ...] = Field(
        default=QUOTE.good,
        title="Quote statuses to push",
        description=f"A quote becomes an estimate when it has one of them. {SPELLING}",
    )
    sales_order_statuses: tuple[str, ...] = Field(
        default=(),
        title="Additional sales order statuses that mean checked out",
        description=f"In addition to MobiWork's own, which are always recognized. {SPELLING}",
    )
    purchase_order_statuses: tuple[str, ...] = Field(
        default=PURCHASE_ORDER.good,
        title="Purchase order statuses to push",
        description=f"A purchase order is pushed when it has one of them. {SPELLING}",
    )
    receipt_statuses: tuple[str, ...] = Field(
        default=RECEIPT.good,
        title="Purchase order statuses that mean received",
        description=f"What has arrived is billed when its order has one of them. {SPELLING}",
    )
    left_out_statuses: Mapping[KindName, tuple[str, ...]] = Field(
        default={},
        title="Statuses to leave out",
        description="By kind of record: records with these statuses are left out without asking.",
    )
    repush_invoices: bool = Field(
        default=False,
        title="Push a changed invoice again",
        description="Possible until the invoice has a payment, a deposit or a closed period.",
    )
    send_tax: bool = Field(
        default=True,
        title="Send MobiWork's sales tax",
        description="Ask QuickBooks to use MobiWork's sales tax instead of calculating its own.",
    )
    online_card_payment: bool = Field(default=False, title="Allow online card payment")
    online_bank_payment: bool = Field(default=False, title="Allow online bank payment")
    open_sales_orders: bool = Field(default=True, title="Push open sales orders as estimates")
    shipping_product: str = Field(
        default="",
        title="Product used for shipping",
        description="MobiWork id of a service; needed by documents with shipping.",
    )
    markup_product: str = Field(
        default="",
        title="Product used for markups after tax",
        description="MobiWork id of a service; needed by documents with a markup after tax.",
    )
    on_other_total: OnOtherTotal = Field(
        default="stop and ask",
        title="When QuickBooks calculates a different total",
        description="Once three documents of a kind differ for the same reason, the rest wait; or "
        "a rounding line absorbs the cents; or all are posted and each difference goes on the "
        "worklist.",
    )
    rounding_product: str = Field(
        default="",
        title="Product used for rounding",
        description="MobiWork id of a service; needed to add a rounding line.",
    )
    sales_tax_code: str = Field(
        default="",
        title="Sales tax code",
        description="Only where sales tax is set up by hand in QuickBooks, with several rates.",
    )

    exemption_reason: ExemptionReason = Field(
        default="",
        title="Exemption reason for tax-exempt customers",
        description="QuickBooks saves a customer as tax-exempt only with a reason; sales to it "
        "are not taxed either way.",
    )

    payments_on_account: bool = Field(
        default=False,
        title="Push payments on account",
        description="A payment that is not applied to an invoice becomes a credit on the "
        "customer's account.",
    )
    payment_methods: Mapping[str, str] = Field(
        default={}, title="Payment method by MobiWork payment type"
    )
    missing_payment_methods: MissingMethods = Field(
        default="post without",
        title="Payments whose method is missing in QuickBooks",
        description="Post without: posted with no method, and the report names it. Ask: held back "
        "until the method is in QuickBooks or chosen here.",
    )
    deposit_account: str = Field(
        default="",
        title="Deposit account",
        description="For payments whose type has no account of its own; leave empty to use "
        "QuickBooks' default, Undeposited Funds.",
    )
    deposit_accounts: Mapping[str, str] = Field(
        default={}, title="Deposit account by MobiWork payment type"
    )
    expense_payments: Mapping[str, ExpensePayment] = Field(
        default={}, title="Expense payment by MobiWork payment type"
    )

    payment_statuses: tuple[str, ...] = Field(
        default=PAYMENT.good,
        title="Payment statuses to push",
        description=f"A payment is money received when it has one of them. {SPELLING}",
    )
    payments_without_money: Mapping[str, NoMoney] = Field(
        default={},
        title="Payments that are not money received",
        description="By MobiWork payment type or method, such as Write-off: how they are handled.",
    )
    credit_product: str = Field(
        default="",
        title="Product used for credits",
        description="MobiWork id of a service; each credit becomes a credit memo applied to its "
        "invoice. If empty, each goes on the worklist.",
    )
    write_off_product: str = Field(
        default="",
        title="Product used for write-offs",
        description="MobiWork id of a service that posts to bad debt in QuickBooks; as for "
        "credits.",
    )
    refund_product: str = Field(
        default="",
        title="Product used for refunds",
        description="MobiWork id of a service; each refund becomes a refund receipt. If empty, "
        "each goes on the worklist.",
    )
    refund_account: str = Field(default="", title="Account refunds are paid from")
    reimbursable_expenses: Reimbursable = Field(
        default="ask",
        title="Expenses to be reimbursed",
        description="By check or cash, with a reimbursement date in MobiWork: paid by an employee.",
    )
    reimbursement_account: str = Field(
        default="", title="Account for reimbursements owed to employees"
    )

    expense_statuses: tuple[str, ...] = Field(
        default=EXPENSE.good,
        title="Expense statuses to push",
        description=f"An expense is posted when it has one of them. {OF_NOTHING} {SPELLING}",
    )

    class_of_sales: Tracking = Field(
        default=Tracking(),
        title="Class for sales",
        description="On the document or on its lines, as class tracking is set up in QuickBooks.",
    )
    location_of_sales: Tracking = Field(default=Tracking(), title="Location for sales")
    send_service_dates: bool = Field(
        default=False,
        title="Send the service date",
        description="On each line, if QuickBooks shows it.",
    )
    invoice_custom_fields: CustomFields = Field(default=(), title="Custom fields of invoices")
    quote_custom_fields: CustomFields = Field(default=(), title="Custom fields of quotes")
    sales_order_custom_fields: CustomFields = Field(
        default=(), title="Custom fields of sales orders"
    )
    purchase_order_custom_fields: CustomFields = Field(
        default=(), title="Custom fields of purchase orders"
    )

    comments_as_message: bool = Field(
        default=False,
        title="Show MobiWork's comments to customers and vendors",
        description="As the message on invoices, estimates and purchase orders. When off, "
        "comments stay in MobiWork.",
    )
    on_conflict: OnConflict = Field(
        default="ask",
        title="When both sides changed the same field",
        description="Ask: both values go on the worklist, and neither side is changed.",
    )
    sub_customers_as: SubCustomersAs = Field(
        default="sub-customer",
        title="What QuickBooks' sub-customers become in MobiWork",
        description="Deeper levels go directly under the top customer. Those already in MobiWork "
        "keep the form they have there.",
    )
    show_payments: bool = Field(
        default=False,
        title="Show payments made in QuickBooks in MobiWork",
        description="Only payments of invoices that came from MobiWork; none is ever deleted.",
    )
    external_id_format: str = Field(
        default="{id},QBO",
        pattern=r"^([^{}]+\{id\}[^{}]*|[^{}]*\{id\}[^{}]+)$",
        title="External ID format",
        description="How a MobiWork record refers to its QuickBooks record; {id} is its id there.",
    )

    capabilities: frozenset[str] = Field(
        default=frozenset(),
        title="Undocumented MobiWork calls to use",
        description="For example vendor.list; test them with the probe before you add them here.",
    )

    @field_validator("invoice_statuses", "expense_statuses")
    @classmethod
    def _default_of_nothing(cls, chosen: tuple[str, ...], about: ValidationInfo) -> tuple[str, ...]:
        """Take an empty choice for none: before statuses were judged, it was saved for "all"."""
        default: tuple[str, ...] = cls.model_fields[str(about.field_name)].default
        return chosen or default

    @model_validator(mode="after")
    def _either_inventory_or_services(self) -> Self:
        if self.handle_inventory and self.products_as_services:
            raise ValueError(
                f'"{title("handle_inventory")}" and "{title("products_as_services")}" cannot both '
                "be on: an inventory item counts stock, a service item cannot. Switch one off."
            )
        return self


@dataclass(frozen=True)
class SavedSettings:
    """Settings and which save they are from.

    version: the number of the save, from 1; 0 for the defaults of a connection without settings.
    saved_at: when, ISO 8601.
    saved_by: who, as AWS names a caller, or the part of the connector.
    """

    settings: Settings
    version: int = 0
    saved_at: str | None = None
    saved_by: str | None = None


def title(setting: str) -> str:
    """Return the words a person knows a setting by."""
    return Settings.model_fields[setting].title or setting
