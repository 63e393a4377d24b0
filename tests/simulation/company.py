"""A QuickBooks company in memory: queries lag, change data tells what changed, lists merge."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from connector.quickbooks.responses import ChangeData, Page
from tests.fakes import FakeQuickBooks, Record
from tests.simulation.scheduler import Clock

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
DOCUMENTS = (
    "Invoice",
    "Payment",
    "Estimate",
    "Bill",
    "PurchaseOrder",
    "Purchase",
    "CreditMemo",
    "RefundReceipt",
    "SalesReceipt",
)


class Company(FakeQuickBooks):
    """A QuickBooks company whose queries mind their conditions and lag behind its writes.

    lag: for so many seconds after it was written a record does not show in queries.
    """

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self.clock = clock
        self.lag = 0.0
        self.written: dict[tuple[str, str], float] = {}
        self.deleted: dict[str, dict[str, datetime]] = {}

    def now(self) -> datetime:
        return NOON + timedelta(seconds=self.clock.now)

    def _touched(self, record: Record) -> Record:
        now = self.now().isoformat()
        made = record.get("MetaData", {}).get("CreateTime", now)
        record["MetaData"] = {"CreateTime": made, "LastUpdatedTime": now}
        return record

    def _stored(self, entity: str, body: Record) -> Record:
        record = self._touched(super()._stored(entity, {"Active": True} | body))
        if entity in DOCUMENTS:
            del record["Active"]
        self.written[entity, record["Id"]] = self.clock.now
        return record

    def update(self, entity: str, body: Record, *, requestid: str) -> Record:
        super().update(entity, body, requestid=requestid)
        return dict(self._touched(self._by_id(entity, body["Id"])))

    def edit(self, entity: str, record_id: str, **changes: Any) -> None:
        super().edit(entity, record_id, **changes)
        self._touched(self._by_id(entity, record_id))

    def query(self, statement: str) -> Iterator[Record]:
        wanted = re.findall(r"(\w+) = '((?:[^'\\]|\\.)*)'", statement)
        chosen = re.search(r"\bId IN \(([^)]*)\)", statement)
        ids = set(re.findall(r"'(\w+)'", chosen[1])) if chosen else None
        since = re.search(r"CreateTime >= '([^']+)'", statement)
        begin = since[1] if since else ""
        entity = statement.split(" FROM ")[1].split(maxsplit=1)[0]
        for one in list(self.records.get(entity, [])):
            shows = self.clock.now - self.written.get((entity, one["Id"]), -self.lag) >= self.lag
            named = ids is None or one["Id"] in ids
            named = named and one["MetaData"]["CreateTime"] >= begin  # All times are in UTC.
            if shows and named and all(_text(one.get(n)) == v.casefold() for n, v in wanted):
                yield dict(one)

    def delete(self, entity: str, record_id: str, *, sync_token: str, requestid: str) -> None:
        super().delete(entity, record_id, sync_token=sync_token, requestid=requestid)
        self.deleted.setdefault(entity, {})[record_id] = self.now()

    def erase(self, entity: str, record_id: str) -> None:
        """Delete a document as a person does."""
        token = self._by_id(entity, record_id)["SyncToken"]
        self.delete(entity, record_id, sync_token=token, requestid="")

    def void(self, entity: str, record_id: str) -> None:
        """Void a document as a person does."""
        one = self._by_id(entity, record_id)
        if one["TotalAmt"]:
            note = f"Voided {one.get('PrivateNote', '')}"
            self.edit(entity, record_id, TotalAmt=Decimal(0), PrivateNote=note)

    def merge(self, entity: str, loser: str, survivor: str) -> None:
        """Merge two records of a list: one vanishes, and what named it names the other."""
        self.records[entity] = [one for one in self.records[entity] if one["Id"] != loser]
        for document in DOCUMENTS:
            for one in self.records.get(document, []):
                if entity == "Customer" and one.get("CustomerRef", {}).get("value") == loser:
                    self.edit(document, one["Id"], CustomerRef={"value": survivor})

    def changes(self, entities: Sequence[str], since: datetime) -> ChangeData:
        records = {one: self._since(one, since) for one in entities}
        gone: Mapping[str, list[str]] = {
            one: [k for k, at in self.deleted.get(one, {}).items() if at >= since]
            for one in entities
        }
        return ChangeData(records=records, deleted=gone, time=self.now(), truncated=False)

    def page(self, statement: str, *, start: int, size: int = 1000) -> Page:
        assert (start, size) == (1, 1000), "the company is small"
        entity = statement.split(" FROM ")[1].split(maxsplit=1)[0]
        since = re.search(r"LastUpdatedTime >= '([^']+)'", statement)
        begin = datetime.fromisoformat(since[1]) if since else datetime.min.replace(tzinfo=UTC)
        return Page(rows=self._since(entity, begin), full=False, time=self.now())

    def preferences(self) -> Record:
        raise AssertionError("what the company prefers was read just now")

    company_info = preferences

    def _since(self, entity: str, since: datetime) -> list[Record]:
        return [dict(one) for one in self.records.get(entity, []) if _changed(one) >= since]


def _changed(record: Record) -> datetime:
    return datetime.fromisoformat(record["MetaData"]["LastUpdatedTime"])


def _text(value: Any) -> str:
    return str(value["value"] if isinstance(value, dict) else value).casefold()
