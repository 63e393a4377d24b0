"""How selling documents are recognised on the other side: by customer, total, date and number."""

from collections.abc import Callable
from datetime import date

from connector.entities.sales.document import SalesForm, label
from connector.entities.sales.invoices import Invoice
from connector.entities.sales.quotes import Quote
from connector.entities.sales.sales_orders import SalesOrder
from connector.entities.shared.documents import is_voided
from connector.entities.shared.recognition import (
    HOME,
    foreign_currency,
    net_of,
    quickbooks_party,
    total_of,
    without_nothing,
)
from connector.entities.shared.wire import cents, meaningful
from connector.model.body import Json
from connector.model.flows.recognition import Recognition
from connector.model.matching.evidence import Facts
from connector.model.matching.scoring import DAY, DOCUMENTS, NET, NUMBER, PARTY, TOTAL

CUSTOMER = {PARTY: ("customer",)}


def mobiwork_form(form: SalesForm, *days: date | None) -> Facts:
    """Return what MobiWork says of a selling document; the customer is also whoever pays for it."""
    said = without_nothing(
        {
            TOTAL: (str(cents(form.total)),),
            NET: (str(cents(form.total) - cents(form.tax)),) if form.tax else (),
            PARTY: (meaningful(form.buyer),),
            DAY: tuple(day.isoformat() for day in days if day),
            NUMBER: (form.shown_number,) if form.number else (),
            **HOME,
        }
    )
    parties = tuple(filter(None, dict.fromkeys((form.payer_id, form.customer_id or ""))))
    return Facts(form.id or "", label(form), said, {PARTY: parties} if parties else {})


def quickbooks_document(noun: str, party: str = "CustomerRef") -> Callable[[Json], Facts | None]:
    """Return what reads what QuickBooks says of a document."""

    def there(record: Json) -> Facts | None:
        voided = is_voided(record)
        named, refers = quickbooks_party(record, party)
        number = str(record.get("DocNumber") or "")
        said = without_nothing(
            {
                TOTAL: total_of(record, voided=voided),
                NET: net_of(record, voided=voided),
                DAY: (str(record.get("TxnDate") or ""),),
                NUMBER: (number,),
                **named,
                **foreign_currency(record),
            }
        )
        of = f" of {said[PARTY][0]}" if PARTY in said else ""
        shown = f"{noun} {number or record['Id']}{of}"
        return Facts(str(record["Id"]), shown, said, refers, voided=voided)

    return there


def _invoice(invoice: Invoice) -> Facts:
    return mobiwork_form(invoice, invoice.invoice_date)


def _quote(quote: Quote) -> Facts:
    return mobiwork_form(quote, quote.estimate_date, quote.approved_date)


def _order(order: SalesOrder) -> Facts:
    return mobiwork_form(order, order.order_date, order.checked_out_on)


_estimated, _invoiced = quickbooks_document("estimate"), quickbooks_document("invoice")


def _ordered(record: Json) -> Facts | None:
    """Return what QuickBooks says of a sales order: only an estimate has a status there."""
    return (_estimated if "TxnStatus" in record else _invoiced)(record)


INVOICES = Recognition(DOCUMENTS, _invoice, _invoiced, CUSTOMER)
QUOTES = Recognition(DOCUMENTS, _quote, _estimated, CUSTOMER)
ORDERS = Recognition(DOCUMENTS, _order, _ordered, CUSTOMER)
RECEIPTS = quickbooks_document("sales receipt")
"""What an invoice with its payment may be in QuickBooks instead."""
