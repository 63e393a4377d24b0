"""Measures a look without changes and a pushed record: calls of the table and processor time.

The connector's own store on moto's DynamoDB, with a company and an account in memory, so that
nothing but the connector is measured. Time inside botocore and moto is told apart.
"""

import os
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from botocore.client import BaseClient
from moto import mock_aws

from bench.first_pull import KEYS
from bench.simulator_speed import failed, say
from connector.engine.stores import DYNAMODB
from connector.mobiwork.xml import RawRecord
from connector.model.connection import Connection, ConnectionState, Phase
from connector.store import connections
from connector.store.table import Item, open_table
from tests.builders import CONNECTION, a_customer, a_product, an_invoice
from tests.unit.engine.world import World

INVOICES, CUSTOMERS, LOOKS = 100, 20, 10
MOST_OF_RECORD, MOST_OF_LOOK = 5.5, 22
"""Calls of the table: for each pushed invoice, and for a look at twelve lists."""


@dataclass
class Counted:
    """The calls of AWS by name, and the processor time that they took."""

    calls: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0

    def watch(self) -> None:
        """Count every call of this process from now on."""
        call = BaseClient._make_api_call  # type: ignore[attr-defined]

        def counted(client: BaseClient, name: str, told: dict[str, Any]) -> Any:  # noqa: ANN401
            self.calls[name] += 1
            began = time.process_time()
            try:
                return call(client, name, told)
            finally:
                self.seconds += time.process_time() - began

        BaseClient._make_api_call = counted  # type: ignore[attr-defined]

    def cost(self, deed: Callable[[], object], times: int) -> tuple[float, float]:
        """Do something and return its calls and its own milliseconds, each of one of so many."""
        self.calls.clear()
        self.seconds, began = 0.0, time.process_time()
        deed()
        own = time.process_time() - began - self.seconds
        return self.calls.total() / times, own * 1000 / times


def records() -> list[RawRecord]:
    """Return an account of customers, a part and an invoice for each turn."""
    customers = [str(700001 + one) for one in range(CUSTOMERS)]
    own = [a_customer(one, companyName=f"Customer {one}") for one in customers]
    bills = [
        an_invoice(str(6000 + one), customerId=customers[one % CUSTOMERS])
        for one in range(INVOICES)
    ]
    return [*own, a_product(), *bills]


def measure() -> None:
    """Push an account and look at it again; compare the calls with the limits."""
    counted = Counted()
    counted.watch()
    open_table("bench", region="us-east-1")
    Item.create_table(billing_mode="PAY_PER_REQUEST")
    connection = Connection(
        connection_id=CONNECTION,
        realm_id="9130350000000001",
        company_name="Bench",
        mobiwork_client_id="1",
        mobiwork_version="1",
        state=ConnectionState.ACTIVE,
        phase=Phase.LIVE,
    )
    connections.save_new(connection, now=datetime.now(UTC))
    world, account = World(store=DYNAMODB), records()
    world.find(*account)
    world.push("customer", "product")
    calls, own = counted.cost(lambda: world.push("invoice"), INVOICES)
    say(
        f"A pushed invoice: calls of the table <= {MOST_OF_RECORD}",
        f"{calls:.2f}, {own:.1f} ms of its own",
        met=calls <= MOST_OF_RECORD,
    )
    world.find(*account)
    calls, own = counted.cost(lambda: [world.find(*account) for _ in range(LOOKS)], LOOKS)
    say(
        f"A look without changes: calls of the table <= {MOST_OF_LOOK}",
        f"{calls:.1f}, {own:.1f} ms of its own",
        met=calls <= MOST_OF_LOOK,
    )


def main() -> int:
    """Measure; 1 tells that a limit was not met."""
    os.environ.update(KEYS)
    with mock_aws():
        measure()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
