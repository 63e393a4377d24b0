"""A believable field-service company from a seed: the same seed gives the same company."""

from random import Random
from typing import NamedTuple

from simulators.mobiwork.model import Record
from simulators.mobiwork.sample import (
    catalog,
    customers,
    field,
    invoices,
    payments,
    people,
    trade,
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


def fill(store: Store, *, seed: int, size: float = 1.0, trouble: bool = False) -> None:
    """Add a company of `size` times 40 customers, 60 products, 120 invoices and 90 payments.

    Raises:
        ValueError: The size is not positive, or too large to be meant.
    """
    if not 0 < size <= LARGEST:
        raise ValueError(f"sample size must be above 0 and at most {LARGEST}")
    rng = Random(seed)  # noqa: S311 - sample data
    clients = customers.add(store, rng, _count(CUSTOMERS, size))
    products = catalog.add(store, _count(PRODUCTS, size))
    bills = invoices.add(store, rng, clients, products, _count(INVOICES, size))
    payments.add(store, rng, bills, _count(PAYMENTS, size))
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
    field.add_expenses(store, rng, users, orders, _count(EXPENSES, size))
    trade.add_quotes(store, rng, main.customers, main.products, _count(QUOTES, size))
    trade.add_sales_orders(store, rng, main.customers, main.products, _count(SALES_ORDERS, size))
    vendors = trade.add_vendors(store, rng, _count(VENDORS, size))
    trade.add_purchase_orders(store, rng, vendors, main.products, _count(PURCHASE_ORDERS, size))
    trade.add_price_list(store, main.customers, main.products)
