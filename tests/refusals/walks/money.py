"""How payments, credits, write-offs and refunds come to be refused, and how they are posted."""

from decimal import Decimal
from functools import partial
from typing import Any

from connector.mobiwork.xml import RawRecord
from connector.model.worklist.causes import Kind
from connector.model.worklist.fixes import FixKind
from tests.builders import a_customer, a_payment, an_invoice
from tests.refusals.walking import MASTERS, Fixing, Side, by_hand, company, refused
from tests.refusals.walks.posted import voided
from tests.unit.api.simulated import Simulated, remember

FLOWS = ("customer", "product", "invoice", "payment", "credit", "creditApplication")
INVOICE = an_invoice()
SECOND = an_invoice("5502", customerId="700002", customer={"companyName": "Ibis Roofing"})
TWO = (*MASTERS, a_customer("700002", companyName="Ibis Roofing"))
BY_HAND, OUT = Fixing(FixKind.DONE_BY_HAND), Fixing(FixKind.LEAVE_OUT)
CREDITS = {"credit_product": "307001", "write_off_product": "307001", "refund_product": "307001"}
CREDITS |= {"refund_account": "Checking"}


def money(**changes: Any) -> Side:
    """MobiWork has an invoice and one payment that is so."""
    return Side((INVOICE, a_payment(**changes)))


def parts(*shares: tuple[str, str]) -> dict[str, Any]:
    """Return for which invoices a payment is, and how much for each."""
    some = [{"invoiceId": one, "amount": amount} for one, amount in shares]
    return {"invoiceId": "null", "invoicePayments": {"invoicePayment": some}}


def of_kind(kind: str, **changes: Any) -> RawRecord:
    """Return what brings no money: a CREDIT, WRITE_OFF or REFUND."""
    return a_payment("905", paymentType=kind, paymentMethod="null", **changes)


WRONG: dict[str, dict[str, Any]] = {
    "of_nothing": {"invoiceId": "null", "customerId": "null"},
    "part_of_nothing": parts(("5501", "5.00"), ("null", "4.63")),
    "too_much": {"amount": "100000000000"},
    "parts_that_do_not_fit": parts(("5501", "12.00")),
}
for name, changes in WRONG.items():
    refused(f"payment_{name}", Kind.RECORD, money(**changes), money())

refused(
    "of_two_customers",
    Kind.RECORD,
    Side((INVOICE, SECOND, a_payment(amount="19.26", **parts(("5501", "9.63"), ("5502", "9.63"))))),
    Side((INVOICE, SECOND, a_payment())),
    masters=TWO,
)
ON_ACCOUNT = {"invoiceId": "null", "customerId": "700001"}
refused(
    "on_account",
    Kind.SETTING,
    money(**ON_ACCOUNT),
    fixing=Fixing(FixKind.CHOOSE, "true"),
)
refused(
    "in_closed_books",
    Kind.CLOSED,
    Side((INVOICE, a_payment()), there=lambda world: shut(world, "2025-11-30")),
    Side(company={"close_date": ""}),
)
refused(
    "unknown_method",
    Kind.SETTING,
    Side((INVOICE, a_payment()), chosen={"payment_methods": {"Check": "Nope"}}),
    Side(chosen={"payment_methods": {"Check": "Check"}}),
)
refused(
    "unknown_account",
    Kind.SETTING,
    Side((INVOICE, a_payment()), chosen={"deposit_account": "Nope"}),
    fixing=Fixing(FixKind.CHOOSE, "Checking"),
)


refused(
    "unknown_account_of_a_method",
    Kind.SETTING,
    Side((INVOICE, a_payment()), chosen={"deposit_accounts": {"Check": "Nope"}}),
    Side(chosen={"deposit_accounts": {"Check": "Checking"}}),
)


def shut(world: Simulated, day: str) -> None:
    world.find(*MASTERS, INVOICE)
    world.push("invoice")
    company(world, close_date=day)


def posted(world: Simulated, *records: RawRecord) -> None:
    """Have MobiWork list an invoice, and what else is given, and post that."""
    world.find(*MASTERS, INVOICE, *records)
    world.push("invoice", "payment", "credit")


def gone(world: Simulated, *, how: str) -> None:
    """Let somebody take the invoice out of QuickBooks, which nobody has told yet."""
    posted(world)
    (invoice,) = world.quickbooks.records["Invoice"]
    world.quickbooks.books.act(how, entity="Invoice", id=invoice["Id"])


for how in ("void", "delete"):
    refused(
        f"invoice_gone_by_{how}",
        Kind.DOCUMENT_GONE,
        Side((INVOICE, a_payment()), there=partial(gone, how=how)),
        fixing=BY_HAND,
    )


def paid_by_hand(world: Simulated, amount: str = "9.63", **more: Any) -> None:
    """Let somebody enter a payment of the invoice in QuickBooks."""
    posted(world)
    linked = [{"TxnType": "Invoice", "TxnId": world.link("invoice", "5501")}]
    customer = {"value": world.link("customer", "700001")}
    line = {"Amount": Decimal(amount), "LinkedTxn": linked}
    told = {"TotalAmt": line["Amount"], "Line": [line], "CustomerRef": customer}
    by_hand(world, "Payment", TxnDate="2025-11-10", **told, **more)


refused(
    "paid_there_already",
    Kind.SAME,
    Side((INVOICE, a_payment()), there=paid_by_hand),
    fixing=Fixing(FixKind.LINK),
)

for kind, product in (("CREDIT", "credit"), ("WRITE_OFF", "write_off"), ("REFUND", "refund")):
    refused(
        f"no_product_for_{product}",
        Kind.SETTING,
        Side(
            (INVOICE, of_kind(kind)),
            chosen={**CREDITS, f"{product}_product": ""},
        ),
        fixing=Fixing(FixKind.CHOOSE, "307001"),
        flows=FLOWS,
    )
refused(
    "refund_beyond_its_payment",
    Kind.RECORD,
    Side(
        (INVOICE, a_payment(), of_kind("REFUND", refundedPaymentId="901", amount="12.00")),
        chosen=CREDITS,
    ),
    Side((INVOICE, a_payment(), of_kind("REFUND", refundedPaymentId="901", amount="9.63"))),
    flows=FLOWS,
)
refused(
    "refund_of_what_is_in_part_a_credit",
    Kind.RECORD,
    Side(
        (
            INVOICE,
            a_payment(amount="12.00"),
            of_kind("REFUND", refundedPaymentId="901", amount="4.00"),
        ),
        chosen={**CREDITS, "payments_on_account": True},
    ),
    fixing=BY_HAND,
    flows=FLOWS,
)
for kind in ("REFUND", "WRITE_OFF"):
    refused(
        f"{kind.lower()}_beyond_its_invoice",
        Kind.RECORD,
        Side((INVOICE, of_kind(kind, amount="12.00")), chosen=CREDITS),
        Side((INVOICE, of_kind(kind, amount="9.63"))),
        flows=FLOWS,
    )


def voided_there(world: Simulated, *records: RawRecord) -> None:
    posted(world, *records)
    voided(world, "Invoice")


refused(
    "refund_of_no_sale",
    Kind.RECORD,
    Side((INVOICE, of_kind("REFUND")), there=voided_there, chosen=CREDITS),
    fixing=BY_HAND,
    flows=FLOWS,
)
refused(
    "credit_of_what_is_gone",
    Kind.DOCUMENT_GONE,
    Side((INVOICE, of_kind("CREDIT")), there=voided_there, chosen=CREDITS),
    fixing=BY_HAND,
    flows=FLOWS,
)
PAID_BACK = of_kind("REFUND", refundedPaymentId="901", amount="4.00", **ON_ACCOUNT)
refused(
    "refund_from_a_card",
    Kind.RECORD,
    Side(
        (INVOICE, a_payment(**ON_ACCOUNT), PAID_BACK),
        chosen={**CREDITS, "refund_account": "Undeposited Funds", "payments_on_account": True},
    ),
    Side(chosen={"refund_account": "Checking"}),
    flows=FLOWS,
)


def two_receivables(world: Simulated) -> None:
    receivable = {"AccountType": "Accounts Receivable", "AccountSubType": "AccountsReceivable"}
    by_hand(world, "Account", Name="Other receivables", **receivable)
    remember(world.quickbooks, world.store)


refused(
    "refund_on_which_receivable",
    Kind.RECORD,
    Side(
        (INVOICE, a_payment(**ON_ACCOUNT), PAID_BACK),
        chosen={**CREDITS, "payments_on_account": True},
        there=two_receivables,
    ),
    fixing=BY_HAND,
    flows=FLOWS,
)
