"""Which documents in QuickBooks a payment goes to, and which customer pays."""

from collections.abc import Iterator
from decimal import Decimal

from connector.entities.payments.booked import as_anything
from connector.entities.payments.model import INVOICE, ORDER, QUOTE, Payment, customer_ids
from connector.entities.shared.wire import cents
from connector.errors import NotYetError
from connector.model.body import Body
from connector.model.flows.context import Linked, PushContext
from connector.model.flows.drift import now_of
from connector.model.plans import Reference
from connector.model.policy.posting_words import INVOICE_WORDS, SALES_ORDER_WORDS


def documents_needed(payment: Payment) -> tuple[Reference, ...]:
    """Name the invoices that must be in QuickBooks first (mission A11).

    MobiWork takes payments of checked-out sales orders like those of invoices (product paper b.5),
    so an id that is no invoice's may be a sales order's.
    """
    return tuple(
        Reference(INVOICE, one, f"invoice {one}", instead=ORDER) for one in payment.invoices
    )


def mentioned(payment: Payment) -> tuple[Reference, ...]:
    """Name customer or quote, whose customer may pay, sales orders, and what it is there."""
    orders = (Reference(ORDER, one, f"sales order {one}") for one in payment.invoices)
    found = [*orders, *as_anything(payment)]
    if payment.customer_id:
        found.append(_customer(payment.customer_id))
    elif payment.quote_id:
        found.append(_quote(payment.quote_id))
    return tuple(found)


def customer_needed(payment: Payment) -> tuple[Reference, ...]:
    """Name the customer that a payment on account must find in QuickBooks, or the quote of whom."""
    if payment.invoices:
        return ()
    if payment.customer_id:
        return (_customer(payment.customer_id),)
    return (_quote(payment.quote_id),) if payment.quote_id else ()


def _customer(customer_id: str) -> Reference:
    return Reference("customer", customer_id, f"customer {customer_id}")


def _quote(quote_id: str) -> Reference:
    return Reference(QUOTE, quote_id, f"quote {quote_id}")


def applied(payment: Payment, known: PushContext) -> Iterator[tuple[Linked, Decimal]]:
    """Yield what goes to each invoice: no more than it is for, its total, and what is left.

    Its total is MobiWork's of today where that is known: what QuickBooks does not owe, it refuses,
    for the rest would be a credit that MobiWork does not show.
    """
    left = cents(payment.amount)
    for invoice_id, wanted in payment.invoices.items():
        invoice = _document(payment, invoice_id, known)
        total = _mobiwork_total(invoice)
        limits = (
            left,
            None if wanted is None else cents(wanted),
            invoice.total if total is None else total,
        )
        part = max(min(limit for limit in limits if limit is not None), Decimal(0))
        left -= part
        yield invoice, part


def documents_of(payment: Payment, known: PushContext) -> list[Linked]:
    """Return the documents in QuickBooks that a payment is for."""
    return [_document(payment, one, known) for one in payment.invoices]


def counts_no_more(document: Linked) -> bool:
    """Tell whether a posted document was voided, canceled or refunded in MobiWork since."""
    ends = (f": {INVOICE_WORDS.dropped}.", f": {SALES_ORDER_WORDS.dropped}.")
    return (document.drift or "").endswith(ends)


def mobiwork_total(quickbooks_id: str, known: PushContext) -> Decimal | None:
    """Return what MobiWork said an invoice in QuickBooks comes to, where that is known."""
    invoices = (one for (entity, _), one in known.links.items() if entity in (INVOICE, ORDER))
    found = (one for one in invoices if one.quickbooks_id == quickbooks_id)
    return next((_mobiwork_total(one) for one in found), None)


def customers_of(payment: Payment, known: PushContext) -> tuple[Reference, ...]:
    """Name the customers of a payment's invoices, by whom a person knows it."""
    return tuple(map(_customer, customer_ids(payment, known)))


def _mobiwork_total(invoice: Linked) -> Decimal | None:
    said = now_of(invoice.drift, "amount") or invoice.facts.get("amount", "")
    said = said.replace(",", "")
    return Decimal(said) if said else None


def payer_of(payment: Payment, known: PushContext) -> str | None:
    """Return who pays: the invoices' one customer, or the parent who gets the bills; or nothing.

    The parent is known where the payment names its customer (reference 7.12).
    """
    billed = {_billed(_document(payment, one, known)) for one in payment.invoices}
    named = known.links.get(("customer", payment.customer_id or ""))
    if named and named.base.get("BillWithParent") and billed <= {named.quickbooks_id}:
        return str(named.base["ParentRef"]["value"])
    if len(billed) == 1:
        return billed.pop()
    quote = known.links.get((QUOTE, payment.quote_id or ""))
    return named.quickbooks_id if named else _billed(quote) if quote else None


def _document(payment: Payment, invoice_id: str, known: PushContext) -> Linked:
    """Return the document of an id: the invoice, else the sales order of the same id.

    Where both are in QuickBooks, the order only if it alone is the customer's who paid.
    """
    in_quickbooks = (known.links.get((entity, invoice_id)) for entity in (INVOICE, ORDER))
    found = [one for one in in_quickbooks if one]
    customer = known.links.get(("customer", payment.customer_id or ""))
    theirs = [one for one in found if customer and _billed(one) == customer.quickbooks_id]
    return (theirs or found)[0]


def _billed(document: Linked) -> str:
    return str(customer_of(document)["value"])


def customer_of(document: Linked) -> Body:
    """Return whose document it is, as QuickBooks refers to a customer.

    Raises:
        NotYetError: in review it is to be linked, and MobiWork does not tell whose it is there.
    """
    customer = document.base.get("CustomerRef")
    if customer is None:
        raise NotYetError(
            "The document that it belongs to is in QuickBooks already. Whose it is there is known "
            "once that one is linked."
        )
    return dict(customer)
