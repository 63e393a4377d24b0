"""How payments are recognised on the other side: by customer, amount, date, reference, invoice."""

from connector.entities.payments.model import Payment, label
from connector.entities.shared.documents import is_voided
from connector.entities.shared.quickbooks_values import number_in
from connector.entities.shared.recognition import (
    HOME,
    foreign_currency,
    quickbooks_party,
    total_of,
    without_nothing,
)
from connector.entities.shared.wire import cents, dollars
from connector.model.body import Json
from connector.model.flows.recognition import Recognition
from connector.model.matching.evidence import Facts
from connector.model.matching.scoring import (
    DAY,
    PAID_BY,
    PAID_INVOICE,
    PARTY,
    PAYMENTS,
    REFERENCE,
    TOTAL,
)


def here(payment: Payment) -> Facts:
    """Return what MobiWork says of a payment."""
    said = without_nothing(
        {
            TOTAL: (str(cents(payment.amount)),),
            DAY: (payment.paid_on.isoformat(),),
            REFERENCE: (payment.reference,),
            PAID_BY: (payment.method_name,),
            **HOME,
        }
    )
    refers = {PAID_INVOICE: tuple(payment.invoices), PARTY: (payment.customer_id or "",)}
    return Facts(payment.id or "", label(payment), said, without_nothing(refers))


def there(record: Json) -> Facts | None:
    """Return what QuickBooks says of a payment."""
    voided = is_voided(record)
    named, refers = quickbooks_party(record, "CustomerRef")
    day = str(record.get("TxnDate") or "")
    said = without_nothing(
        {
            TOTAL: total_of(record, voided=voided),
            DAY: (day,),
            REFERENCE: (str(record.get("PaymentRefNum") or ""),),
            **named,
            **foreign_currency(record),
        }
    )
    paid = tuple(
        str(linked["TxnId"])
        for line in record.get("Line", ())
        for linked in line.get("LinkedTxn", ())
        if linked.get("TxnType") == "Invoice"
    )
    of = f" of {said[PARTY][0]}" if PARTY in said else ""
    shown = f"payment {record['Id']} of {dollars(number_in(record, 'TotalAmt'))}{of} on {day}"
    own, others = str(record["Id"]), without_nothing({PAID_INVOICE: paid, **refers})
    return Facts(own, shown, said, others, voided=voided)


RECOGNITION = Recognition(
    PAYMENTS, here, there, {PARTY: ("customer",), PAID_INVOICE: ("invoice", "salesOrder")}
)
