"""Follows 100,000 outcomes and counts the calls of the table that looking at them takes.

The connector's own store over a table in this process (`quick_table`): moto walks the whole table
for a query, so that 100,000 never ended.
"""

import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import batched
from random import Random
from time import process_time
from typing import Any

from bench.first_pull import KEYS
from bench.quick_table import QuickTable
from bench.simulator_speed import failed, say
from connector.api.runs.money_moves import MoneyAsked, list_all
from connector.model.outcomes import About, Outcome, RecordOutcome
from connector.model.tracking.history import OutcomesOf
from connector.model.tracking.tracked import Sought, StandsAs
from connector.store.runs import OutcomeRow, outcome_item
from connector.store.table import open_table
from connector.store.tracking import history, tracked

RECORDS = int(sys.argv[1]) if sys.argv[1:] else 100_000
CUSTOMERS, PAGE, MOST_LISTS = 1500, 99, 0.7
FLOWS = ("push_invoices", "push_payments")
NOW = datetime(2026, 11, 29, tzinfo=UTC)
MIX = (*[Outcome.CREATED] * 90, *[Outcome.LEFT_OUT] * 8, Outcome.REFUSED, Outcome.WAITING)


def outcomes() -> Iterator[RecordOutcome]:
    """Yield what two flows told of five years, in the order of their ids."""
    chance = Random(7)  # noqa: S311 - the same each time
    for number in range(RECORDS):
        flow = FLOWS[number >= RECORDS // 2]
        day = date(2022, 1, 1) + timedelta(days=number % (RECORDS // 2) * 1800 // (RECORDS // 2))
        yield RecordOutcome(
            run_id="r1",
            flow=flow,
            record_id=str(5_000_000 + number),
            outcome=chance.choice(MIX),
            label=f"invoice {10_000 + number}",
            quickbooks_id=str(60 + number),
            worth=Decimal(chance.randrange(100, 99_999)) / 100,
            about=About(
                number=str(10_000 + number),
                customer=f"{chr(97 + chance.randrange(26))} customer {chance.randrange(CUSTOMERS)}",
                day=day,
                method="Check" if flow == FLOWS[1] else None,
            ),
        )


def follow() -> None:
    """Keep and follow all outcomes, page by page as a run does."""
    for some in batched(outcomes(), 50, strict=False):
        with OutcomeRow.batch_write() as batch:
            for one in some:
                batch.save(outcome_item("c1", one))
        tracked.note("c1", some[0].flow, some, now=NOW)


def look(
    table: QuickTable, what: str, most: int, read: Callable[[str | None], Any], pages: int = 5
) -> None:
    """Read some pages, one after the other, and say how many calls and rows the dearest took.

    Also how long the slowest kept a processor, the table in memory included.
    """
    dearest, slowest, after = (0, 0), 0.0, None
    for _ in range(pages):
        table.calls.clear()
        table.read = 0
        begun = process_time()
        _, after = read(after)
        slowest = max(slowest, process_time() - begun)
        dearest = max(dearest, (table.calls.total(), table.read))
        if after is None:
            break
    calls, rows = dearest
    told = f"{calls}, {rows} rows, {slowest * 1000:.0f} ms"
    say(f"{what}: calls of the table <= {most}", told, met=calls <= most)


def page(**known: Any) -> Callable[[str | None], Any]:  # noqa: ANN401 - as `Sought` has it
    """Return what reads a page of the records that are sought."""
    sought = Sought(**known)
    return lambda after: tracked.find("c1", sought, after=after, limit=PAGE)


def paid(method: str) -> Callable[[str | None], Any]:
    """Return what reads a page of the payments by a method."""
    asked = MoneyAsked(method=method)

    def read(after: str | None) -> tuple[Any, str | None]:
        shown = list_all("c1", asked, after=after, limit=PAGE)
        return shown.payments, shown.next

    return read


def ended(**asked: Any) -> Callable[[str | None], Any]:  # noqa: ANN401 - as `OutcomesOf`
    """Return what reads a page of the outcomes of the run."""
    of = OutcomesOf("r1", **asked)
    return lambda after: history.outcomes("c1", of, after=after, limit=PAGE)


def measure(table: QuickTable) -> None:
    """Follow everything, then look at it from all sides."""
    open_table("bench", region="us-east-1")
    follow()
    rows = Counter(partition.split("#")[1] for partition, _ in table.rows)
    lists = rows["found-by"] / RECORDS
    say("Lists of each record, in rows", f"{lists:.2f}", met=lists <= MOST_LISTS)
    flow = frozenset({FLOWS[0]})
    look(table, "By number", 2, page(number=str(10_000 + RECORDS // 3)))
    look(table, "By customer", 3, page(customer="b customer 7"))
    for state in StandsAs:
        look(table, f"{state} of one flow", 3, page(state=state, flows=flow))
        look(table, f"{state} of all flows", 3, page(state=state))
    days = {"first": date(2024, 3, 1), "last": date(2024, 3, 31)}
    look(table, "Posted in a month", 3, page(state=StandsAs.POSTED, flows=flow, **days))
    look(table, "Posted of a flow with none of late", 3, page(flows=frozenset({"push_bills"})))
    look(table, "All of a flow", 3, page(flows=flow))
    look(table, "Everything", 3, page())
    look(table, "An amount", 3, page(amounts=frozenset({Decimal("412.37")})))
    for method in ("Check", "a method of nobody's"):
        look(table, f"Payments by {method}", 3, paid(method))
    look(table, "A part of a number, in 15,000", 3, page(part="0042"))
    for outcome in (Outcome.CREATED, Outcome.REFUSED):
        look(table, f"Outcomes of the run: {outcome}", 3, ended(outcome=outcome))
    look(table, "Outcomes of the run", 3, ended())
    look(table, "Counts", 1, lambda _: (tracked.counts("c1"), None))


def main() -> int:
    """Measure; 1 tells that a limit was not met."""
    os.environ.update(KEYS)
    table = QuickTable()
    table.use()
    measure(table)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
