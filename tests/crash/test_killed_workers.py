import signal
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import count
from multiprocessing.context import ForkServerContext
from typing import Any

import pytest

from connector.entities.catalogue import PUSHES
from connector.flow import Flow, Outcome
from connector.mobiwork.xml import RawRecord
from connector.quickbooks.query import select
from connector.store import links, pending, runs
from connector.store import settings as saved
from connector.store.table import open_table
from connector.sync.company import read_company
from connector.sync.find import find_changes
from connector.sync.intents import STEPS
from tests.builders import a_customer, a_line, a_payment, a_product, an_invoice
from tests.crash.worker import REGION, Setup, quickbooks, work
from tests.unit.entities import buying, selling
from tests.unit.sync.world import FakeMobiWork

FLOWS = {flow.name: flow for flow in PUSHES}
IDS = {
    "push_customers": "700001",
    "push_products": "307001",
    "push_vendors": "51001",
    "push_quotes": "41001",
    "push_sales_orders": "61001",
    "push_invoices": "5501",
    "push_payments": "901",
    "push_purchase_orders": "71001",
    "push_bills": "71001",
    "push_expenses": "31001",
}
ENDS = ("", "-1")
NUMBERS = count(1)

type Worker = Callable[[str, str], int | None]


def a_small_company(number: int) -> list[RawRecord]:
    """Return one record for each flow, with names that no other case has."""
    line = a_line(productName=f"Elbow {number}", taxable="false")
    untaxed: dict[str, Any] = {"lineItems": {"lineItem": [line]}, "taxAmount": "0", "total": "9.00"}
    bought = buying.an_order_line(productId="307001", productName=f"Elbow {number}")
    return [
        a_customer(companyName=f"Customer {number}"),
        a_product(name=f"Elbow {number}", taxable="false"),
        buying.a_vendor(name=f"Supply {number}"),
        selling.a_quote(**untaxed),
        selling.an_order(**untaxed),
        an_invoice(**untaxed),
        a_payment(amount="9.00"),
        buying.an_order("71001", bought, status="RECEIVED"),
        buying.an_expense(),
    ]


@pytest.fixture
def connection_id(setup: Setup) -> str:
    open_table(setup.table, region=REGION, host=setup.endpoint)
    number = next(NUMBERS)
    name = f"crash{number}"
    company = read_company(quickbooks(setup, name), now=datetime.now(UTC))
    first = {account.type: account.id for account in reversed(company.accounts)}
    chosen = buying.buying_settings(
        income_account=first["Income"],
        cost_of_goods_account=first["Cost of Goods Sold"],
        accounts_payable=first["Accounts Payable"],
        expense_check_account=first["Bank"],
        expense_cash_account=first["Bank"],
        expense_credit_card_account=first["Credit Card"],
        expense_account=first["Expense"],
    )
    saved.save_company(name, company)
    saved.save_settings(name, chosen, saved_at="", saved_by="test")
    find_changes(name, FakeMobiWork(a_small_company(number)))
    return name


@pytest.fixture
def worker(setup: Setup, processes: ForkServerContext, connection_id: str) -> Worker:
    """Push a flow in a process of its own and return how it ended."""

    def run(name: str, die_at: str) -> int | None:
        process = processes.Process(target=work, args=(setup, connection_id, "r1", name, die_at))
        process.start()
        process.join(60)
        return process.exitcode

    return run


def link_of(flow: Flow[Any], connection_id: str) -> links.Link:
    """Return the link of the flow's one record, under whichever id it was made."""
    keys = [(entity, f"{IDS[flow.name]}{end}") for entity in flow.link_entities for end in ENDS]
    (link,) = links.read_many(connection_id, keys).values()
    return link


def cases() -> Iterator[Any]:
    """Every flow and step; of most flows the default suite takes the most dangerous step only."""
    for name in FLOWS:
        for step in STEPS:
            always = name in ("push_invoices", "push_payments") or step == "answer received"
            yield pytest.param(name, step, marks=() if always else pytest.mark.full)


@pytest.mark.parametrize(("name", "step"), list(cases()))
def test_a_worker_killed_at_any_step_leaves_one_record_linked_both_ways(
    setup: Setup, connection_id: str, worker: Worker, name: str, step: str
) -> None:
    flow = FLOWS[name]
    for before in PUSHES[: PUSHES.index(flow)]:
        work(setup, connection_id, "r1", before.name, "")
    assert worker(name, step) == -signal.SIGKILL
    assert worker(name, "") == 0

    link = link_of(flow, connection_id)
    assert link.state == links.LinkState.LINKED
    found = list(quickbooks(setup, connection_id).query(select(link.target)))
    mine = [one for one in found if flow.is_twin(link.body or {}, one)]
    assert [one["Id"] for one in mine] == [link.quickbooks_id]
    entity = link.pk.rsplit("#", 1)[1]
    assert links.owner_of(connection_id, link.target, mine[0]["Id"]) == (entity, link.sk)
    assert runs.counts(connection_id, "r1", flow.name) == {Outcome.CREATED: 1}
    assert pending.read_many(connection_id, flow.name, [IDS[name]]) == {}
