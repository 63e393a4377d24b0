"""A QuickBooks company in memory that tells its changes, pulls that read it, and their store."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from typing import Any

from pydantic import BaseModel

from connector.changes.lists.found import Found
from connector.changes.quickbooks import poll
from connector.engine.stores import Store
from connector.errors import AnswerTooLargeError, QueryFailedError
from connector.model.body import Body
from connector.model.cursor import Cursor
from connector.model.flows.field import Field
from connector.model.flows.pull_flow import (
    PullEligibility,
    PullFlow,
    PullMatching,
    PullSplitting,
    PullTranslation,
)
from connector.model.flows.records import MobiWorkRecords
from connector.model.links import RecordKey
from connector.model.outcomes import Outcome, RecordOutcome
from connector.model.pending import PendingState
from connector.model.policy.settings import Settings
from connector.quickbooks.responses import ChangeData, Page
from tests.builders import CONNECTION, a_link
from tests.memory.store import in_memory

NOON = datetime(2025, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
OVERLAP = timedelta(minutes=5)
AHEAD = timedelta(hours=1)
"""How far QuickBooks' clock is ahead of ours."""


def nothing(_call: str) -> None:
    """Do nothing before a call."""


@dataclass
class Books:
    """A company; `before` runs before each call, `rows` are in the order of their creation.

    What the looks at it find is in `store`.
    """

    rows: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    deleted: dict[str, dict[str, datetime]] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    before: Callable[[str], None] = nothing
    now: datetime = NOON
    ahead: timedelta = AHEAD
    page_size: int = 1000
    most_changes: int = 1000
    preferred: dict[str, Any] = field(default_factory=dict)
    large: frozenset[str] = frozenset()
    bad: frozenset[str] = frozenset()
    realm_id: str = "9130350000000001"
    store: Store = field(default_factory=in_memory)

    def put(self, entity: str, record_id: str, **values: Any) -> None:
        """Create or change a record as a person does."""
        known = self.rows.setdefault(entity, {})
        old = known.get(record_id, {"Id": record_id, "SyncToken": "-1", "Active": True})
        token = str(int(old["SyncToken"]) + 1)
        known[record_id] = old | values | {"SyncToken": token}
        self.touch(entity, record_id)

    def touch(self, entity: str, record_id: str) -> None:
        """Move the time of the last change, as a document that is posted for the record does."""
        stamp = (self.now + self.ahead).isoformat()
        row = self.rows[entity][record_id]
        self.rows[entity][record_id] = row | {"MetaData": {"LastUpdatedTime": stamp}}

    def vanish(self, entity: str, record_id: str) -> None:
        """Take a record away without a trace, as a merge does."""
        del self.rows[entity][record_id]

    def delete(self, entity: str, record_id: str) -> None:
        """Delete a document."""
        self.rows.get(entity, {}).pop(record_id, None)
        self.deleted.setdefault(entity, {})[record_id] = self.now + self.ahead

    def changes(self, entities: Sequence[str], since: datetime) -> ChangeData:
        """Tell the changes since then, up to the limit."""
        self._called(f"changes {' '.join(entities)} since {since:%m-%d %H:%M}")
        left = self.most_changes
        records: dict[str, list[dict[str, Any]]] = {}
        deleted: dict[str, list[str]] = {}
        for entity in entities:
            changed = self._changed(entity, since)[:left]
            left -= len(changed)
            gone = [k for k, at in self.deleted.get(entity, {}).items() if at >= since][:left]
            left -= len(gone)
            records[entity], deleted[entity] = changed, gone
        return ChangeData(
            records=records, deleted=deleted, time=self.now + self.ahead, truncated=left == 0
        )

    def page(self, statement: str, *, start: int, size: int = 1000) -> Page:
        """Return one page of a statement that is ordered by id or by change.

        One with a record that is too large has the rows before it, as the client reads it.
        """
        self._called(f"{statement} from {start}")
        entity = statement.split()[3]
        if "LastUpdatedTime >=" in statement:
            since = datetime.fromisoformat(statement.split("'")[1])
            rows = self._changed(entity, since)
        else:
            rows = list(self.rows.get(entity, {}).values())
        size = min(size, self.page_size)
        page = rows[start - 1 : start - 1 + size]
        whole = list(takewhile(lambda row: row["Id"] not in self.large, page))
        if page != whole and len(whole) < min(size, 2):
            raise AnswerTooLargeError("It is too large.")
        good = list(takewhile(lambda row: row["Id"] not in self.bad, whole))
        if whole != good and len(good) < min(size, 2):
            raise QueryFailedError("QuickBooks had an internal error.")
        whole = good
        cut = len(whole) < len(page)
        return Page(rows=whole, full=cut or len(page) == size, time=self.now + self.ahead)

    def query(self, statement: str) -> Iterator[dict[str, Any]]:
        """Yield all records of the entity."""
        self._called(statement)
        yield from self.rows.get(statement.split()[3], {}).values()

    def company_info(self) -> dict[str, Any]:
        """Return CompanyInfo."""
        self._called("CompanyInfo")
        return {"CompanyName": "Harbor Books"}

    def preferences(self) -> dict[str, Any]:
        """Return Preferences."""
        self._called("Preferences")
        return {"SalesFormsPrefs": {"CustomTxnNumbers": True}} | self.preferred

    def _called(self, call: str) -> None:
        self.before(call)
        self.calls.append(call)

    def _changed(self, entity: str, since: datetime) -> list[dict[str, Any]]:
        rows = [row for row in self.rows.get(entity, {}).values() if changed_at(row) >= since]
        return sorted(rows, key=changed_at)


@dataclass
class Poisoned(Books):
    """A company that cannot tell the changes of some kinds, nor of others asked for with them."""

    poison: set[str] = field(default_factory=set)

    def changes(self, entities: Any, since: datetime) -> Any:
        """Tell changes, unless one of the kinds is poisoned."""
        if self.poison & set(entities):
            self._called(f"failed {' '.join(entities)}")
            raise QueryFailedError("QuickBooks could not answer a query.")
        return super().changes(entities, since)


def changed_at(row: Mapping[str, Any]) -> datetime:
    """Return when a record was last changed."""
    return datetime.fromisoformat(row["MetaData"]["LastUpdatedTime"])


class Record(BaseModel):
    """A record of MobiWork; these tests never read one."""


NAME: Field[Record] = Field(
    name="name",
    mobiwork=lambda _record: "",
    quickbooks=lambda row: row.get("DisplayName", ""),
    write=lambda _value, _record: {},
)


def named(row: Body) -> str:
    """Name a record of QuickBooks."""
    return f'record "{row.get("DisplayName", "")}"'


def a_pull(
    name: str,
    source: str,
    entity: str,
    *,
    label: Callable[[Body], str] = named,
    splitting: PullSplitting[Record] | None = None,
) -> PullFlow[Record]:
    """Return a pull that compares names."""
    return PullFlow(
        name=name,
        source=source,
        records=MobiWorkRecords(entity=entity, model=Record),
        label=label,
        eligibility=PullEligibility(),
        translation=PullTranslation(fields=(NAME,)),
        matching=PullMatching(quickbooks_key=lambda row, _settings: row.get("DisplayName", "")),
        splitting=splitting,
    )


def a_splitting(
    split: Callable[[Body], Mapping[str, Body]] = lambda row: {str(row["Id"]): row},
    *,
    wanted: bool = True,
) -> PullSplitting[Record]:
    """Return how records are shown in pieces."""
    return PullSplitting(
        wanted=lambda _settings: wanted,
        split=split,
        former=lambda _record, _piece_id: None,
        skip_create_reason=lambda _piece: None,
        orphan="",
        is_twin=lambda _record, _changes: True,
        advice=lambda _piece: "",
    )


CUSTOMERS = a_pull("pull_customers", "Customer", "customer")
VENDORS = a_pull("pull_vendors", "Vendor", "vendor")
PRODUCTS = a_pull("pull_products", "Item", "product")
QUANTITIES = a_pull("pull_part_quantities", "Item", "quantity")
TERMS = a_pull("pull_terms", "Term", "terms")
PAYMENTS = a_pull("pull_payments", "Payment", "payment")
TAXES = a_pull("pull_sales_taxes", "TaxCode", "tax")


def look(  # noqa: PLR0913 - as poll
    books: Books,
    *pulls: PullFlow[Any],
    after: timedelta = timedelta(0),
    rang: bool = False,
    out_of_time: Callable[[], bool] = lambda: False,
    settings: Settings | None = None,
    at_most_every: timedelta = timedelta(0),
) -> dict[str, Found]:
    """Look at a company some time after noon."""
    books.now = NOON + after
    return poll(
        CONNECTION,
        pulls,
        lambda: books,
        settings=settings or Settings(),
        now=books.now,
        rang=rang,
        at_most_every=at_most_every,
        out_of_time=out_of_time,
        store=books.store,
    )


def found(books: Books, pull: PullFlow[Any]) -> set[str]:
    """Return the ids of the records of a pull that are pending items; what is told is none."""
    kept = books.store.pending.read_all(CONNECTION, pull.name)
    return {item.record_id for item in kept if item.state is not PendingState.DELETED}


def done(books: Books, pull: PullFlow[Any]) -> None:
    """Work the pending items of a pull off."""
    for item in [*books.store.pending.read_all(CONNECTION, pull.name)]:
        books.store.pending.close(item)


def link(books: Books, pull: PullFlow[Any], record_id: str, **in_quickbooks: Any) -> None:
    """Link a QuickBooks record to MobiWork's m-..., agreed on these values."""
    owner = RecordKey(pull.entity, f"m-{record_id}")
    made = a_link(owner, target=pull.source, quickbooks_id=record_id, in_quickbooks=in_quickbooks)
    told = RecordOutcome(
        run_id="r0",
        flow=pull.name,
        record_id=record_id,
        outcome=Outcome.CREATED,
        label=record_id,
    )
    assert books.store.links.save(CONNECTION, made, told)


def the_cursor(books: Books) -> Cursor:
    """Return the cursor of the connection."""
    cursor = books.store.cursors.read(CONNECTION)
    assert cursor is not None
    return cursor
