"""A generated company in review: MobiWork was listed, QuickBooks is read page by page."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice, takewhile
from typing import Any

import simplejson

from connector.changes.matching.facts import pools
from connector.changes.matching.records import Looked, match_records
from connector.engine.run import Run
from connector.engine.stores import Store
from connector.entities.registry import BY_ENTITY, PULL_OF
from connector.errors import QueryFailedError
from connector.model.connection import Mode
from connector.model.matching.matches import Match
from connector.model.pending import NewItem
from connector.quickbooks.query import entity_of
from connector.quickbooks.responses import ChangeData, Page
from tests.builders import CONNECTION, a_company, settings
from tests.generated_company import GeneratedCompany
from tests.memory.store import in_memory

SINCE = re.compile(r"TxnDate >= '(\d{4}-\d\d-\d\d)'")
NOW = datetime(2026, 11, 29, 10, tzinfo=UTC)


@dataclass
class PagedBooks:
    """QuickBooks read page by page, in the order of ids; every page is a metered call.

    Of conditions it knows those that matching asks with: a day from which on documents are read.
    """

    records: dict[str, list[dict[str, Any]]]
    size: int = 1000
    calls: int = 0
    changed: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    deleted: dict[str, list[str]] = field(default_factory=dict)
    truncated: bool = False
    most: int = 1000
    bad: frozenset[str] = frozenset()
    poison: frozenset[str] = frozenset()

    def changes(self, entities: Sequence[str], since: datetime) -> ChangeData:
        """Return what a test says has changed."""
        if self.poison & set(entities):
            raise QueryFailedError("QuickBooks could not answer a query.")
        self.calls += 1
        records = {one: self.changed.get(one, []) for one in entities}
        exact = simplejson.loads(simplejson.dumps(records), use_decimal=True)
        deleted = {one: self.deleted.get(one, []) for one in entities}
        told = sum(map(len, (*exact.values(), *deleted.values())))
        cut = self.truncated or told >= self.most
        return ChangeData(records=exact, deleted=deleted, time=NOW, truncated=cut)

    def page(self, statement: str, *, start: int, size: int = 1000) -> Page:
        """Return a page as QuickBooks' answer is read."""
        self.calls += 1
        since, size = since_in(statement), min(size, self.size)
        every = self.records.get(entity_of(statement), [])
        rows = (one for one in every if str(one.get("TxnDate", "")) >= since)
        chosen = list(islice(rows, start - 1, start - 1 + size))
        good = list(takewhile(lambda one: one["Id"] not in self.bad, chosen))
        if good != chosen and len(good) < min(size, 2):
            raise QueryFailedError("QuickBooks had an internal error.")
        exact = simplejson.loads(simplejson.dumps(good), use_decimal=True)
        return Page(rows=exact, full=good != chosen or len(good) >= size, time=NOW)


def since_in(statement: str) -> str:
    """Return from which day on a statement asks for documents; empty for all of them."""
    _, _, where = statement.removesuffix(" ORDERBY Id").partition(" WHERE ")
    asked = SINCE.fullmatch(where)
    assert asked or not where, f"{statement} is not what matching asks"
    return asked[1] if asked else ""


@dataclass
class Looking:
    """A connection in review whose two sides were found."""

    company: GeneratedCompany
    books: PagedBooks
    store: Store = field(default_factory=in_memory)

    def look(self, **choices: Any) -> Looked:
        """Match both sides."""
        told: dict[str, Any] = {
            "connection_id": CONNECTION,
            "run_id": "r1",
            "open_quickbooks": nobody_writes,
            "open_pages": lambda: self.books,
            "store": self.store,
            "mode": Mode.REVIEW,
            "now": lambda: NOW,
        }
        return match_records(Run(**(told | choices)))

    def matches(self) -> list[Match]:
        """Return everything that was found."""
        kept = self.store.matches
        return [one for pool in pools() for one in kept.read_all(CONNECTION, pool.target)]


def nobody_writes() -> Any:
    raise AssertionError("matching opens nothing that can be written to")


def looking(company: GeneratedCompany, *, size: int = 1000, store: Store | None = None) -> Looking:
    """Return a connection in review whose MobiWork lists and QuickBooks lists were read."""
    found = Looking(company, PagedBooks(company.quickbooks, size), store or in_memory())
    found.store.settings.save_settings(CONNECTION, settings(), saved_at="", saved_by="test")
    found.store.settings.save_company(CONNECTION, a_company())
    for entity, records in company.mobiwork.items():
        flow = BY_ENTITY[entity]
        items = [_item(one.own_id, one.xml) for one in records]
        found.store.pending.put_all(CONNECTION, flow.name, items)
        pull = PULL_OF.get(flow.name)
        if pull and not pull.splitting:
            rows = company.quickbooks.get(pull.source, [])
            there = [_item(one["Id"], simplejson.dumps(one)) for one in rows]
            found.store.pending.put_all(CONNECTION, pull.name, there)
    return found


def _item(own: str, text: str) -> NewItem:
    at = "2026-11-22T09:00:00+00:00"
    return NewItem(record_id=own, record=text, fingerprint=text[:40], found_at=at, label="")


class Killed(BaseException):
    """The worker was killed."""


def killed_at(step: int) -> Callable[[str], None]:
    """Return a checkpoint that kills at the nth durable step."""
    left = [step]

    def checkpoint(_name: str) -> None:
        left[0] -= 1
        if left[0] == 0:
            raise Killed

    return checkpoint
