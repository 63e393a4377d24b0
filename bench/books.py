"""Measures matching the books of a large company: metered calls, memory, and whether it adds up.

Both sides and the links are made up as they are asked for, one in a hundred of them changed on a
side; what the match keeps goes into files. It runs in a process of its own, so that its peak memory
is its own.
"""

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import simplejson

from bench.simulator_speed import say
from connector.engine.run import Run
from connector.jobs.books.match_books import match_books
from connector.mobiwork.xml import RawRecord
from connector.model.body import Body, Json
from connector.model.books.documents import BooksPeriod
from connector.model.books.heads import begun
from connector.model.links import Link, Origin, RecordKey
from connector.quickbooks.query import entity_of
from connector.quickbooks.responses import Page
from tests.builders import CONNECTION, a_company, a_payment, an_invoice, settings
from tests.memory.books import MemoryBooks
from tests.memory.store import in_memory

INVOICES, PAYMENTS, CUSTOMERS = 26_000, 24_000, 2_000
MOST_MEGABYTES, MOST_SECONDS = 256, 600
CHANGED = 100
"""One in so many was changed in QuickBooks after it was posted."""
PEAK = re.compile(r"VmHWM:\s+(\d+) kB")
NOW = datetime(2026, 11, 29, tzinfo=UTC)
FIRST = date(2025, 1, 1)
KINDS = {"invoice": ("Invoice", INVOICES), "payment": ("Payment", PAYMENTS)}
COUNTS = dict(KINDS.values())
ENTITIES = {target: entity for entity, (target, _) in KINDS.items()}


def _day(number: int) -> date:
    return FIRST + timedelta(days=number % 300)


def _own(number: int) -> str:
    return f"{number:06d}"


def _amount(number: int) -> Decimal:
    return Decimal(1000 + number % 5000) / 100


def _link(entity: str, number: int) -> Link:
    target = KINDS[entity][0]
    customer, day = str(number % CUSTOMERS), _day(number).isoformat()
    facts = {"amount": f"{_amount(number):,.2f}", "customer": customer, "date": day}
    return Link(
        owner=RecordKey(entity, _own(number)),
        target=target,
        quickbooks_id=_own(number),
        sync_token="0",  # noqa: S106 - no password
        content_hash="h",
        base={"TxnDate": day, "CustomerRef": {"value": customer}, "DocNumber": str(number)},
        total=_amount(number),
        facts=facts,
        origin=Origin.CREATED,
    )


class MadeUpLinks:
    """A link for every document, made when it is asked for."""

    def read_some(
        self, _connection_id: str, entity: str, *, after: str, limit: int
    ) -> dict[str, Link]:
        """Return some links by id."""
        _, count = KINDS.get(entity, ("", 0))
        begin = int(after) + 1 if after else 0
        return {_own(one): _link(entity, one) for one in range(begin, min(begin + limit, count))}

    def read_many(
        self, _connection_id: str, wanted: Iterable[tuple[str, str]]
    ) -> Mapping[tuple[str, str], Link]:
        """Return some links by their keys."""
        return {
            (entity, own): _link(entity, int(own))
            for entity, own in wanted
            if entity in KINDS and own.isdecimal() and int(own) < KINDS[entity][1]
        }

    def owners_of(
        self, _connection_id: str, target: str, quickbooks_ids: Iterable[str]
    ) -> dict[str, RecordKey]:
        """Return whose documents are."""
        entity, count = ENTITIES.get(target), COUNTS.get(target, 0)
        return {
            one: RecordKey(entity, one) for one in quickbooks_ids if entity and int(one) < count
        }


class PaperBooks(MemoryBooks):
    """What a match keeps: its pages in files."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder

    def save_page(
        self, _connection_id: str, _match_id: str, part: str, page: str, rows: Sequence[object]
    ) -> None:
        """Write a page."""
        text = simplejson.dumps(list(rows), use_decimal=True)
        (self._folder / f"{part}#{page}").write_text(text, encoding="utf-8")

    def read_part(
        self, _connection_id: str, _match_id: str, part: str, *, begin: str | None = None
    ) -> Iterator[tuple[str, list[Any]]]:
        """Yield the pages of a part."""
        del begin
        for path in sorted(self._folder.glob(f"{part}#*")):
            text = path.read_text(encoding="utf-8")
            yield path.name.partition("#")[2], simplejson.loads(text, use_decimal=True)

    def drop_part(self, _connection_id: str, _match_id: str, part: str) -> None:
        """Delete the pages of a part."""
        for path in self._folder.glob(f"{part}#*"):
            path.unlink()


@dataclass
class MadeUpQuickBooks:
    """QuickBooks' documents, made when they are asked for; every page is a metered call."""

    calls: int = 0

    def page(self, statement: str, *, start: int) -> Page:
        """Return one page of a thousand rows."""
        self.calls += 1
        target = entity_of(statement)
        end = min(start - 1 + 1000, COUNTS.get(target, 0))
        rows = [_row(one) for one in range(start - 1, end)]
        return Page(rows=rows, full=len(rows) >= 1000, time=NOW)  # noqa: PLR2004 - QuickBooks' page


def _row(number: int) -> Body:
    more = 1 if number % CHANGED == 0 else 0
    return {
        "Id": _own(number),
        "SyncToken": "0",
        "MetaData": {"LastUpdatedTime": NOW.isoformat()},
        "TotalAmt": _amount(number) + more,
        "TxnDate": _day(number).isoformat(),
        "CustomerRef": {"value": str(number % CUSTOMERS), "name": f"Customer {number % CUSTOMERS}"},
        "DocNumber": str(number),
    }


class MadeUpMobiWork:
    """MobiWork's lists, made when they are asked for."""

    def supports(self, _entity: str, _operation: str) -> bool:
        """Take every call."""
        return True

    def records(
        self, entity: str, _filters: Mapping[str, str] | None = None
    ) -> Iterator[RawRecord]:
        """Yield the records of a list."""
        _, count = KINDS.get(entity, ("", 0))
        for number in range(count):
            customer, day = str(number % CUSTOMERS), f"{_day(number):%Y/%m/%d}"
            amount = str(_amount(number))
            if entity == "payment":
                yield a_payment(_own(number), amount=amount, paymentDate=day, customerId=customer)
            else:
                yield an_invoice(
                    _own(number), total=amount, taxAmount="0", invoiceDate=day, customerId=customer
                )


def match_here(folder: Path) -> None:
    """Match in this process, and tell what was found, what it cost and the peak memory."""
    quickbooks, kept = MadeUpQuickBooks(), PaperBooks(folder)
    store = replace(in_memory(), links=MadeUpLinks(), books=kept)  # type: ignore[arg-type]
    store.settings.save_settings(CONNECTION, settings(), saved_at="", saved_by="bench")
    store.settings.save_company(CONNECTION, a_company())
    period = BooksPeriod(FIRST, date(2025, 12, 31))
    kept.save_head(CONNECTION, "m1", begun("m1", period, proven=True, by="bench", at=NOW))
    run = Run(
        connection_id=CONNECTION,
        run_id="m1",
        open_quickbooks=_nobody,
        open_pages=lambda: quickbooks,  # type: ignore[arg-type, return-value]
        open_mobiwork=MadeUpMobiWork,  # type: ignore[arg-type]
        store=store,
        now=lambda: NOW,
    )
    match_books(run)
    result = (kept.head(CONNECTION, "m1") or {})["result"]
    peak = PEAK.search(Path("/proc/self/status").read_text(encoding="utf-8"))
    told = {
        "calls": quickbooks.calls,
        "kilobytes": int(peak[1]) if peak else 0,
        "unexplained": result["unexplained"],
        "adds_up": result["adds_up"],
        "changed": sum(one["count"] for kind in result["kinds"][:3] for one in kind["causes"]),
    }
    (folder / "told").write_text(json.dumps(told), encoding="utf-8")


def _nobody() -> Any:  # noqa: ANN401 - never comes back
    raise RuntimeError("a match opens nothing that can be written to")


def measure() -> bool:
    """Match the books of 50,000 documents and compare with the limits."""
    with TemporaryDirectory() as name:
        began = time.perf_counter()
        subprocess.run([sys.executable, "-m", "bench.books", name], check=True)  # noqa: S603
        seconds = time.perf_counter() - began
        told: Json = json.loads((Path(name) / "told").read_text(encoding="utf-8"))
    return _judged(told, seconds)


def _judged(told: Json, seconds: float) -> bool:
    documents = INVOICES + PAYMENTS
    pages = sum(count // 1000 + 1 for count in COUNTS.values())
    most_calls = pages + 6  # one for each kind of document of which there is none
    megabytes = told["kilobytes"] / 1024
    claim = f"Books Match: metered calls for {documents:,} documents <= {most_calls}"
    say(claim, str(told["calls"]), met=told["calls"] <= most_calls)
    claim = f"Books Match: peak memory of the process <= {MOST_MEGABYTES} MB"
    say(claim, f"{megabytes:.0f} MB", met=megabytes <= MOST_MEGABYTES)
    sound = told["adds_up"] and not told["unexplained"]
    changed = -(-INVOICES // CHANGED) + -(-PAYMENTS // CHANGED)
    say("Books Match: it adds up with nothing unexplained", str(sound), met=sound)
    claim = f"Books Match: of {changed} changed documents found"
    say(claim, str(told["changed"]), met=told["changed"] == changed)
    claim = f"Books Match: seconds, without the time of a table <= {MOST_SECONDS}"
    say(claim, f"{seconds:.0f}", met=seconds <= MOST_SECONDS)
    return bool(
        sound
        and told["calls"] <= most_calls
        and megabytes <= MOST_MEGABYTES
        and told["changed"] == changed
    )


if __name__ == "__main__":
    if len(sys.argv) > 1:
        match_here(Path(sys.argv[1]))
    else:
        raise SystemExit(0 if measure() else 1)
