"""All flows, in the order in which their records refer to each other."""

from connector.entities import taxes, terms
from connector.entities.customers import pull as pull_customers
from connector.entities.customers import push as push_customers
from connector.entities.payments import credit_applications, credit_memos
from connector.entities.payments import pull as pull_payments
from connector.entities.payments import push as push_payments
from connector.entities.products import pull as pull_products
from connector.entities.products import push as push_products
from connector.entities.products import stock
from connector.entities.purchases import bills, expenses
from connector.entities.purchases import orders as purchase_orders
from connector.entities.sales import invoices, quotes, sales_orders
from connector.entities.vendors import pull as pull_vendors
from connector.entities.vendors import push as push_vendors
from connector.model.flows.pull_flow import AnyPullFlow
from connector.model.flows.push_flow import AnyPushFlow

PUSHES: tuple[AnyPushFlow, ...] = (
    push_customers.PUSH,
    push_products.PUSH,
    push_vendors.PUSH,
    quotes.PUSH,
    sales_orders.PUSH,
    invoices.PUSH,
    push_payments.PUSH,
    credit_memos.PUSH,
    credit_applications.PUSH,
    purchase_orders.PUSH,
    bills.PUSH,
    expenses.PUSH,
)
BY_ENTITY = {entity: flow for flow in PUSHES for entity in flow.link_entities}

PULLS: tuple[AnyPullFlow, ...] = (
    terms.PULL,
    taxes.PULL,
    pull_vendors.PULL,
    pull_customers.PULL,
    pull_products.PULL,
    stock.PULL,
    pull_payments.PULL,
)
DOCUMENTS = tuple(
    dict.fromkeys(target for flow in PUSHES if not flow.fields for target in flow.targets)
)
"""What is posted once; of the records that go both ways, fields are compared."""
POSTED_ONCE = tuple(flow.name for flow in PUSHES if not flow.fields)
"""The flows of documents, whose money is watched."""
IN_PIECES = frozenset(pull.source for pull in PULLS if pull.splitting)
"""Of what several MobiWork records are made."""
PULL_OF = {pull.push: pull for pull in PULLS if pull.push and pull.adds}
CHAINS: tuple[tuple[AnyPushFlow, ...], ...] = (
    (
        quotes.PUSH,
        sales_orders.PUSH,
        invoices.PUSH,
        push_payments.PUSH,
        credit_memos.PUSH,
        credit_applications.PUSH,
    ),
    (purchase_orders.PUSH, bills.PUSH),
)
"""The flows whose documents refer to earlier ones of the same chain, in the order of a run."""
NAMES = (*(pull.name for pull in PULLS), *(flow.name for flow in PUSHES))


def with_referred(name: str) -> frozenset[str]:
    """Return a flow with those before it in a run whose records its own may refer to.

    Lists refer to lists, and documents to lists and to the documents of their chain.
    """
    lists = [pull.name for pull in PULLS if pull is not pull_payments.PULL]
    lists += [flow.name for flow in PUSHES if flow.fields]
    if name in lists:
        return frozenset(lists[: lists.index(name) + 1])
    chains = [[flow.name for flow in chain] for chain in CHAINS]
    before = [one for chain in chains if name in chain for one in chain[: chain.index(name)]]
    return frozenset([*lists, *before, name])
