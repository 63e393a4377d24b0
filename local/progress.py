"""What the connector's table tells of connections and runs, read as an operator would."""

import json
import zlib
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from boto3.dynamodb.types import Binary, TypeDeserializer

from local.emulator import Emulator

Counts = Mapping[str, int]
TO_READ = ("refused", "waiting", "posted with difference")


@dataclass(frozen=True)
class Look:
    """The latest look at MobiWork: when, what it found in each flow, and the run it started."""

    looked_at: str = ""
    found: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    run_id: str = ""


@dataclass(frozen=True)
class Remark:
    """What a person should read of a record: why it did not go through, or how it differs."""

    flow: str
    outcome: str
    label: str
    note: str


@dataclass(frozen=True)
class Outcomes:
    """What has become of the records of a run so far."""

    by_flow: Mapping[str, Counts]
    remarks: tuple[Remark, ...]


class Ledger:
    """Reads the one table; its item formats are those of the package `connector.store`."""

    def __init__(self, emulator: Emulator, table: str) -> None:
        self._client = emulator.client("dynamodb")
        self._table = table

    def connections(self) -> list[str]:
        """List the connections, through the index of due connections."""
        return [item["pk"] for item in self._query("due_group = :p", "due", index="due")]

    def connection(self, connection_id: str) -> dict[str, Any]:
        """Read a connection."""
        return self._one(connection_id, "connection")

    def look(self, connection_id: str) -> Look:
        """Read the latest look at MobiWork."""
        item = self._one(f"{connection_id}#findings", "latest")
        return Look(item["looked_at"], item["found"], item["run_id"]) if item else Look()

    def run(self, connection_id: str, run_id: str) -> dict[str, Any]:
        """Read a run: state, reports, failures."""
        return self._one(f"{connection_id}#run", run_id)

    def outcomes(self, connection_id: str, run_id: str) -> Outcomes:
        """Count the outcomes of a run, and pick what a person should read."""
        counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
        remarks = []
        for item in self._query("pk = :p", f"{connection_id}#outcome#{run_id}"):
            flow, outcome = item["sk"].split("#")[0], item["outcome"]
            counts[flow][outcome] += 1
            if outcome in TO_READ:
                remarks.append(Remark(flow, outcome, item["label"], item["note"]))
        return Outcomes(counts, tuple(remarks))

    def _one(self, pk: str, sk: str) -> dict[str, Any]:
        key = {"pk": {"S": pk}, "sk": {"S": sk}}
        answer = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True)
        return _plain(answer.get("Item", {}))

    def _query(self, condition: str, value: str, index: str = "") -> list[dict[str, Any]]:
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression=condition,
            ExpressionAttributeValues={":p": {"S": value}},
            **({"IndexName": index} if index else {}),
        )
        return [_plain(item) for page in pages for item in page["Items"]]


def _plain(item: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _value(TypeDeserializer().deserialize(it)) for name, it in item.items()}


def _value(value: object) -> object:
    packed = value.value if isinstance(value, Binary) else b""  # type: ignore[attr-defined]
    return json.loads(zlib.decompress(packed)) if packed else value
