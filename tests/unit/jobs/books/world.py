"""Two sides in memory whose books are matched, both ways."""

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import takewhile
from typing import Any

from connector.changes.documents import shown
from connector.errors import QueryFailedError
from connector.jobs.books.match_books import match_books
from connector.model.body import Body
from connector.model.books.documents import BooksPeriod
from connector.model.books.heads import begun
from connector.model.books.kinds import OF_TARGET, BooksKind
from connector.model.connection import Mode
from connector.quickbooks.query import entity_of
from connector.quickbooks.responses import ChangeData, Page
from tests.builders import CONNECTION, a_customer, a_product
from tests.fakes import FakeQuickBooks
from tests.unit.engine.two_sides import TwoSides

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
YEAR = BooksPeriod(date(2025, 1, 1), date(2025, 12, 31))
PUSHED = ("customer", "product", "vendor", "invoice", "payment", "credit", "expense")


@dataclass
class Pages:
    """The pages of a company in memory; each is a metered call. It fails on those that are bad."""

    books: FakeQuickBooks
    size: int = 1000
    calls: int = 0
    bad: frozenset[str] = frozenset()

    def page(self, statement: str, *, start: int, size: int = 1000) -> Page:
        self.calls += 1
        rows = [
            one for one in self.books.records.get(entity_of(statement), []) if _is(statement, one)
        ]
        rows.sort(key=lambda one: one["Id"])
        size = min(size, self.size)
        some = rows[start - 1 : start - 1 + size]
        good = list(takewhile(lambda one: one["Id"] not in self.bad, some))
        if good != some and len(good) < min(size, 2):
            raise QueryFailedError("QuickBooks had an internal error.")
        return Page(rows=good, full=good != some or len(some) >= size, time=NOW)


def _is(statement: str, row: Body) -> bool:
    ids = re.search(r"Id IN \((.*?)\)", statement)
    days = re.findall(r"TxnDate (>=|<=) '(.*?)'", statement)
    day = row.get("TxnDate", "")
    named = ids is None or row["Id"] in re.findall(r"'(.*?)'", ids[1])
    return named and all(day >= one if sign == ">=" else day <= one for sign, one in days)


@dataclass
class Books(TwoSides):
    """Two sides with a customer and a product; `match` compares them."""

    pages: Pages = field(init=False)
    runs: int = 0

    def __post_init__(self) -> None:
        super().__post_init__()
        self.pages = Pages(self.quickbooks)
        self.mobiwork.put(a_customer())
        self.mobiwork.put(a_product())

    def sync(self, *sources: str) -> None:
        """Look at both sides and push."""
        self.runs += 1
        self.run_id = f"r{self.runs}"
        self.look()
        for source in sources or PUSHED:
            self.push(source, mode=Mode.EXECUTE)

    def tell_changes(self) -> None:
        """Have QuickBooks tell of all its documents as changed, and of those that are gone."""
        rows = {target: tuple(self.quickbooks.records.get(target, ())) for target in OF_TARGET}
        changes = ChangeData(records=rows, deleted={}, time=NOW, truncated=False)
        shown.note(CONNECTION, changes, self.store)

    def begin(self, *, proven: bool, period: BooksPeriod = YEAR) -> str:
        """Ask for a match."""
        self.runs += 1
        match_id = f"m{self.runs}"
        head = begun(match_id, period, proven=proven, by="ann", at=NOW)
        self.store.books.save_head(CONNECTION, match_id, head)
        return match_id

    def go_on(self, match_id: str, **more: Any) -> bool:
        """Work on a match; tell whether there is more to do."""
        told = {"run_id": match_id, "open_pages": lambda: self.pages, "now": lambda: NOW}
        return match_books(self.run(**(told | more))).more

    def match(self, *, proven: bool, period: BooksPeriod = YEAR) -> "Found":
        """Match the books and return what was found."""
        match_id = self.begin(proven=proven, period=period)
        while self.go_on(match_id):
            pass
        return self.found(match_id)

    def found(self, match_id: str) -> "Found":
        """Return what a match found."""
        head = self.store.books.head(CONNECTION, match_id)
        assert head is not None
        pages = self.store.books.read_part(CONNECTION, match_id, "differences")
        return Found(head["result"], [row for _, rows in pages for row in rows], head["calls"])


@dataclass
class Found:
    result: Body
    differences: list[Body]
    calls: int

    def causes(self, kind: BooksKind = BooksKind.INVOICES) -> dict[str, Decimal]:
        """Return the sums of a kind by cause."""
        return {one["cause"]: one["amount"] for one in self.of(kind)["causes"]}

    def of(self, kind: BooksKind) -> Body:
        return next(one for one in self.result["kinds"] if one["kind"] == kind)

    def totals(self, kind: BooksKind = BooksKind.INVOICES) -> tuple[Decimal, Decimal]:
        return self.of(kind)["mobiwork"], self.of(kind)["quickbooks"]
