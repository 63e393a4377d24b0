"""What becomes of a payment that QuickBooks does not take for its invoices: a look says why.

A payment never makes a credit that MobiWork does not show: where an invoice owes less than the
payment is for, what is applied to it there is read. Costs two metered queries for all that were
refused of a page: their invoices, and the payments of those (`quickbooks.reading.linked_reads`).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from connector.entities.payments.allocation import mobiwork_total
from connector.entities.shared.documents import is_voided
from connector.entities.shared.quickbooks_values import number_in, text_in
from connector.entities.shared.wire import dollars
from connector.errors import (
    RETRY,
    SKIP,
    Fix,
    MissingMappingsError,
    NotYetError,
    Obstacle,
    RecordError,
    RejectedError,
)
from connector.model.body import NOT_FOUND, Body, Json, Read, if_there
from connector.model.flows.context import Linked, PushContext
from connector.model.markers import markers_in, same_marker
from connector.model.policy.settings import title
from connector.model.worklist.causes import Kind

OVER_APPLIED, NOT_LINKABLE = "6000", "620"
NOT_USED = "2500"
"""A record it refers to is inactive, such as a customer who was merged into another."""
DAYS_APART = 5
"""Two entries of the same money are dated no further apart than so many days."""

INSTEAD = (
    "Enter the invoice again in MobiWork and move the payment to it, or remove the payment from "
    "its "
    "invoice in MobiWork; it is then posted automatically. If it is in QuickBooks by hand "
    "already, leave it "
    "out here."
)


@dataclass(frozen=True)
class Owed:
    """What QuickBooks says of one invoice that a payment is for.

    line: the line of the payment.
    invoice: as QuickBooks answered it.
    payments: those that QuickBooks applied to it.
    """

    line: Body
    invoice: Json
    payments: tuple[Json, ...] = field(default=())

    @property
    def number(self) -> str:
        """What a person knows the invoice by."""
        return text_in(self.invoice, "DocNumber") or str(self.invoice["Id"])

    @property
    def owner(self) -> str:
        """The id of the customer whose it is in QuickBooks."""
        return str(self.invoice["CustomerRef"]["value"])

    @property
    def balance(self) -> Decimal:
        """What is still to be paid of it."""
        return number_in(self.invoice, "Balance")

    @property
    def is_short(self) -> bool:
        """Whether it owes less than is to be applied."""
        return self.balance < number_in(self.line, "Amount")


def after_refusal(
    body: Body, refusal: RejectedError, read: Read, known: PushContext
) -> Body | None:
    """Return another body to try, or the payment in QuickBooks that it is already by our mark.

    An invoice that was moved to another customer is paid under that one, also where its customer
    was merged into it and nothing told of the merge; one that is billed to the
    customer's parent by the parent. Only what MobiWork shows as a credit becomes one: where
    payments on account are posted, all that is applied is ours, and the totals agree.

    Raises:
        NotYetError: an invoice was voided or deleted in QuickBooks, or is paid there by what does
            not count in MobiWork any more.
        RecordError: QuickBooks has the same money already, an invoice owes less, or they belong to
            several customers.
    """
    owed = look(body.get("Line", ()), refusal, read, known)
    if not owed:
        return None
    short = [one for one in owed if one.is_short]
    if found := _already_there(body, short):
        return dict(found)
    if off := [told for one in short for told in _called_off(one, known)]:
        raise NotYetError(Obstacle(" ".join(off), Kind.ENTERED_AGAIN))
    if all(_is_overpaid(one, known) for one in short):
        return _under_its_customer(body, owed, read)
    told = " ".join(_part_paid(body, one, known) for one in short)
    raise RecordError(told, cause=Kind.NOT_OWED)


def look(
    lines: Iterable[Body], refusal: RejectedError, read: Read, known: PushContext
) -> list[Owed]:
    """Return what QuickBooks says of the invoices of some lines; nothing after other refusals.

    Raises:
        NotYetError: an invoice was voided or deleted in QuickBooks.
    """
    if refusal.code not in {OVER_APPLIED, NOT_FOUND, NOT_LINKABLE, NOT_USED}:
        return []
    return [_owed(line, read, known) for line in lines]


def gone_sentence(invoice: Linked) -> str:
    """Say that an invoice that was linked does not count in QuickBooks any more."""
    return _gone(number_of(invoice) or invoice.quickbooks_id, "was voided or deleted")


def number_of(invoice: Linked) -> str | None:
    """Return the number that an invoice was posted with; None where QuickBooks gave its own."""
    number = invoice.base.get("DocNumber")
    return str(number) if number else None


def _gone(number: str, how: str) -> Obstacle:
    told = f"Its invoice {number} {how} in QuickBooks, so it cannot be paid there. {INSTEAD}"
    return Obstacle(told, Kind.DOCUMENT_GONE)


def _shown_number(quickbooks_id: str, known: PushContext) -> str:
    """Return what a person knows an invoice by that QuickBooks does not show any more."""
    shown = (number_of(one) for one in known.links.values() if one.quickbooks_id == quickbooks_id)
    return next(filter(None, shown), quickbooks_id)


def _owed(line: Body, read: Read, known: PushContext) -> Owed:
    number = str(line["LinkedTxn"][0]["TxnId"])
    invoice = if_there(read, "Invoice", number)
    if invoice is None:
        raise NotYetError(_gone(_shown_number(number, known), "was deleted"))
    if is_voided(invoice):
        raise NotYetError(_gone(text_in(invoice, "DocNumber") or number, "was voided"))
    found = Owed(line, invoice)
    return Owed(line, invoice, tuple(_applied(invoice, read))) if found.is_short else found


def _applied(invoice: Json, read: Read) -> Iterable[Json]:
    for one in invoice.get("LinkedTxn", ()):
        if one.get("TxnType") == "Payment":
            yield read("Payment", str(one["TxnId"]))


def _already_there(body: Body, short: Iterable[Owed]) -> Json | None:
    """Return the payment of our mark.

    Raises:
        RecordError: another one of the same customer, money, day and reference is there.
    """
    for one in short:
        for payment in one.payments:
            if same_marker(body, payment):
                return payment
            if not any(markers_in(payment)) and _is_same_money(body, payment):
                raise _has_it(one, payment)
    return None


def _is_same_money(body: Body, payment: Json) -> bool:
    apart = abs(
        date.fromisoformat(text_in(payment, "TxnDate")) - date.fromisoformat(body["TxnDate"])
    )
    ours, theirs = (_digits(text_in(one, "PaymentRefNum")) for one in (body, payment))
    return (
        number_in(payment, "TotalAmt") == body["TotalAmt"]
        and apart.days <= DAYS_APART
        and (not ours or not theirs or ours == theirs)
    )


def _digits(reference: str) -> str:
    """Return what of a reference people type alike: 1044 for "chk 1044"."""
    digits = "".join(char for char in reference if char.isdigit())
    return digits.lstrip("0") or reference.casefold()


def _has_it(owed: Owed, payment: Json) -> RecordError:
    number = str(payment["Id"])
    link = Fix(action="link", label=f"It is Payment {number}", target=number)
    return RecordError(
        f"QuickBooks has it already: {_in_words(payment)} is applied to invoice {owed.number} "
        f"there. Link it to that one, or delete one of the two if the customer paid once; try "
        "again if the customer paid twice and MobiWork shows a credit.",
        fixes=(link, RETRY, SKIP),
        cause=Kind.SAME,
    )


def _in_words(payment: Json) -> str:
    reference = text_in(payment, "PaymentRefNum")
    return (
        f"Payment {payment['Id']} of {dollars(number_in(payment, 'TotalAmt'))} on "
        f"{payment['TxnDate']}" + (f", reference {reference}," if reference else "")
    )


def _called_off(owed: Owed, known: PushContext) -> Iterator[str]:
    """Say what an invoice is paid by that does not count in MobiWork any more."""
    for payment in owed.payments:
        for label in _among(known.called_off, payment):
            yield (
                f"Invoice {owed.number} is paid in QuickBooks by {_in_words(payment).rstrip(',')}, "
                f"which was made from {label} and does not count in MobiWork any more. Void or "
                "delete that one in QuickBooks; this one is then posted automatically. If both "
                "count, leave out the entry of the first."
            )


def _among(owners: Mapping[tuple[str, str], str], payment: Json) -> Iterator[str]:
    """Yield what a person knows a payment by in MobiWork, if it is one of these."""
    owns = ((mark.entity, mark.record_id) for mark in markers_in(payment))
    return (owners[own] for own in owns if own in owners)


def _is_overpaid(owed: Owed, known: PushContext) -> bool:
    """Tell whether MobiWork shows as a credit what an invoice does not owe any more."""
    ours = bool(owed.payments) and all(any(markers_in(one)) for one in owed.payments)
    ours = ours and not any(any(_among(known.changed_here, one)) for one in owed.payments)
    in_mobiwork = mobiwork_total(str(owed.invoice["Id"]), known)
    agreed = in_mobiwork is None or in_mobiwork == number_in(owed.invoice, "TotalAmt")
    return known.settings.payments_on_account and ours and agreed


def _part_paid(body: Body, owed: Owed, known: PushContext) -> str:
    paid = "; ".join(_as_applied(one, owed, known).rstrip(",") for one in owed.payments)
    by = f"Paid there: {paid}." if paid else "No payment is applied to it there."
    return (
        f"Invoice {owed.number} owes {dollars(owed.balance)} in QuickBooks of "
        f"{dollars(number_in(owed.invoice, 'TotalAmt'))}, and {dollars(owed.line['Amount'])} of "
        f"this payment of {dollars(body['TotalAmt'])} is for it in MobiWork. {by} It is not "
        "posted, because the rest would become a credit that MobiWork does not show. Make both "
        "sides agree and try again; if the customer paid more than the invoice is for, switch on "
        f'"{title("payments_on_account")}", and if QuickBooks has this money already, leave it out.'
    )


def _as_applied(payment: Json, owed: Owed, known: PushContext) -> str:
    """Name what is applied to an invoice: of a payment of nothing the credit that it applies."""
    if number_in(payment, "TotalAmt"):
        return _with_label(payment, known)
    own = str(owed.invoice["Id"])
    lines = (
        one
        for one in payment.get("Line", ())
        for to in one.get("LinkedTxn", ())
        if (to.get("TxnType"), str(to.get("TxnId"))) == ("Invoice", own)
    )
    credit = sum((number_in(one, "Amount") for one in lines), Decimal(0))
    return f"a credit of {dollars(credit)} (Payment {payment['Id']} on {payment['TxnDate']})"


def _with_label(payment: Json, known: PushContext) -> str:
    here = "".join(
        f" made from {label}, which was changed in MobiWork since,"
        for label in _among(known.changed_here, payment)
    )
    return f"{_in_words(payment).rstrip(',')}{here}" if here else _in_words(payment)


def _pays_for(payer: str, customer: Json) -> bool:
    parent = customer.get("ParentRef", {}).get("value")
    return bool(customer.get("BillWithParent")) and parent == payer


def _of_several(owed: Iterable[Owed]) -> str:
    """Say that a payment is for invoices of several customers in QuickBooks, with each of them."""
    each = ", ".join(
        f"{dollars(one.line['Amount'])} for invoice {one.number} of "
        + (text_in(one.invoice["CustomerRef"], "name") or f"customer {one.owner}")
        for one in owed
    )
    return (
        f"Its invoices belong to different customers in QuickBooks ({each}), but a payment there "
        "can have only one customer. Split it in MobiWork into one payment for each."
    )


def _under_its_customer(body: Body, owed: list[Owed], read: Read) -> Body | None:
    lines = [
        one.line | {"Amount": min(one.balance, one.line["Amount"])}
        for one in owed
        if one.balance > 0
    ]
    if lines != body["Line"]:
        return body | {"Line": lines}
    payer = body["CustomerRef"]["value"]
    owners = {one.owner for one in owed}
    if len(owners) == 1 and payer not in owners:
        return body | {"CustomerRef": {"value": owners.pop()}}
    customer = read("Customer", payer)
    if not customer.get("BillWithParent"):
        others = (read("Customer", one) for one in sorted(owners - {payer}))
        if len(owners) > 1 and not all(_pays_for(payer, one) for one in others):
            raise MissingMappingsError([_of_several(owed)])
        return None
    return body | {"CustomerRef": {"value": customer["ParentRef"]["value"]}}
