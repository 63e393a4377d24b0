"""What is compared: kinds of documents, the sales tax on them, and what they leave open."""

from collections.abc import Mapping
from enum import StrEnum


class BooksKind(StrEnum):
    """What is added up and compared. The last two are not documents of their own."""

    INVOICES = "invoices"
    SALES_RECEIPTS = "sales receipts"
    PAYMENTS = "payments"
    CREDITS = "credits"
    REFUNDS = "refunds"
    EXPENSES = "expenses"
    BILLS = "bills"
    VENDOR_CREDITS = "vendor credits"
    SALES_TAX = "sales tax"
    OPEN_BALANCES = "open balances"


OF_LINK: Mapping[str, BooksKind] = {
    "invoice": BooksKind.INVOICES,
    "salesOrder": BooksKind.INVOICES,
    "payment": BooksKind.PAYMENTS,
    "credit": BooksKind.CREDITS,
    "refund": BooksKind.REFUNDS,
    "payout": BooksKind.REFUNDS,
    "expense": BooksKind.EXPENSES,
    "bill": BooksKind.BILLS,
}
"""What a document of MobiWork counts as, by the name that its link goes by."""

OF_TARGET: Mapping[str, BooksKind] = {
    "Invoice": BooksKind.INVOICES,
    "SalesReceipt": BooksKind.SALES_RECEIPTS,
    "Payment": BooksKind.PAYMENTS,
    "CreditMemo": BooksKind.CREDITS,
    "RefundReceipt": BooksKind.REFUNDS,
    "Purchase": BooksKind.EXPENSES,
    "Bill": BooksKind.BILLS,
    "VendorCredit": BooksKind.VENDOR_CREDITS,
}
"""What a document of QuickBooks counts as that is linked to nothing."""

OPENS: Mapping[str, int] = {
    "invoice": 1,
    "salesOrder": 1,
    "payment": -1,
    "credit": -1,
    "payout": 1,
    "Invoice": 1,
    "Payment": -1,
    "CreditMemo": -1,
}
"""Which way a document moves what its customer owes: by link, else by QuickBooks' entity."""

TAXED: Mapping[BooksKind, int] = {
    BooksKind.INVOICES: 1,
    BooksKind.SALES_RECEIPTS: 1,
    BooksKind.CREDITS: -1,
    BooksKind.REFUNDS: -1,
}
"""Which way the sales tax of a kind counts."""
