"""How the records of each push flow are recognised in QuickBooks while nothing links them."""

from collections.abc import Callable, Mapping

from connector.entities.loading import LoadedByKey
from connector.model.body import Json
from connector.model.flows.recognition import AnyRecognition
from connector.model.ids import FlowName
from connector.model.matching.evidence import Facts

RECOGNITIONS: Mapping[FlowName, AnyRecognition] = LoadedByKey(
    {
        "push_customers": "customers.recognition:RECOGNITION",
        "push_vendors": "vendors.recognition:RECOGNITION",
        "push_products": "products.recognition:RECOGNITION",
        "push_quotes": "sales.recognition:QUOTES",
        "push_sales_orders": "sales.recognition:ORDERS",
        "push_invoices": "sales.recognition:INVOICES",
        "push_purchase_orders": "purchases.recognition:ORDERS",
        "push_payments": "payments.recognition:RECOGNITION",
        "push_bills": "purchases.recognition:BILLS",
        "push_expenses": "purchases.recognition:EXPENSES_PAID",
        "push_credits": "payments.credit_recognition:RECOGNITION",
    }
)
"""By the flow, in the order in which their records refer to each other."""

BESIDE: Mapping[str, str] = {
    "Invoice": "SalesReceipt",
    "Bill": "Purchase",
    "Purchase": "Bill",
}
"""Which other QuickBooks entity the office may have entered a record as; it is never linked."""

ADDED_UP = frozenset({"Invoice", "Payment", "Bill", "Purchase"})
"""What moves money, and may be one document on one side and several on the other."""

NEVER_POSTED: Mapping[str, Callable[[Json], Facts | None]] = LoadedByKey(
    {"SalesReceipt": "sales.recognition:RECEIPTS"}
)
"""What entities say that no flow posts, and that a record may be there instead."""
