"""How credits, write-offs and refunds are recognised on the other side: by customer, total, day.

What is given back of money on account is an expense in QuickBooks, so that all go by the table of
expenses. MobiWork names such a refund's customer by the id only, and an expense of QuickBooks that
names a customer says no party, for others there name a vendor: such a refund is certain only where
the number says so.
"""

from dataclasses import replace

from connector.entities.payments.credit_memos import label, variant
from connector.entities.payments.model import Payment
from connector.entities.payments.payouts import PAYOUT
from connector.entities.purchases.recognition import purchase
from connector.entities.sales.recognition import quickbooks_document
from connector.entities.shared.recognition import HOME, without_nothing
from connector.entities.shared.wire import cents
from connector.model.body import Json
from connector.model.flows.recognition import Recognition
from connector.model.matching.evidence import Facts
from connector.model.matching.scoring import DAY, EXPENSES, NUMBER, PAID_INVOICE, PARTY, TOTAL

_memo, _receipt = quickbooks_document("credit memo"), quickbooks_document("refund receipt")


def here(payment: Payment) -> Facts:
    """Return what MobiWork says of a credit, write-off or refund, whatever its sign."""
    said = without_nothing(
        {
            TOTAL: (str(abs(cents(payment.amount))),),
            DAY: (payment.paid_on.isoformat(),),
            NUMBER: (payment.reference,),
            **HOME,
        }
    )
    pays_out = variant(payment) is PAYOUT
    party = () if pays_out else (payment.customer_id or "",)
    refers = without_nothing({PARTY: party, PAID_INVOICE: tuple(payment.invoices)})
    return Facts(payment.id or "", label(payment), said, refers)


def there(record: Json) -> Facts | None:
    """Return what QuickBooks says of a refund receipt, a credit memo or an expense.

    Only a receipt says which account its money comes from as a deposit, and an expense names whom
    it is of as no customer. The number is the document's own or the reference typed beside it.
    """
    if "DepositToAccountRef" in record:
        found = _receipt(record)
    elif "CustomerRef" in record:
        found = _memo(record)
    else:
        return purchase(record)
    reference = str(record.get("PaymentRefNum") or "")
    if found is None or not reference:
        return found
    numbers = (*found.said.get(NUMBER, ()), reference)
    return replace(found, said={**found.said, NUMBER: numbers})


RECOGNITION = Recognition(
    EXPENSES, here, there, {PARTY: ("customer",), PAID_INVOICE: ("invoice", "salesOrder")}
)
