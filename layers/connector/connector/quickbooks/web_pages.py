"""Where QuickBooks shows a record to a person, in the browser."""

PAGES = {
    "Bill": "bill?txnId=",
    "CreditMemo": "creditmemo?txnId=",
    "Customer": "customerdetail?nameId=",
    "Estimate": "estimate?txnId=",
    "Invoice": "invoice?txnId=",
    "Payment": "recvpayment?txnId=",
    "Purchase": "expense?txnId=",
    "PurchaseOrder": "purchaseorder?txnId=",
    "RefundReceipt": "refundreceipt?txnId=",
    "Vendor": "vendordetail?nameId=",
}
"""The page of each kind of record that has one of its own, up to its id."""
PRODUCTION, SANDBOX = "https://app.qbo.intuit.com/app/", "https://app.sandbox.qbo.intuit.com/app/"


def page_of(entity: str, quickbooks_id: str, *, sandbox: bool) -> str | None:
    """Return the address of the page of a record; None where QuickBooks has none for its kind."""
    page = PAGES.get(entity)
    return f"{SANDBOX if sandbox else PRODUCTION}{page}{quickbooks_id}" if page else None
