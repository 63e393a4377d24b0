"""The one DynamoDB table: its base item, how it is opened, and how its keys are put together.

Every partition key starts with the connection (or, for limits shared by all connections of one
QuickBooks company, with the realm), so one connection can never read another's items.
"""

import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from random import SystemRandom
from typing import cast

from botocore.client import BaseClient
from botocore.config import Config
from botocore.exceptions import ClientError
from pynamodb.attributes import UnicodeAttribute
from pynamodb.connection import Connection
from pynamodb.exceptions import DoesNotExist, PynamoDBException, TransactWriteError
from pynamodb.expressions.condition import Condition
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection
from pynamodb.models import Model
from pynamodb.signals import pre_dynamodb_send
from pynamodb.transactions import TransactWrite

from connector.errors import RemoteDownError, UnusableKeyError
from connector.model.body import capital

type RawValues = Mapping[str, Mapping[str, str | bytes]]
"""A row as DynamoDB is told it: each attribute with its type."""

type Key = tuple[str, str]
"""The two parts of a key."""

SEPARATOR = "#"
RESENDS = 7
"""So often a throttled call, or what a batch left undone, is sent again, each time later."""

USER_AGENT = "mobiwork-quickbooks-connector"
"""What AWS reads of the caller; botocore's own is put together twice for every call."""

FILLS = 100_000
"""So many rows are more than one call of the table holds."""

MANY = 25
"""So many rows of one partition are worth a look at their range."""

FIRST, LAST = " ", "\U0010ffff"
"""Sort before and after every text of a key."""

FIRST_REST, LONGEST_REST = 0.1, 5.0
"""Seconds until what a batch left undone is sent again."""

_rests = threading.local()


class DueIndex(GlobalSecondaryIndex["Item"]):  # type: ignore[no-untyped-call]
    """Connections by the time they are next due; only connection items carry its keys."""

    class Meta:
        """Index definition, as in template.yaml.

        region, host: Of the table; None for what AWS itself says.
        """

        index_name = "due"
        projection = KeysOnlyProjection()

    due_group = UnicodeAttribute(hash_key=True)
    due_at = UnicodeAttribute(range_key=True)


class Item(Model):
    """Base of every item type; `open_table` says which table it lives in."""

    class Meta:
        """Filled in by `open_table`; empty until then so that importing needs no environment.

        region, host: Of the table; None for what AWS itself says.
        """

        table_name = ""
        region: str | None = None
        host: str | None = None
        max_pool_connections = 32
        max_retry_attempts = RESENDS + 1  # one more than `_rest`, which is to give up first

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    due_group = UnicodeAttribute(null=True)
    due_at = UnicodeAttribute(null=True)
    due = DueIndex()


@dataclass
class _Shared:
    """The connection that the item types share, once one of them has made a call.

    client: the one of its clients whose batches rest.
    connection: of pynamodb.
    lock: held while one is made.
    """

    connection: Connection | None = None
    client: BaseClient | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)


_shared = _Shared()


def open_table(name: str, *, region: str, host: str | None = None) -> None:
    """Bind all item types to the table `name` through one shared client.

    `host` is an endpoint URL for a store that is not AWS. Item types inherit the connection of
    `Item`, which is made here and opened by the first call; one of their own would cost a
    botocore client each (about 60 ms of cold start). PynamoDB keeps a connection as long as the
    name of its table stays, so that a nameless one in between lets go of another place.
    """
    meta, _shared.connection = Item.Meta, None
    meta.region, meta.host = region, host
    for meta.table_name in ("", name):
        Item.get_operation_kwargs_from_class("the", "connection")


@pre_dynamodb_send.connect
def _meet(connection: Connection, **_: object) -> None:
    """Keep the connection that a call goes through, and let its batches rest.

    PynamoDB tells of a call before it makes it; the first one opens the client, one at a time.
    """
    with _shared.lock:
        if connection is not _shared.connection:
            connection.session.set_default_client_config(Config(user_agent=USER_AGENT))
        _shared.connection, client = connection, connection.client
        if client is _shared.client:
            return
        for batch in ("BatchGetItem", "BatchWriteItem"):
            client.meta.events.register(
                f"after-call.dynamodb.{batch}", _rest, unique_id=f"rest-{batch}"
            )
        _shared.client = client


def _rest(parsed: Mapping[str, object], **_: object) -> None:
    """Rest before what a throttled batch left undone is sent again: longer each time in a row.

    PynamoDB sends it again at once, and what was to be read for ever.

    Raises:
        RemoteDownError: it was sent again too often; what was done is kept.
    """
    if not (parsed.get("UnprocessedItems") or parsed.get("UnprocessedKeys")):
        _rests.count = 0
        return
    _rests.count = getattr(_rests, "count", 0) + 1
    if _rests.count > RESENDS:
        _rests.count = 0
        raise RemoteDownError("The table is overloaded; what was done is kept.")
    longest = min(FIRST_REST * 2**_rests.count, LONGEST_REST)
    time.sleep(SystemRandom().uniform(longest / 2, longest))


def key(*parts: str) -> str:
    """Join the parts of a key; a part that holds the separator is refused.

    Raises:
        UnusableKeyError: a part is empty or contains the separator, which would let keys overlap.
    """
    for part in parts:
        if not part or SEPARATOR in part:
            raise UnusableKeyError(f"{part!r} cannot be part of a key")
    return SEPARATOR.join(parts)


def read_row[R: Item](model: type[R], partition: str, own: str) -> R | None:
    """Return one row, read consistently; None where there is none."""
    try:
        return model.get(partition, own, consistent_read=True)
    except DoesNotExist:
        return None


def read_rows[R: Item](model: type[R], keys: Iterable[Key], *, many: int = MANY) -> Iterator[R]:
    """Yield those of some rows that are there, read consistently, in any order.

    Many of one partition are first looked for in the range that they span, as far as so many rows
    go: of new records there is none, which costs one unit and not one for each. Where hardly any
    may be there, `many` is 2. Ids of one length each for themselves: 998 to 1,001 would span all
    that begin with 1 to 9.
    """
    alike: dict[tuple[str, int], set[str]] = {}
    for partition, own in keys:
        alike.setdefault((partition, len(own)), set()).add(own)
    left: list[Key] = []
    for (partition, _), wanted in alike.items():
        last = ""
        if len(wanted) >= many:
            span, most = model.sk.between(min(wanted), max(wanted)), len(wanted)
            rows = list(model.query(partition, span, limit=most, consistent_read=True))
            yield from (row for row in rows if row.sk in wanted)
            last = rows[-1].sk if len(rows) == most else max(wanted)
        left += [(partition, own) for own in wanted if own > last]
    if left:
        yield from model.batch_get(left, consistent_read=True)


@dataclass(frozen=True)
class _PlainRow:
    """A row as the table gave it.

    Attributes:
        values: Its attributes, unparsed.
    """

    values: RawValues

    def serialize(self) -> RawValues:
        return self.values


class _AnyRow(Item):
    """A row of any item type.

    values: its attributes as the table gave them.
    """

    values: RawValues

    @classmethod
    def from_raw_data(cls, data: RawValues) -> "_AnyRow":
        row = cls()
        row.values = data
        return row


def read_mixed(keys: Mapping[Key, type[Item]]) -> Iterator[Item]:
    """Yield those of some rows of several item types that are there, a hundred by one call."""
    for row in _AnyRow.batch_get(keys, consistent_read=True):
        model = keys[row.values["pk"]["S"], row.values["sk"]["S"]]  # type: ignore[index]
        yield model.from_raw_data(dict(row.values))


def plain_row[R: Item](_model: type[R], partition: str, own: str, values: RawValues) -> R:
    """Return a row for a batch of many, of values as DynamoDB is told them.

    It can only be saved by a batch: what an item type does besides takes many times as long.
    """
    return cast("R", _PlainRow({"pk": {"S": partition}, "sk": {"S": own}, **values}))


def lost_condition(error: PynamoDBException) -> bool:
    """Tell whether a write failed because its condition did not hold, alone or in a transaction."""
    if isinstance(error, TransactWriteError):
        return _was_cancelled(error, "ConditionalCheckFailed")
    answered = isinstance(error.cause, ClientError)
    return answered and error.cause_response_code == "ConditionalCheckFailedException"


def rows_after[R: Item](
    model: type[R], partition: str, after: str | None, *, limit: int
) -> Iterator[R]:
    """Yield at most so many rows of a partition in their order, those after one of them."""
    beyond = model.sk > after if after else None
    return model.query(partition, beyond, limit=limit, page_size=limit, consistent_read=True)


def one_call(  # noqa: PLR0913 - where to look, for what, and how far
    model: type[Item],
    partition: str,
    span: Condition | None,
    only: Condition | None = None,
    *,
    size: int = FILLS,
    latest_first: bool = False,
) -> tuple[list[RawValues], str | None]:
    """Return the rows that one call finds in a part of a partition, and up to where it looked.

    That is None where it looked to the end. `only` are those that are wanted, of `size` at most.
    """
    found = model.query(
        partition,
        span,
        only,
        page_size=size,
        scan_index_forward=not latest_first,
        consistent_read=True,
    )
    page = next(found.page_iter)
    last = page.get("LastEvaluatedKey")
    return list(page["Items"]), sk_of(last) if last else None


def says(attribute: UnicodeAttribute, told: str) -> Condition:
    """Hold for rows of which a text has these words, however they begin."""
    each = (attribute.contains(one) for one in sorted({told, told.lower(), capital(told)}))
    return reduce(or_, each)


def sk_of(row: RawValues) -> str:
    """Return the sort key of a row as the table gave it."""
    return str(row["sk"]["S"])


@dataclass
class ConditionalWrite:
    """A write under a condition; `took_effect` when it is over and the condition held."""

    took_effect: bool = False


@contextmanager
def attempt() -> Iterator[ConditionalWrite]:
    """Make a write that does not happen where its condition does not hold."""
    made = ConditionalWrite()
    try:
        yield made
    except PynamoDBException as error:
        if not lost_condition(error):
            raise
    else:
        made.took_effect = True


def met_another(error: TransactWriteError) -> bool:
    """Tell whether a transaction failed because one of its items was being written by another."""
    return _was_cancelled(error, "TransactionConflict")


def _was_cancelled(error: TransactWriteError, code: str) -> bool:
    return any(one is not None and one.code == code for one in error.cancellation_reasons)


def transaction() -> TransactWrite:
    """Start a write transaction on the open table (at most 100 items).

    It goes through the client of the item types. Where none of them has made a call yet it opens
    one of its own; nothing does that, as what is written was read before.
    """
    meta = Item.Meta
    connection = _shared.connection or Connection(
        region=meta.region,
        host=meta.host,
        max_retry_attempts=meta.max_retry_attempts,
        max_pool_connections=meta.max_pool_connections,
    )
    return TransactWrite(connection=connection)
