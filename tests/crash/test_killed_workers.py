import signal
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from multiprocessing.context import ForkServerContext

import pytest

from connector.entities.catalogue import BY_ENTITY, PUSHES
from connector.flow import Outcome
from connector.quickbooks.query import select
from connector.store import links, pending, runs
from connector.store import settings as saved
from connector.store.table import open_table
from connector.sync.company import read_company
from connector.sync.find import find_changes
from connector.sync.intents import STEPS
from tests.builders import a_customer, a_line, a_payment, a_product, an_invoice, settings
from tests.crash.worker import REGION, Setup, quickbooks, work
from tests.unit.sync.world import FakeMobiWork

SOURCES = [flow.source for flow in PUSHES]
IDS = {"customer": "700001", "product": "307001", "invoice": "5501", "payment": "901"}
NUMBERS = count(1)

type Worker = Callable[[str, str], int | None]


@pytest.fixture
def connection_id(setup: Setup) -> str:
    open_table(setup.table, region=REGION, host=setup.endpoint)
    number = next(NUMBERS)
    name = f"crash{number}"
    company = read_company(quickbooks(setup, name), now=datetime.now(UTC))
    income = next(one.id for one in company.accounts if one.type == "Income")
    cost = next(one.id for one in company.accounts if one.type == "Cost of Goods Sold")
    chosen = settings(income_account=income, cost_of_goods_account=cost)
    saved.save_company(name, company)
    saved.save_settings(name, chosen, saved_at="", saved_by="test")
    line = a_line(productName=f"Elbow {number}", taxable="false")
    records = [
        a_customer(companyName=f"Customer {number}"),
        a_product(name=f"Elbow {number}", taxable="false"),
        an_invoice(lineItems={"lineItem": [line]}, taxAmount="0", total="9.00"),
        a_payment(amount="9.00"),
    ]
    find_changes(name, FakeMobiWork(records))
    return name


@pytest.fixture
def worker(setup: Setup, processes: ForkServerContext, connection_id: str) -> Worker:
    """Push a flow in a process of its own and return how it ended."""

    def run(source: str, die_at: str) -> int | None:
        process = processes.Process(target=work, args=(setup, connection_id, "r1", source, die_at))
        process.start()
        process.join(60)
        return process.exitcode

    return run


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("source", SOURCES)
def test_a_worker_killed_at_any_step_leaves_one_record_linked_both_ways(
    setup: Setup, connection_id: str, worker: Worker, source: str, step: str
) -> None:
    for parent in SOURCES[: SOURCES.index(source)]:
        work(setup, connection_id, "r1", parent, "")
    assert worker(source, step) == -signal.SIGKILL
    assert worker(source, "") == 0

    flow, record_id = BY_ENTITY[source], IDS[source]
    link = links.read(connection_id, source, record_id)
    assert link is not None
    assert link.state == links.LinkState.LINKED
    found = list(quickbooks(setup, connection_id).query(select(flow.target)))
    mine = [one for one in found if flow.is_twin(link.body or {}, one)]
    assert [one["Id"] for one in mine] == [link.quickbooks_id]
    assert links.owner_of(connection_id, flow.target, mine[0]["Id"]) == (source, record_id)
    assert runs.counts(connection_id, "r1", flow.name) == {Outcome.CREATED: 1}
    assert pending.read_many(connection_id, flow.name, [record_id]) == {}
