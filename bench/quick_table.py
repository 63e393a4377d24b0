"""A table in this process, below botocore: what is said to it is signed and read as for AWS.

Only what the store uses is there. It answers before anything is sent, so that the processor time
of the calls is that of pynamodb and botocore; its own is told apart. Units are counted as AWS bills
them: a consistent read of up to 4 KB, a write of up to 1 KB, twice of it in a transaction.
"""

import json
import time
from bisect import bisect_left, bisect_right, insort
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from math import ceil
from sys import maxsize
from typing import TYPE_CHECKING, Any, cast

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.client import BaseClient

from bench.table_expressions import Values, actions, span, test

if TYPE_CHECKING:
    from botocore.compat import HTTPHeaders

type Key = tuple[str, str]

READ, WRITE, MOST_BYTES = 4096, 1024, 1024 * 1024
CALLS = [
    "BatchGetItem",
    "BatchWriteItem",
    "DeleteItem",
    "DeleteTable",
    "DescribeTable",
    "GetItem",
    "PutItem",
    "Query",
    "TransactWriteItems",
    "UpdateItem",
]


class _Lost(Exception):  # noqa: N818 - an answer, no fault of the table
    """A condition did not hold; it tells which of the writes had it."""


@dataclass
class QuickTable:
    """The table.

    rows: what it holds, by key.
    calls, units: how often each call was made, and what was billed for it.
    seconds: the processor time of the table itself.
    read: how many rows were read, those that a filter left out included.
    """

    rows: dict[Key, Values] = field(default_factory=dict)
    calls: Counter[str] = field(default_factory=Counter)
    units: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    read: int = 0
    _partitions: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def use(self) -> None:
        """Answer all calls of DynamoDB of this process from now on."""
        made, answer = BaseClient.__init__, cast("Callable[..., None]", self._answer)

        def opened(client: BaseClient, *told: Any, **more: Any) -> None:  # noqa: ANN401
            made(client, *told, **more)
            for name in CALLS:
                client.meta.events.register(f"before-send.dynamodb.{name}", answer)

        BaseClient.__init__ = opened  # type: ignore[assignment,method-assign]

    def cost(self, deed: Callable[[], object], times: int) -> "Cost":
        """Do something; return what each of one of so many took."""
        self.calls.clear()
        self.units.clear()
        self.seconds, began = 0.0, time.process_time()
        deed()
        spent = time.process_time() - began - self.seconds
        return Cost(self.calls.total() / times, self.units.total() / times, spent * 1000 / times)

    def _answer(self, request: AWSPreparedRequest, **_: object) -> AWSResponse:
        began = time.process_time()
        name = cast("bytes", request.headers["X-Amz-Target"]).decode().rpartition(".")[2]
        self.calls[name] += name != "DescribeTable"
        try:
            status, told = 200, getattr(self, f"_{name}")(json.loads(cast("bytes", request.body)))
        except _Lost as lost:
            status, told = 400, _lost(name, *lost.args)
        answer = AWSResponse(
            request.url, status, cast("HTTPHeaders", {"x-amz-request-id": "r"}), _Raw(told)
        )
        self.seconds += time.process_time() - began
        return answer

    def _DescribeTable(self, told: Values) -> Values:  # noqa: N802 - named as AWS does
        keys = [
            {"AttributeName": "pk", "KeyType": "HASH"},
            {"AttributeName": "sk", "KeyType": "RANGE"},
        ]
        types = [{"AttributeName": one, "AttributeType": "S"} for one in ("pk", "sk")]
        return {
            "Table": {
                "TableName": told["TableName"],
                "KeySchema": keys,
                "AttributeDefinitions": types,
            }
        }

    def _DeleteTable(self, _told: Values) -> Values:  # noqa: N802
        self.clear()
        return {}

    def _GetItem(self, told: Values) -> Values:  # noqa: N802
        row = self._read(told["Key"])
        return {"Item": row} if row else {}

    def _BatchGetItem(self, told: Values) -> Values:  # noqa: N802
        found = {
            name: [row for one in some["Keys"] if (row := self._read(one))]
            for name, some in told["RequestItems"].items()
        }
        return {"Responses": found, "UnprocessedKeys": {}}

    def _Query(self, told: Values) -> Values:  # noqa: N802
        holds, limit = test(told["KeyConditionExpression"]), told.get("Limit") or maxsize
        taken: list[Values] = []
        size, last = 0, {}
        for row in self._candidates(told):
            if not holds(told, row):
                continue
            if len(taken) == limit or size > MOST_BYTES:
                last = {"LastEvaluatedKey": {one: taken[-1][one] for one in ("pk", "sk")}}
                break
            taken.append(row)
            size += size_of(row)
        self.read += len(taken)
        kind = _kind(taken[0]) if taken else str(told["ExpressionAttributeValues"])
        self.units[f"query {kind}"] += max(1, ceil(size / READ))
        if wanted := told.get("FilterExpression"):
            taken = [row for row in taken if test(wanted)(told, row)]
        return {"Items": taken, "Count": len(taken), "ScannedCount": len(taken), **last}

    def _candidates(self, told: Values) -> Iterator[Values]:
        """Yield rows in order, among them all that are asked for; of an index all that it has."""
        if "IndexName" in told:
            held = [one for one in self.rows.values() if "due_group" in one]
            yield from sorted(held, key=lambda row: row["due_at"]["S"])
            return
        pk, _ = span(told, "pk")
        order, (low, high) = self._partitions.get(pk, []), span(told, "sk")
        first, end = bisect_left(order, low), bisect_right(order, high)
        after = told.get("ExclusiveStartKey", {}).get("sk", {}).get("S")
        if told.get("ScanIndexForward", True):
            first = first if after is None else bisect_right(order, after)
            places: Iterable[int] = range(first, end)
        else:
            end = end if after is None else bisect_left(order, after)
            places = range(end - 1, first - 1, -1)
        yield from (self.rows[pk, order[place]] for place in places)

    def load(self, rows: Mapping[Key, Values]) -> None:
        """Take rows as they were kept, for nothing."""
        for own, row in rows.items():
            self._store(own, row)

    def clear(self) -> None:
        """Delete all rows, for nothing."""
        self.rows.clear()
        self._partitions.clear()

    def forget(self, part: str) -> None:
        """Delete all rows whose partition's key has some part, for nothing."""
        for key in [key for key in self.rows if part in key[0]]:
            self._drop(key)

    def _store(self, key: Key, row: Values) -> None:
        if key not in self.rows:
            insort(self._partitions[key[0]], key[1])
        self.rows[key] = row

    def _drop(self, key: Key) -> Values | None:
        if (row := self.rows.pop(key, None)) is not None:
            order = self._partitions[key[0]]
            del order[bisect_left(order, key[1])]
        return row

    def _PutItem(self, told: Values) -> Values:  # noqa: N802
        self._check([told])
        self._put(told["Item"], "put")
        return {}

    def _DeleteItem(self, told: Values) -> Values:  # noqa: N802
        self._check([told])
        self._delete(told["Key"], "delete")
        return {}

    def _UpdateItem(self, told: Values) -> Values:  # noqa: N802
        self._check([told])
        return {"Attributes": self._update(told, "update")}

    def _BatchWriteItem(self, told: Values) -> Values:  # noqa: N802
        for one in (one for some in told["RequestItems"].values() for one in some):
            if "PutRequest" in one:
                self._put(one["PutRequest"]["Item"], "put")
            else:
                self._delete(one["DeleteRequest"]["Key"], "delete")
        return {"UnprocessedItems": {}}

    def _TransactWriteItems(self, told: Values) -> Values:  # noqa: N802
        deeds = [(kind, one) for some in told["TransactItems"] for kind, one in some.items()]
        self._check([one for _, one in deeds])
        for kind, one in deeds:
            match kind:
                case "Put":
                    self._put(one["Item"], "put together", times=2)
                case "Delete":
                    self._delete(one["Key"], "delete together", times=2)
                case "Update":
                    self._update(one, "update together", times=2)
                case _:
                    self._bill("check together", self.rows.get(_key(one["Key"])), one["Key"], 2)
        return {}

    def _check(self, deeds: Iterable[Values]) -> None:
        held = [
            test(one["ConditionExpression"])(
                one, self.rows.get(_key(one.get("Item") or one["Key"]))
            )
            if one.get("ConditionExpression")
            else True
            for one in deeds
        ]
        if not all(held):
            raise _Lost(held)

    def _read(self, own: Values) -> Values | None:
        row = self.rows.get(_key(own))
        self.read += row is not None
        self.units[f"get {_kind(own)}"] += max(1, ceil(size_of(row or {}) / READ))
        return row

    def _put(self, row: Values, how: str, times: int = 1) -> None:
        self._store(_key(row), row)
        self._bill(how, row, row, times)

    def _delete(self, own: Values, how: str, times: int = 1) -> None:
        self._bill(how, self._drop(_key(own)), own, times)

    def _update(self, told: Values, how: str, times: int = 1) -> Values:
        row = dict(self.rows.get(_key(told["Key"])) or told["Key"])
        for verb, name, value in actions(told["UpdateExpression"]):
            own = told["ExpressionAttributeNames"][name]
            if verb == "REMOVE":
                row.pop(own, None)
            elif verb == "ADD":
                more = told["ExpressionAttributeValues"][value]["N"]
                row[own] = {"N": str(int(row.get(own, {"N": "0"})["N"]) + int(more))}
            else:
                first, _, other = value.removeprefix("if_not_exists (").partition(", ")
                kept = row.get(told["ExpressionAttributeNames"].get(first, "")) if other else None
                last = (other or first).rstrip(")")
                row[own] = kept or told["ExpressionAttributeValues"][last]
        self._store(_key(row), row)
        self._bill(how, row, row, times)
        return row

    def _bill(self, how: str, row: Values | None, own: Values, times: int) -> None:
        self.units[f"{how} {_kind(own)}"] += times * max(1, ceil(size_of(row or {}) / WRITE))


@dataclass(frozen=True)
class Cost:
    """What one of several took: calls of the table, units billed, milliseconds of this process."""

    calls: float
    units: float
    milliseconds: float


class _Raw:
    """The body of an answer, as botocore reads it."""

    def __init__(self, told: Values) -> None:
        self._told = json.dumps(told).encode()

    def stream(self, *_: object, **__: object) -> Iterable[bytes]:
        """Yield it."""
        yield self._told


def _lost(name: str, held: list[bool]) -> Values:
    if name != "TransactWriteItems":
        return {"__type": "x#ConditionalCheckFailedException", "message": "lost"}
    reasons = [{"Code": "None" if one else "ConditionalCheckFailed"} for one in held]
    codes = ", ".join(one["Code"] for one in reasons)
    return {
        "__type": "x#TransactionCanceledException",
        "Message": f"Transaction cancelled, please refer cancellation reasons [{codes}]",
        "CancellationReasons": reasons,
    }


def _key(told: Values) -> Key:
    return told["pk"]["S"], told["sk"]["S"]


def _kind(told: Values) -> str:
    return "#".join(told["pk"]["S"].split("#")[1:3])


def size_of(row: Mapping[str, Values]) -> int:
    """Return the bytes of a row as DynamoDB counts them."""
    return sum(len(name) + _length(value) for name, value in row.items())


def _length(value: Values) -> int:
    ((kind, told),) = value.items()
    match kind:
        case "S":
            return len(told.encode())
        case "B":
            return len(told) * 3 // 4
        case "N":
            return len(told) // 2 + 2
        case "L":
            return 3 + sum(1 + _length(one) for one in told)
        case "M":
            return 3 + sum(1 + len(name) + _length(one) for name, one in told.items())
        case _:
            return 1
