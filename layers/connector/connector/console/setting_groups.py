"""Settings of a theme in groups: what belongs together stands together under a heading."""

from collections.abc import Iterator, Mapping, Sequence

from connector.console.forms import FormField

GROUPS: Mapping[str, Mapping[str, Sequence[str]]] = {
    "posting": {
        "Start date": ("start_date", "start_dates", "time_zone"),
        "What to leave out": (
            "left_out_statuses",
            "excluded_customers",
            "excluded_categories",
            "flows_off",
        ),
        "Approvals and timing": (
            "approve_before_post",
            "minutes_between_looks",
            "idle_minutes_between_looks",
            "alarm_after_days",
        ),
    },
    "product": {
        "Accounts": (
            "income_account",
            "cost_of_goods_account",
            "asset_account",
            "income_account_of_category",
            "cost_account_of_category",
        ),
        "Stock": (
            "handle_inventory",
            "inventory_start_date",
            "products_as_services",
            "non_inventory_products",
        ),
    },
    "customer": {
        "Which ones, and under what name": (
            "display_name_format",
            "push_prospects",
            "push_sub_customers",
            "sub_customers_as",
        ),
        "Tax": ("exemption_reason",),
    },
    "sales": {
        "Which documents": (
            "invoice_statuses",
            "quote_statuses",
            "sales_order_statuses",
            "open_sales_orders",
            "orders_among_invoices",
            "repush_invoices",
        ),
        "Numbers and dates": (
            "sales_numbers",
            "sales_number_prefix",
            "use_approved_date",
            "send_service_dates",
        ),
        "Tax and totals": ("send_tax", "sales_tax_code", "on_other_total"),
        "Products that stand for amounts": (
            "shipping_product",
            "markup_product",
            "rounding_product",
        ),
        "Online payment": ("online_card_payment", "online_bank_payment"),
        "Class and location": ("class_of_sales", "location_of_sales"),
        "Additional information on documents": (
            "invoice_custom_fields",
            "quote_custom_fields",
            "sales_order_custom_fields",
            "comments_as_message",
        ),
    },
    "payment": {
        "Which payments": (
            "payment_statuses",
            "payments_on_account",
            "payments_without_money",
            "show_payments",
            "invoice_balances",
        ),
        "Methods and accounts": (
            "payment_methods",
            "missing_payment_methods",
            "deposit_account",
            "deposit_accounts",
        ),
        "Credits, write-offs and refunds": (
            "credit_product",
            "write_off_product",
            "refund_product",
            "refund_account",
        ),
    },
    "purchase": {
        "Purchase orders and bills": (
            "purchase_order_statuses",
            "receipt_statuses",
            "accounts_payable",
            "freight_product",
            "purchase_order_custom_fields",
        ),
        "Expenses": (
            "expense_statuses",
            "expense_account",
            "expense_account_of_category",
            "expense_check_account",
            "expense_credit_card_account",
            "expense_cash_account",
            "expense_payments",
        ),
        "Expenses paid by employees": (
            "reimbursable_expenses",
            "reimbursement_account",
            "employee_vendors",
        ),
        "Class and location": ("class_of_purchases", "location_of_purchases"),
    },
    "both-sides": {
        "When the two sides disagree": ("on_conflict",),
        "Digest": ("digest", "digest_hour", "digest_to"),
        "MobiWork API": ("external_id_format", "capabilities"),
    },
}
"""The settings of each theme by heading, in their order; a test holds that each is in one."""


def grouped(theme: str, fields: Sequence[FormField]) -> Iterator[tuple[str, list[FormField]]]:
    """Yield the fields of a theme, heading by heading."""
    known = {one.name: one for one in fields}
    for heading, names in GROUPS[theme].items():
        yield heading, [known[name] for name in names]
