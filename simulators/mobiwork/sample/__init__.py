"""A believable field-service company from a seed: the same seed gives the same company."""

from random import Random
from typing import NamedTuple

from simulators.mobiwork.model import Record
from simulators.mobiwork.sample import (
    catalog,
    customers,
    extras,
    field,
    invoices,
    october,
    payments,
    people,
    trade,
    unusual,
)
from simulators.mobiwork.sample.trouble import add as add_trouble
from simulators.mobiwork.store import Store

CUSTOMERS = 40
PRODUCTS = 60
INVOICES = 120
PAYMENTS = 90
QUOTES = 24
SALES_ORDERS = 10
EXPENSES = 30
VENDORS = 8
PURCHASE_ORDERS = 16
LARGEST = 5000


def fill(
    store: Store,
    *,
    seed: int,
    size: float = 1.0,
    trouble: bool = False,
    native_links: bool = False,
) -> None:
    """Add a company of `size` times 40 customers, 60 products, 120 invoices and 90 payments.

    One of at least that size has a last month with one document of every kind besides (`october`).
    `trouble` adds records that cannot be booked as they are; with `native_links` MobiWork's own
    connector has been here before.

    Raises:
        ValueError: The size is not positive, or too large to be meant.
    """
    if not 0 < size <= LARGEST:
        raise ValueError(f"sample size must be above 0 and at most {LARGEST}")
    rng = Random(seed)  # noqa: S311 - sample data
    clients = customers.add(store, rng, _count(CUSTOMERS, size))
    extras.make_families(clients, _count(CUSTOMERS, size) // CUSTOMERS)
    products = catalog.add(store, _count(PRODUCTS, size))
    if native_links:
        extras.link_natively(clients, products)
    bills = invoices.add(store, rng, clients, products, _count(INVOICES, size))
    extras.adjust(store, bills, extras.INVOICE_ADJUSTMENTS, every=30)
    whole = payments.add(store, rng, bills, _count(PAYMENTS, size))
    unusual.change(store, whole, _count(PAYMENTS, size) // PAYMENTS)
    if trouble:
        add_trouble(store, clients, products)
    _add_the_rest(store, rng, size, Main(clients, products, bills))


def _count(base: int, size: float) -> int:
    return max(1, round(base * size))


class Main(NamedTuple):
    """The main records of the company, which the others refer to."""

    customers: list[Record]
    products: list[Record]
    invoices: list[Record]


def _add_the_rest(store: Store, rng: Random, size: float, main: Main) -> None:
    """What is not a customer, product, invoice or payment; drawn last, so those stay the same."""
    people.add_settings(store)
    users = people.add_users(store, rng)
    people.add_stock(store, rng, users, main.products)
    orders = field.add_work_orders(store, rng, users, main.invoices)
    field.add_recurrent(store, rng, main.customers)
    expenses = field.add_expenses(store, rng, users, orders, _count(EXPENSES, size))
    quotes = trade.add_quotes(store, rng, main.customers, main.products, _count(QUOTES, size))
    trade.add_sales_orders(store, rng, main.customers, main.products, _count(SALES_ORDERS, size))
    vendors = trade.add_vendors(store, rng, _count(VENDORS, size))
    wanted = _count(PURCHASE_ORDERS, size)
    ordered = trade.add_purchase_orders(store, rng, vendors, main.products, wanted)
    trade.add_price_list(store, main.customers, main.products)
    extras.adjust(store, quotes, extras.QUOTE_ADJUSTMENTS, every=QUOTES // 2)
    extras.decide(quotes, QUOTES)
    extras.receive(ordered, PURCHASE_ORDERS)
    extras.name_vendors(expenses, vendors, EXPENSES)
    extras.fill_in(main.customers, main.invoices, quotes, ordered)
    if size >= 1:
        october.add(october.Office(store, main.customers, main.products, users))
