"""All flows by name, in the order in which their records refer to each other.

What is asked of flows before one of them is needed stands here in words, so that nothing is loaded
for it; `tests/unit/entities/test_registry.py` holds it against the flows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from connector.entities.loading import LoadedByKey

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from connector.model.flows.pull_flow import AnyPullFlow
    from connector.model.flows.push_flow import AnyPushFlow
    from connector.model.ids import FlowName

_PUSHES: Mapping[FlowName, str] = {
    "push_customers": "customers.push:PUSH",
    "push_products": "products.push:PUSH",
    "push_vendors": "vendors.push:PUSH",
    "push_quotes": "sales.quotes:PUSH",
    "push_sales_orders": "sales.sales_orders:PUSH",
    "push_invoices": "sales.invoices:PUSH",
    "push_payments": "payments.push:PUSH",
    "push_credits": "payments.credit_memos:PUSH",
    "push_credit_applications": "payments.credit_applications:PUSH",
    "push_purchase_orders": "purchases.orders:PUSH",
    "push_bills": "purchases.bills:PUSH",
    "push_expenses": "purchases.expenses:PUSH",
}
_PULLS: Mapping[FlowName, str] = {
    "pull_terms": "terms:PULL",
    "pull_sales_taxes": "taxes:PULL",
    "pull_vendors": "vendors.pull:PULL",
    "pull_customers": "customers.pull:PULL",
    "pull_products": "products.pull:PULL",
    "pull_part_quantities": "products.stock:PULL",
    "pull_payments": "payments.pull:PULL",
}
OPEN_ORDER = "openSalesOrder"
"""What the link of an order goes by that is not checked out yet."""
PUSHED_BY: Mapping[str, FlowName] = {
    "customer": "push_customers",
    "product": "push_products",
    "vendor": "push_vendors",
    "estimate": "push_quotes",
    "salesOrder": "push_sales_orders",
    OPEN_ORDER: "push_sales_orders",
    "invoice": "push_invoices",
    "payment": "push_payments",
    "credit": "push_credits",
    "refund": "push_credits",
    "payout": "push_credits",
    "creditApplication": "push_credit_applications",
    "purchaseOrder": "push_purchase_orders",
    "bill": "push_bills",
    "expense": "push_expenses",
}
"""The flow of each entity that MobiWork's records are linked as."""
ADDED: Mapping[str, FlowName] = {
    "Term": "pull_terms",
    "TaxCode": "pull_sales_taxes",
    "Vendor": "pull_vendors",
    "Customer": "pull_customers",
    "Item": "pull_products",
    "Payment": "pull_payments",
}
"""The flow of each entity of QuickBooks whose records are added to MobiWork."""
_ADDED_FOR: Mapping[FlowName, FlowName] = {
    "push_vendors": "pull_vendors",
    "push_customers": "pull_customers",
    "push_products": "pull_products",
    "push_payments": "pull_payments",
}

PUSH_NAMED: Mapping[FlowName, AnyPushFlow] = LoadedByKey(_PUSHES)
PULL_NAMED: Mapping[FlowName, AnyPullFlow] = LoadedByKey(_PULLS)
PUSHES: Collection[AnyPushFlow] = PUSH_NAMED.values()
PULLS: Collection[AnyPullFlow] = PULL_NAMED.values()
NAMES = (*_PULLS, *_PUSHES)
BY_ENTITY: Mapping[str, AnyPushFlow] = LoadedByKey(
    {entity: _PUSHES[name] for entity, name in PUSHED_BY.items()}
)
PULL_OF: Mapping[FlowName, AnyPullFlow] = LoadedByKey(
    {push: _PULLS[pull] for push, pull in _ADDED_FOR.items()}
)
"""The pull that adds to MobiWork what a push sends, by the push."""

PULLED_LISTS = tuple(name for name in _PULLS if name != "pull_payments")
PUSHED_LISTS = ("push_customers", "push_products", "push_vendors")
"""The records that go both ways, of which fields are compared."""
POSTED_ONCE = tuple(name for name in _PUSHES if name not in PUSHED_LISTS)
"""The flows of documents, whose money is watched."""
DOCUMENTS = (
    "Estimate",
    "Invoice",
    "Payment",
    "CreditMemo",
    "RefundReceipt",
    "Purchase",
    "PurchaseOrder",
    "Bill",
)
"""What is posted once."""
CUSTOMER, INVOICE, PAYMENT, CREDIT_MEMO = "Customer", "Invoice", "Payment", "CreditMemo"
OF_CUSTOMER = "customer"
"""What the link of a customer goes by."""
IN_PIECES = frozenset({PAYMENT})
"""Of what several MobiWork records are made."""
APPLIED = "creditApplication"
"""What the link of an application of a credit goes by."""
PAYS_CUSTOMERS = "Purchase"
"""What a refund may be paid out as."""
INVOICED = frozenset({"invoice", "salesOrder"})
"""What is paid, by its link: of these a person may say that they are left out, or a sales receipt
there."""
PAID_BY_ITSELF = frozenset({"SalesReceipt", "Deposit"})
"""What an invoice may be there that needs no payment."""
INVOICES, PAYMENTS, CREDITS = "push_invoices", "push_payments", "push_credits"
POSTED_BY: Mapping[str, FlowName] = {
    "Estimate": "push_quotes",
    INVOICE: INVOICES,
    PAYMENT: PAYMENTS,
    "PurchaseOrder": "push_purchase_orders",
    "Bill": "push_bills",
    PAYS_CUSTOMERS: "push_expenses",
}
"""Among the records of which flow it is told of a kind of document, where not of invoices."""
CHAINS: tuple[tuple[FlowName, ...], ...] = (
    (
        "push_quotes",
        "push_sales_orders",
        "push_invoices",
        "push_payments",
        "push_credits",
        "push_credit_applications",
    ),
    ("push_purchase_orders", "push_bills"),
)
"""The flows whose documents refer to earlier ones of the same chain, in the order of a run."""


def with_referred(name: FlowName) -> frozenset[FlowName]:
    """Return a flow with those before it in a run whose records its own may refer to.

    Lists refer to lists, and documents to lists and to the documents of their chain.
    """
    lists = [*PULLED_LISTS, *PUSHED_LISTS]
    if name in lists:
        return frozenset(lists[: lists.index(name) + 1])
    before = [one for chain in CHAINS if name in chain for one in chain[: chain.index(name)]]
    return frozenset([*lists, *before, name])
