"""Reads a worklist of 100,000 entries and counts the calls of the table that it takes.

The connector's own store on moto's DynamoDB, filled with customers that were refused for forty
causes and documents that wait for them.
"""

import os
import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from time import perf_counter

from moto import mock_aws
from pynamodb.signals import pre_dynamodb_send

from bench.first_pull import KEYS
from bench.simulator_speed import failed, say
from connector.api.worklist import show
from connector.api.worklist.order import EntriesAsked
from connector.store.packing import PackedAttribute
from connector.store.table import Item, key, open_table
from connector.store.worklist import lists
from connector.store.worklist.lists import ListedEntry
from connector.store.worklist.rows import PendingRow, WorklistRow, partition

CAUSES, OF_A_PARENT, PAGE, MOST_CALLS, MOST_BYTES = 40, 20, 50, 3, 20
NOW = datetime(2026, 12, 24, tzinfo=UTC)


def entries(count: int) -> Iterator[ListedEntry]:
    """Yield customers that were refused, each followed by what waits for it."""
    for number in range(count):
        parent = number // OF_A_PARENT
        first = number % OF_A_PARENT == 0
        yield ListedEntry(
            flow="push_customers" if first else "push_invoices",
            record_id=str(700_000 + parent if first else 5_000_000 + number),
            state="refused" if first else "waiting",
            cause=f"mapping|terms={parent % CAUSES}" if first else f"parent|customer {parent}",
            since=f"2026-11-{1 + number // 5000:02d}T10:{number // 100 % 60:02d}:00+00:00",
            worth=None if first else f"{number * 7907 % 400_000 / 100:.2f}",
            parents=() if first else (f"customer/{700_000 + parent}",),
            label=f"customer {parent}" if first else f"invoice {10_000 + number}",
        )


def fill(connection_id: str, count: int) -> int:
    """Keep so many entries, and the items of a few pages; return the size of their lists."""
    by_list = defaultdict[str, list[ListedEntry]](list)
    for one in entries(count):
        by_list[lists.list_of(one.flow, one.record_id)].append(one)
    with WorklistRow.batch_write() as batch:
        for where, some in by_list.items():
            pk, stored = partition(connection_id), [list(one) for one in some]
            batch.save(WorklistRow(pk=pk, sk=where, version=1, entries=stored))
    shown = [one for one in entries(200 * OF_A_PARENT) if not one.parents]
    with PendingRow.batch_write() as batch:
        for one in shown:
            row = PendingRow(pk=key(connection_id, "pending", one.flow), sk=one.record_id)
            row.state, row.label, row.cause, row.since = one.state, one.label, one.cause, one.since
            row.record, row.fingerprint, row.found_at = "<x/>", "f1", one.since
            batch.save(row)
    packed = (PackedAttribute().serialize([list(one) for one in some]) for some in by_list.values())
    return sum(map(len, packed))


@contextmanager
def counted() -> Iterator[list[str]]:
    """Name the calls of the table."""
    calls: list[str] = []

    def count(_: object, operation_name: str, **__: object) -> None:
        calls.append(operation_name)

    with pre_dynamodb_send.connected_to(count):
        yield calls


def measure(count: int) -> None:
    """Look at all causes, and at the first pages of their entries."""
    open_table("bench", region="us-east-1")
    Item.create_table(billing_mode="PAY_PER_REQUEST")
    size = fill("c1", count) / count
    say(f"Bytes of an entry <= {MOST_BYTES}", f"{size:.1f}", met=size <= MOST_BYTES)
    begun = perf_counter()
    with counted() as calls:
        shown = show.show("c1", now=NOW)
    say(
        f"{len(shown.causes)} causes of {shown.all.count} entries",
        f"{len(calls)} calls",
        met=len(calls) <= MOST_CALLS,
    )
    with counted() as calls:
        page = show.list_entries("c1", EntriesAsked(limit=PAGE), now=NOW)
    say(f"A page of {len(page.entries)}", f"{len(calls)} calls", met=len(calls) <= MOST_CALLS)
    say("Seconds for both", f"{perf_counter() - begun:.1f}", met=True)


def main() -> int:
    """Measure; return 1 when a limit is not met."""
    os.environ.update(KEYS)
    with mock_aws():
        measure(int(sys.argv[1]) if sys.argv[1:] else 100_000)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
