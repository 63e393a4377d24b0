"""What a person does with payments: refunds, credits, write-offs, bounced checks, corrections."""

from decimal import Decimal

from simulators.mobiwork import people
from simulators.mobiwork.account import Account
from simulators.mobiwork.billing import amount, cents
from simulators.mobiwork.families import bill_to
from simulators.mobiwork.model import Node, Record
from simulators.mobiwork.person.asked import Given, day, found, money, rest, text
from simulators.mobiwork.settling import shares

WAYS_TO_SHOW_A_REFUND = ("record", "negative", "status")


def refund_payment(account: Account, given: Given) -> Record:
    """Give back a payment, or `amount` of it; how the API shows that is not published.

    `shown_as`: `record` = a payment of the type REFUND; `negative` = a payment below zero;
    `status` = nothing but the status of the payment, REFUNDED or PARTIALLY_REFUNDED.

    Raises:
        ValueError: So much is not left of the payment.
    """
    payment, way = found(account, given, "payment"), text(given, "shown_as", "record")
    if way not in WAYS_TO_SHOW_A_REFUND:
        raise ValueError(f"shown_as must be one of {', '.join(WAYS_TO_SHOW_A_REFUND)}")
    left = amount(payment.get("amount")) - _refunded(account, payment)
    wanted = money(given, "amount", left)
    if wanted > left:
        raise ValueError(f"{left} is left of payment {payment['paymentId']}")
    if way == "status":
        return _mark_refunded(account, payment, wanted)
    sign = -1 if way == "negative" else 1
    refund: Record = {
        **_to_whom(payment, wanted, sign),
        "amount": cents(sign * wanted),
        "paymentType": "PAYMENT" if way == "negative" else "REFUND",
        "paymentMethod": payment.get("paymentMethod"),
        "paymentDate": day(account, given, "paymentDate")[:10],
        "refundedPaymentId": payment["paymentId"],
        **rest(given, "id", "amount", "shown_as", "paymentDate"),
    }
    return people.add(account, "payment", refund)


def _refunded(account: Account, payment: Record) -> Decimal:
    """What was given back of a payment so far."""
    refunds = account.store.where("payment", "refundedPaymentId", str(payment["paymentId"]))
    total = sum((abs(amount(one.get("amount"))) for one in refunds), Decimal(0))
    return total + amount(payment.get("refundedAmount"))


def _mark_refunded(account: Account, payment: Record, wanted: Decimal) -> Record:
    total = _refunded(account, payment) + wanted
    whole = total == amount(payment.get("amount"))
    if not whole and payment.get("invoicePayments"):
        raise ValueError("a payment of several invoices is refunded as a whole, or by a record")
    changes: Record = {
        "status": "REFUNDED" if whole else "PARTIALLY_REFUNDED",
        "refundedAmount": cents(total),
    }
    return people.edit(account, "payment", str(payment["paymentId"]), changes)


def _to_whom(payment: Record, wanted: Decimal, sign: int) -> Record:
    """What a refund refers to: the invoice, several of them in their order, or the customer."""
    if not payment.get("invoicePayments"):
        return {name: payment.get(name) for name in ("invoiceId", "customerId")}
    parts: list[Node] = []
    for invoice_id, share in shares(payment):
        part = min(share, wanted)
        wanted -= part
        if part > 0:
            parts.append({"invoiceId": invoice_id, "amount": cents(sign * part)})
    return {"customerId": payment.get("customerId"), "invoicePayments": parts}


def credit_invoice(account: Account, given: Given) -> Record:
    """Credit `amount` to an invoice: a payment of the type CREDIT.

    `paymentType` and `paymentMethod` may be given, as accounts differ: PAYMENT by `Store Credit`.
    """
    found(account, given, "invoice", "invoiceId")
    return _no_cash(account, given, "CREDIT", money(given, "amount"))


def write_off(account: Account, given: Given) -> Record:
    """Write off what is left of an invoice, or `amount`: a payment of the type WRITE_OFF."""
    invoice = found(account, given, "invoice", "invoiceId")
    wanted = money(given, "amount", amount(invoice.get("balance")))
    return _no_cash(account, given, "WRITE_OFF", wanted)


def _no_cash(account: Account, given: Given, kind: str, wanted: Decimal) -> Record:
    entered: Record = {
        "paymentType": kind,
        "paymentDate": day(account, given, "paymentDate")[:10],
        **rest(given, "paymentDate"),
        "amount": cents(wanted),
    }
    return people.add(account, "payment", entered)


def bounce_payment(account: Account, given: Given) -> Record:
    """Let a check bounce. The help's advice is to delete the payment, and to enter it again.

    With `status` it stays and gets that status, such as NSF; with `again` the same payment is
    entered anew, under a number of its own.
    """
    payment = found(account, given, "payment")
    number = str(payment["paymentId"])
    if status := given.get("status"):
        bounced = people.edit(account, "payment", number, {"status": str(status)})
    else:
        people.delete(account, "payment", number)
        bounced = payment
    if not given.get("again"):
        return bounced
    day_again = day(account, given, "paymentDate")[:10]
    new = {"status": "CREATED", "externalId": None, "createdDate": None, "paymentDate": day_again}
    kept = {name: value for name, value in payment.items() if name != "paymentId"}
    return people.add(account, "payment", {**kept, **new})


def edit_payment(account: Account, given: Given) -> Record:
    """Correct a payment: any of its elements, such as `amount` and `paymentDate`."""
    number = text(given, "id")
    return people.edit(account, "payment", number, rest(given, "id"))


def move_payment(account: Account, given: Given) -> Record:
    """Let a payment pay another invoice, `invoiceId`, and nothing else."""
    invoice = found(account, given, "invoice", "invoiceId")
    changes: Record = {"invoiceId": invoice["mobiworkInvoiceId"], "invoicePayments": []}
    return people.edit(account, "payment", text(given, "id"), {**changes, "customerId": None})


def remove_payment(account: Account, given: Given) -> Record:
    """Remove a payment from its invoices: it becomes credit on the account of who paid it.

    Raises:
        ValueError: It pays no invoice.
    """
    payment = found(account, given, "payment")
    paid = next((number for number, _ in shares(payment)), "")
    if not paid:
        raise ValueError(f"payment {payment['paymentId']} pays no invoice")
    invoice = account.store.get("invoice", paid) or {}
    customer_id = str(invoice.get("customerId") or "")
    payer = payment.get("customerId") or invoice.get("billToCustomerId")
    changes: Record = {
        "invoiceId": None,
        "invoicePayments": [],
        "customerId": payer or bill_to(account.store, customer_id),
    }
    return people.edit(account, "payment", str(payment["paymentId"]), changes)


def apply_payment(account: Account, given: Given) -> Record:
    """Apply a payment on account, or `amount` of it, to an invoice.

    What is left stays on the account; a payment that is used up shows like any other.

    Raises:
        ValueError: So much of it is not free.
    """
    payment = found(account, given, "payment")
    invoice = found(account, given, "invoice", "invoiceId")
    applied = shares(payment)
    free = amount(payment.get("amount")) - sum(part for _, part in applied)
    wanted = money(given, "amount", free) if free > 0 else free
    if not 0 < wanted <= free:
        raise ValueError(f"{free} of payment {payment['paymentId']} is free")
    number = str(invoice["mobiworkInvoiceId"])
    if not applied and wanted == amount(payment.get("amount")):
        changes: Record = {"invoiceId": number, "customerId": None}
    else:
        parts = [*applied, (number, wanted)]
        rows: list[Node] = [{"invoiceId": one, "amount": cents(part)} for one, part in parts]
        changes = {"invoiceId": None, "invoicePayments": rows}
    return people.edit(account, "payment", str(payment["paymentId"]), changes)
