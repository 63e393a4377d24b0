"""Counts and prices what 1,000 connections cost in a month, idle and busy, small and large.

One connection is lived through, tick by tick, and taken a thousand times; what is there once for
the whole stack is told apart. `make cost ARGS="small 24"`; what it found: docs/performance.md.
"""

import os
import sys
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime

import requests

from bench.cloud import TEMPLATE, TICK, Cloud, deployed
from bench.first_pull import KEYS
from bench.load import running
from bench.metering import GIGABYTE
from bench.prices import POLLS_A_MONTH, READ_ON, ROW_OVERHEAD, UNITS
from bench.quick_table import size_of
from bench.simulator_speed import failed, say

CONNECTIONS, HOURS_A_MONTH = 1000, 720
SIZES = {"small": 1, "middle": 12, "large": 125}
"""How large the account is; 1 is a company of some 400 records, 12 of 5,000, 125 of 50,000."""
DOCUMENTS_A_DAY = {"small": 20, "middle": 60, "large": 200}
WORKING_HOURS, WORKING_DAYS = 10, 22
AIMS = {"idle small": 15, "idle large": 60, "busy large": 1500}
SETTLING = 24
SWITCHES = (
    "tax_override=alone",
    "tax_states=*",
    "custom_txn_numbers=true",
    "custom_purchase_numbers=true",
    "limits=false",
)
"""The company of the simulator as `make run` has it."""
type Found = dict[str, dict[str, float]]
"""What was counted: by who spent it, how much of each unit of `prices.UNITS`."""


@dataclass
class Bill:
    """What a month of a thousand connections costs, by who spends it and by unit, in dollars."""

    by: dict[tuple[str, str], float]

    @property
    def dollars(self) -> float:
        """Return the sum."""
        return sum(self.by.values())

    def and_also(self, other: "Bill") -> "Bill":
        """Return the sum of both."""
        both = self.by.keys() | other.by.keys()
        return Bill({key: self.by.get(key, 0.0) + other.by.get(key, 0.0) for key in both})


def take(cloud: Cloud) -> Found:
    """Return what was counted since the last time."""
    found = {name: dict(units) for name, units in cloud.metering.found.items()}
    cloud.metering.found.clear()
    return found


def bill(found: Found, times: float) -> Bill:
    """Price what was counted of one connection, so many times a month."""
    return Bill(
        {
            (who, unit): count * times * CONNECTIONS * UNITS[unit].dollars
            for who, units in found.items()
            for unit, count in units.items()
        }
    )


def of_schedules(found: Found) -> Found:
    """Return what was counted without the invocations that all connections share."""
    shared = {"start_runs", "refresh_tokens", "send_digests", "watch_worklists"}
    once = {"invocations", "log_gb", "gb_seconds"}
    return {
        name: {unit: n for unit, n in units.items() if name not in shared or unit not in once}
        for name, units in found.items()
    }


def idle(cloud: Cloud, hours: int) -> Found:
    """Live through some hours in which nothing happens."""
    take(cloud)
    cloud.metering.remote.clear()
    cloud.metering.rows.clear()
    for _ in range(int(hours * 3600 / TICK.total_seconds())):
        cloud.tick()
    return of_schedules(take(cloud))


def busy(cloud: Cloud, documents: int) -> Found:
    """Live through an hour of a working day, in which documents are entered one after the other."""
    known = requests.get(f"{cloud.account.url}/_sim/records/invoice", timeout=60).json()["records"]
    invoice = next(one for one in known if one.get("status") == "Customer Invoiced")
    told = {name: invoice[name] for name in ("customerId", "lineItems", "status")}
    ticks = int(3600 / TICK.total_seconds())
    take(cloud)
    for tick in range(ticks):
        day = datetime.now(UTC).date().isoformat()
        dated = dict.fromkeys(("invoiceDate", "dueDate"), day) | {"createdDate": f"{day}T10:30:00"}
        more = documents * (tick + 1) // ticks - documents * tick // ticks
        for _ in range(more):
            url = f"{cloud.account.url}/_sim/records/invoice"
            requests.post(url, json=told | dated, timeout=60).raise_for_status()
        cloud.tick()
        if more:
            cloud.ring()
            cloud.look_at_messages()
    return of_schedules(take(cloud))


def show(name: str, of_month: Bill) -> None:
    """Print a bill: its sum and its largest items."""
    aim = AIMS.get(name)
    met = None if aim is None else of_month.dollars < aim
    say(f"{CONNECTIONS} {name}: dollars a month < {aim}", f"{of_month.dollars:,.2f}", met=met)
    largest = sorted(of_month.by.items(), key=lambda one: -one[1])
    for (who, unit), dollars in largest[:12]:
        if dollars > of_month.dollars / 100:
            say(f"    {who}: {UNITS[unit].words}", f"{dollars:,.2f}")


def stored(cloud: Cloud) -> Found:
    """Return the gigabytes of one connection."""
    bytes_kept = sum(size_of(row) + ROW_OVERHEAD for row in cloud.table.rows.values())
    return {"the table": {"stored_gb": bytes_kept / GIGABYTE}}


def of_stack() -> Bill:
    """Price what is there once, however many connections there are."""
    kinds = Counter(it["Type"] for it in TEMPLATE["Resources"].values())
    count = {
        "schedules": 24 * 30 * 12 + 2 * 24 * 30 + 30,
        "metrics": sum("MobiWorkQuickBooks" in str(it) for it in TEMPLATE["Resources"].values()),
        "alarms": kinds["AWS::CloudWatch::Alarm"],
        "dashboards": kinds["AWS::CloudWatch::Dashboard"],
        "secrets_kept": kinds["AWS::SecretsManager::Secret"],
        "keys_kept": kinds["AWS::KMS::Key"],
        "polls": POLLS_A_MONTH,
    }
    return Bill({("the stack", unit): n * UNITS[unit].dollars for unit, n in count.items()})


def measure(size: str, hours: int) -> None:
    """Live through a size of company and price it."""
    sample = ("--sample", "7", "--sample-size", str(SIZES[size]))
    account = ("simulators.mobiwork", "--switch", "endpoints_off=*.updateIntegrationStatus")
    set_up = [word for one in SWITCHES for word in ("--switch", one)]
    with (
        running("simulators.quickbooks", *set_up) as books,
        running(*account, *sample) as mobiwork,
        deployed(books, mobiwork) as cloud,
    ):
        settle(cloud, whole=size == "small")
        of_idle, kept = idle(cloud, hours), bill(stored(cloud), 1)
        show(f"idle {size}", bill(of_idle, HOURS_A_MONTH / hours).and_also(kept))
        for name, calls in cloud.metering.remote.items():
            if calls.total():
                say(f"    {name}: calls of one connection in {hours} h", str(dict(calls)))
        for (name, kind), units in cloud.metering.rows.most_common(8):
            say(f"    {name}: units of one connection in {hours} h: {kind}", str(units))
        documents = DOCUMENTS_A_DAY[size] // WORKING_HOURS
        worked = bill(busy(cloud, documents), WORKING_HOURS * WORKING_DAYS)
        resting = 1 - WORKING_HOURS * WORKING_DAYS / HOURS_A_MONTH
        rest = bill(of_idle, HOURS_A_MONTH / hours * resting)
        show(f"busy {size}", worked.and_also(rest).and_also(kept))


def settle(cloud: Cloud, *, whole: bool) -> None:
    """Let the first looks and runs pass; of a large company without its runs."""
    if not whole:
        cloud.look_only()
    for _ in range(SETTLING):
        cloud.tick()


def main() -> int:
    """Measure; 1 tells that a limit was not met."""
    os.environ.update(KEYS)
    sizes = [one for one in SIZES if one in sys.argv[1:]] or ["small", "large"]
    hours = next((int(one) for one in sys.argv[1:] if one.isdigit()), 24)
    say(f"Prices of {READ_ON}; what is there once for the whole stack", f"{of_stack().dollars:.2f}")
    for size in sizes:
        measure(size, hours)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
