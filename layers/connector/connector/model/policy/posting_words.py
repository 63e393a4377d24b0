"""The words by which records are posted, wait or are left out, as data, for each kind of record.

Good are those that MobiWork documents as final (references 3.6 to 3.10 and product paper b.3 to
b.8), and other words for the same; `postable` compares them.
"""

from dataclasses import dataclass
from typing import Final, Literal

type KindName = Literal[
    "invoice", "payment", "expense", "quote", "sales order", "purchase order", "receipt"
]


UNDO: Final = "void or delete it there if it should not count"
PARTLY: Final = ("inpart", "partial", "partly")
"""Beside a bad word it says that the rest of a record counts, so that a person must decide."""


@dataclass(frozen=True)
class KindWords:
    """The words of one kind of record, for one of its texts.

    name: what a person calls the record; word: what its text is called.
    setting: the setting that says which texts are posted.
    good: posted where the company chose nothing; they are matched whole.
    documented: posted whatever the company chose, because MobiWork says what they mean.
    early: not finished yet; they are matched whole, beside `EARLY` anywhere inside.
    bad: does not count; they are matched whole, beside `BAD` anywhere inside.
    meant: why a record that is not finished waits, as the end of a sentence.
    dropped: why a bad one is never posted, as the end of a sentence.
    unless: words that make an early one mean nothing: "Awaiting payment" is said of an invoice
        that is finished.
    in_part: words that make a bad one mean nothing: what was partly refunded counts in part.
    undo: what a person does with a bad one that is in QuickBooks, as the end of a sentence.
    """

    name: KindName
    setting: str
    good: tuple[str, ...] = ()
    documented: tuple[str, ...] = ()
    early: tuple[str, ...] = ()
    bad: tuple[str, ...] = ()
    word: str = "status"
    meant: str = "it is not finished yet"
    dropped: str = "it does not count"
    unless: tuple[str, ...] = ()
    in_part: tuple[str, ...] = PARTLY
    undo: str = UNDO


OR_CREDITED: Final = (
    f"{UNDO}, but keep it where QuickBooks has a refund or credit of it, which takes it off already"
)

EARLY: Final = (
    "authonly",
    "authoris",
    "authoriz",
    "await",
    "draft",
    "hold",
    "incomplete",
    "initiated",
    "inprocess",
    "inprogress",
    "inreview",
    "needs",
    "not",
    "onhold",
    "pending",
    "postdated",
    "preauth",
    "processing",
    "proforma",
    "requested",
    "schedul",
    "unapprov",
    "uncaptured",
    "unclear",
    "unconfirm",
    "underreview",
    "unsent",
    "unsettled",
    "unsubmit",
    "unverif",
    "waiting",
)
"""Says, anywhere inside a text, that a record is not finished."""

BAD: Final = (
    "abandon",
    "accountclosed",
    "annul",
    "baddebt",
    "bounce",
    "cancel",
    "chargeback",
    "chargedback",
    "clawback",
    "closedaccount",
    "credited",
    "declin",
    "delete",
    "denied",
    "disapprov",
    "dishonor",
    "dishonour",
    "error",
    "expired",
    "fail",
    "fraud",
    "insufficient",
    "nonsufficient",
    "notsufficient",
    "nsf",
    "nullif",
    "refund",
    "refus",
    "reject",
    "return",
    "revers",
    "revoke",
    "stoppayment",
    "stoppedpayment",
    "uncollect",
    "unsuccess",
    "void",
    "withdrawn",
    "writeoff",
    "writtenoff",
    "wroteoff",
)
"""Says, anywhere inside a text, that a record does not count, or not any more."""

NEVER_CASH: Final = (
    "baddebt",
    "bounce",
    "chargeback",
    "creditmemo",
    "declin",
    "discount",
    "dishonor",
    "dishonour",
    "fail",
    "giftcard",
    "giftcert",
    "giftcertificate",
    "insufficient",
    "nonsufficient",
    "nsf",
    "refund",
    "reject",
    "return",
    "revers",
    "stoppayment",
    "storecredit",
    "void",
    "voucher",
    "warrant",
    "writeoff",
    "writtenoff",
    "wroteoff",
)
"""Says, anywhere inside the type or method of a payment, that no money came in, whatever else."""

NO_CASH: Final = (
    *NEVER_CASH,
    "adjust",
    "allowance",
    "baddebt",
    "barter",
    "billlater",
    "certificate",
    "chargeback",
    "chargedback",
    "comped",
    "complimentary",
    "concession",
    "contra",
    "coupon",
    "courtesy",
    "credit",
    "discount",
    "donat",
    "exchange",
    "forgiv",
    "free",
    "giftcard",
    "giftcert",
    "goodwill",
    "gratis",
    "houseaccount",
    "inkind",
    "loyalty",
    "nocharge",
    "noncash",
    "offset",
    "onaccount",
    "paylater",
    "points",
    "probono",
    "promise",
    "promo",
    "rebate",
    "refund",
    "retainage",
    "revers",
    "reward",
    "rewards",
    "rounding",
    "smallbalance",
    "tradein",
    "void",
    "voucher",
    "waive",
    "warrant",
    "writeoff",
    "writtenoff",
    "wroteoff",
)
"""Says so as well, unless the company chose it as a way to pay ("Credit" for credit cards)."""

NO_CASH_WHOLE: Final = ("Comp", "CM", "GC", "Gift", "IOU", "N/C", "Net", "Trade", "WO")
"""Says so, too, where it is the whole text."""

HARMLESS: Final = (
    "achcredit",
    "another",
    "avoid",
    "bankcredit",
    "contract",
    "creditcard",
    "creditdebit",
    "creditline",
    "creditordebit",
    "credittransfer",
    "creditunion",
    "directcredit",
    "household",
    "lineofcredit",
    "notice",
    "notif",
    "refundable",
    "shareholder",
    "threshold",
    "transfer",
)
"""Holds a bad word by accident: a transfer is no NSF, and a credit card no credit."""

ARRIVED = (
    "Received",
    "Fully received",
    "Completely received",
    "Shipment received",
    "Shipment arrived",
)
PARTLY_ARRIVED = ("Partially received", "Partly received", "Partial received", "Received partially")
MONEY_KINDS = (
    "AutoPay",
    "Batch payment",
    "Card payment",
    "Deposit",
    "Down payment",
    "Final payment",
    "Full payment",
    "Invoice payment",
    "Online payment",
    "Partial payment",
    "Payment",
    "Prepayment",
    "Recurring payment",
    "Split payment",
)
CARDS = ("Visa", "MasterCard", "American Express", "Amex", "Discover")
NUMBERED = ("Card", "Check", "Cheque", "Chk", "Credit card", "Debit card", "E-check", *CARDS)
"""Methods that come with a number of their own."""
TRANSFERS = (
    "Apple Pay",
    "Bank transfer",
    "Cash App",
    "Cashier's check",
    "EFT",
    "Google Pay",
    "Money order",
    "Wire",
    "Wire transfer",
    "Zelle",
)
"""What MobiWork does not document and is a way to move money, whoever says it."""
CASH = ("ACH", "Cash", *NUMBERED, "PayPal", "Venmo", *TRANSFERS)
OPEN_ORDERS = ("Waiting for stock", "Waiting for delivery", "Order waiting to be delivered")
CHECKED_OUT = ("Checkout submitted", "Checked out", "Completed", "Order delivered")

INVOICE_WORDS = KindWords(
    "invoice",
    "invoice_statuses",
    ("Customer Invoiced", "Paid", "Paid in full", "Fully paid"),
    early=("Open", "New", "Created", "Estimate", "Quote"),
    meant="its lines can still change",
    unless=("paid", "payment"),
    undo=OR_CREDITED,
)
PAYMENT_WORDS = KindWords(
    "payment",
    "payment_statuses",
    ("Created", "Successful", "Success", "Succeeded"),
    early=("Open", "New", "Submitted", "Unpaid"),
    bad=("Dispute", "Disputed", "In dispute", "Dispute lost", "Lost check"),
    meant="no money has been received yet",
    dropped="no money was received, or it was returned",
)
EXPENSE_WORDS = KindWords(
    "expense",
    "expense_statuses",
    ("Approved",),
    early=("Open", "New", "Created", "Submitted"),
    meant="it is not approved yet",
    dropped="the company does not pay it",
    unless=("reimburs",),
)
QUOTE_WORDS = KindWords(
    "quote",
    "quote_statuses",
    ("Sent", "Viewed", "Approved", "Accepted", "Won", "Invoiced", "Converted"),
    early=("Open", "New", "Created"),
    bad=("Lost",),
    meant="the customer has not received it yet",
    dropped="it was lost or canceled",
    unless=("approv", "customer", "response", "decision", "accept", "sign"),
)
SALES_ORDER_WORDS = KindWords(
    "sales order",
    "sales_order_statuses",
    documented=(*OPEN_ORDERS, *CHECKED_OUT),
    early=("Open shopping cart", "Open", "New"),
    bad=("Thirdparty communication failed",),
    meant="it is not an order yet",
    dropped="it was lost or canceled",
    undo=OR_CREDITED,
)
PURCHASE_ORDER_WORDS = KindWords(
    "purchase order",
    "purchase_order_statuses",
    ("Sent", "Ordered", *ARRIVED, *PARTLY_ARRIVED),
    early=("New", "Submitted"),
    meant="it has not been ordered yet",
    dropped="the order is no longer active",
    unless=("arriv", "deliver", "receipt", "receiv", "ship", "stock"),
)
RECEIPT_WORDS = KindWords(
    "receipt",
    "receipt_statuses",
    (*ARRIVED, *PARTLY_ARRIVED),
    early=("Open", "New", "Sent", "Ordered"),
    meant="a bill is posted when it is received, in whole or in part",
    dropped="the order is no longer active",
    in_part=(*PARTLY, "arriv", "receiv"),
)
