"""Fakes with behaviour: a QuickBooks company in memory that can lose answers and hide records."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from threading import Lock
from typing import Any

from connector.errors import (
    DuplicateNameError,
    RejectedError,
    RemoteDownError,
    StaleSyncTokenError,
)
from connector.quickbooks.fault_catalogue import CATALOGUE

type Record = dict[str, Any]


@dataclass
class Numbers:
    """1, 2, 3 and so on; a copy goes on by itself."""

    latest: int = 0

    def __next__(self) -> int:
        """Return the next one."""
        self.latest += 1
        return self.latest


@dataclass
class FakeQuickBooks:
    """Creates, updates and finds records; `before` and `after` run around each create."""

    realm_id: str = "9130350000000001"
    records: dict[str, list[Record]] = field(default_factory=dict)
    before: Callable[[str, Record], None] = lambda _entity, _body: None
    after: Callable[[str, Record], None] = lambda _entity, _body: None
    honours_request_ids: bool = True
    hidden: bool = False
    queries: int = 0
    creates: int = 0
    _seen: dict[str, Record] = field(default_factory=dict)
    _ids: Numbers = field(default_factory=Numbers)
    _lock: Lock = field(default_factory=Lock)

    def create(
        self,
        entity: str,
        body: Record,
        *,
        requestid: str,
        before_sending: Callable[[], object] = lambda: None,
    ) -> Record:
        """Store a record once per request id and return it."""
        self.before(entity, body)
        before_sending()
        with self._lock:
            self.creates += 1
            if self.honours_request_ids and requestid in self._seen:
                return dict(self._seen[requestid])
            self._refuse_taken_name(entity, body)
            record = self._stored(entity, body)
            self._seen[requestid] = record
        self.after(entity, body)
        return dict(record)

    def update(self, entity: str, body: Record, *, requestid: str) -> Record:
        """Change the fields of a record whose SyncToken is current."""
        del requestid
        record = self._by_id(entity, body["Id"])
        if record["SyncToken"] != body["SyncToken"]:
            raise StaleSyncTokenError("stale")
        record |= {name: body[name] for name in body if name not in {"sparse", "SyncToken"}}
        record["SyncToken"] = str(int(record["SyncToken"]) + 1)
        return dict(record)

    def delete(self, entity: str, record_id: str, *, sync_token: str, requestid: str) -> None:
        """Delete a document whose SyncToken is current; lists have no delete."""
        del requestid
        record = self._by_id(entity, record_id)
        if entity in {"Customer", "Item", "Vendor"}:
            raise RejectedError(f"delete {entity} is not supported.", code="500")
        if record["SyncToken"] != sync_token:
            raise StaleSyncTokenError("stale")
        self.records[entity].remove(record)

    def read(self, entity: str, record_id: str) -> Record:
        """Return a record."""
        return dict(self._by_id(entity, record_id))

    def query(self, statement: str) -> Iterator[Record]:
        """Yield all records of the entity; the caller's own test picks among them."""
        self.queries += 1
        entity = statement.split(" FROM ")[1].split(maxsplit=1)[0]
        yield from () if self.hidden else [dict(one) for one in self.records.get(entity, [])]

    def edit(self, entity: str, record_id: str, **changes: Any) -> None:
        """Change a record as a person in QuickBooks does."""
        record = self._by_id(entity, record_id)
        record |= changes
        record["SyncToken"] = str(int(record["SyncToken"]) + 1)

    def _by_id(self, entity: str, record_id: str) -> Record:
        found = (one for one in self.records.get(entity, []) if one["Id"] == record_id)
        if (record := next(found, None)) is None:
            raise RejectedError(f"{entity} {record_id} was not found.", code="610")
        return record

    def _refuse_taken_name(self, entity: str, body: Record) -> None:
        for member in ("DisplayName", "Name"):
            taken = {one.get(member, "").casefold() for one in self.records.get(entity, [])}
            if member in body and body[member].casefold() in taken:
                raise DuplicateNameError(
                    "The name is taken.", code="6240", fixes=CATALOGUE["6240"].fixes
                )

    def _stored(self, entity: str, body: Record) -> Record:
        record = dict(body) | {"Id": str(next(self._ids)), "SyncToken": "0"}
        if "Line" in body and "TotalAmt" not in body:
            tax = body.get("TxnTaxDetail", {}).get("TotalTax", Decimal(0))
            record["TotalAmt"] = sum((line["Amount"] for line in body["Line"]), Decimal(0)) + tax
        self.records.setdefault(entity, []).append(record)
        return record


def lost_answer(_entity: str, _body: Record) -> None:
    """Lose the answer of a create that took effect."""
    raise RemoteDownError("QuickBooks did not answer.", unknown_outcome=True)


def unreachable(_entity: str, _body: Record) -> None:
    """Refuse the connection before anything is sent."""
    raise RemoteDownError("QuickBooks cannot be reached.", unknown_outcome=False)


@dataclass
class Clock:
    """A clock that only sleeping moves."""

    now: float = 0.0

    def __call__(self) -> float:
        """Return the time."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Pass the time."""
        self.now += seconds
