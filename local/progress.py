"""What the connector's table tells of connections and runs, read as an operator would."""

import json
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from boto3.dynamodb.types import Binary, TypeDeserializer

from local.emulator import Emulator

Counts = Mapping[str, int]
TO_READ = (
    "refused",
    "waiting",
    "posted with difference",
    "created",
    "updated",
    "linked",
    "left out",
)
"""The outcomes that have something for a person, in this order, where there is a note."""
LEFT_OUT = "left out"
WORDS = (Path(__file__).parents[1] / "layers/connector/connector/store/words.txt").read_bytes()
"""By what the connector packs its rows."""


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
class LeftOut:
    """The records of a flow that were left out for one reason: how many, and their amount."""

    flow: str
    reason: str
    count: int
    worth: Decimal | None


@dataclass(frozen=True)
class Outcomes:
    """What has become of the records of a run so far."""

    by_flow: Mapping[str, Counts]
    remarks: tuple[Remark, ...]
    left_out: tuple[LeftOut, ...] = ()


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

    def broken(self, connection_id: str) -> str | None:
        """Say why a connection does not work until a person acts; None where it does."""
        told = self.connection(connection_id)
        return None if told["state"] == "active" else str(told["reason"])

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
        amounts: defaultdict[tuple[str, str], list[Decimal | None]] = defaultdict(list)
        for item in self._query("pk = :p", f"{connection_id}#outcome#{run_id}"):
            flow, outcome = item["sk"].split("#")[0], item["outcome"]
            counts[flow][outcome] += 1
            told = item["told"]
            note = str(told.get("note") or "")
            if outcome == LEFT_OUT:
                amounts[flow, note].append(_amount(told.get("worth")))
            elif outcome in TO_READ and note:
                remarks.append(Remark(flow, outcome, told["label"], note))
        return Outcomes(counts, tuple(remarks), tuple(_left_out(amounts)))

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


def _amount(text: object) -> Decimal | None:
    return Decimal(str(text)) if text else None


def _left_out(
    amounts: Mapping[tuple[str, str], Sequence[Decimal | None]],
) -> Iterator[LeftOut]:
    """Sum what was left out, by flow and reason; the most records of a flow come first."""
    for (flow, reason), each in sorted(amounts.items(), key=lambda one: (one[0][0], -len(one[1]))):
        known = [one for one in each if one is not None]
        yield LeftOut(flow, reason, len(each), sum(known, Decimal(0)) if known else None)


def _plain(item: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _value(TypeDeserializer().deserialize(it)) for name, it in item.items()}


def _value(value: object) -> object:
    packed = value.value if isinstance(value, Binary) else b""  # type: ignore[attr-defined]
    return json.loads(zlib.decompressobj(zdict=WORDS).decompress(packed)) if packed else value
