"""How the records of each push flow are recognised in QuickBooks while nothing links them."""

from collections.abc import Mapping

from connector.entities.customers import recognition as customers
from connector.entities.payments import recognition as payments
from connector.entities.products import recognition as products
from connector.entities.purchases import recognition as purchases
from connector.entities.sales import recognition as sales
from connector.entities.vendors import recognition as vendors
from connector.model.flows.recognition import AnyRecognition

RECOGNITIONS: Mapping[str, AnyRecognition] = {
    "push_customers": customers.RECOGNITION,
    "push_vendors": vendors.RECOGNITION,
    "push_products": products.RECOGNITION,
    "push_quotes": sales.QUOTES,
    "push_sales_orders": sales.ORDERS,
    "push_invoices": sales.INVOICES,
    "push_purchase_orders": purchases.ORDERS,
    "push_payments": payments.RECOGNITION,
    "push_bills": purchases.BILLS,
    "push_expenses": purchases.EXPENSES_PAID,
}
"""By the flow, in the order in which their records refer to each other."""
