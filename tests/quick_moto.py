"""Moto without what it works out anew for each request; it answers the same.

Two thirds of the processor time of a call of the table went into that: the names of a handler's
methods, the service of an address among 180 patterns, under which names a member of an answer may
stand, nine members that a value cannot have beside the one it has, the words of a condition, the
order of all items where one partition is asked for, copies of all values of a table for each item
of a transaction, and the signature that nobody checks. A key
that seals is told by its own bytes; the pair of RSA that moto makes beside them signs nothing here.
"""

from collections import defaultdict, deque
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, field
from functools import cache
from operator import attrgetter
from typing import Any

from botocore.awsrequest import AWSPreparedRequest
from moto import backend_index
from moto.core import responses
from moto.core.botocore_stubber import BotocoreStubber
from moto.core.model import StructureShape
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.core.parse import BaseJSONParser
from moto.core.serialize import AttributePickerContext, BaseJSONSerializer, XFormedAttributePicker
from moto.core.utils import method_names_from_class
from moto.dynamodb.comparisons import ConditionExpressionParser
from moto.dynamodb.models.dynamo_type import DynamoType, Item, LimitedSizeDict
from moto.dynamodb.models.table import Table
from moto.dynamodb.parsing.ast_nodes import (  # type: ignore[attr-defined]
    DepthFirstTraverser,
    Node,
)
from moto.dynamodb.responses import DynamoHandler
from moto.kms import models as kms
from moto.kms.utils import generate_private_key

VALUE = "AttributeValue"
"""The shape of a value: a structure of ten members of which exactly one is there."""
HEADERS = ("X-Amz-Target", "Content-Type")
"""What the table reads of the headers."""

process_request = BotocoreStubber.process_request
query = Table.query
cast_value = DynamoType.cast_value.fget  # type: ignore[attr-defined]
serialize_structure = BaseJSONSerializer._serialize_type_structure
parse_structure = BaseJSONParser._parse_structure
parse = ConditionExpressionParser.parse
lex = ConditionExpressionParser._lex_condition_expression
copy_value = DynamoType.__deepcopy__


class QuickPicker(XFormedAttributePicker):
    """Knows from the last time under which names a member of a dictionary may stand."""

    _known: dict[tuple[object, str], tuple[str, ...]] = {}  # noqa: RUF012 - of all pickers

    def get_possible_keys(self, context: AttributePickerContext) -> Generator[str]:
        """Yield the names under which a member may stand, the likeliest first."""
        if type(context.obj) is not dict:
            yield from super().get_possible_keys(context)
            return
        own = (context.shape, context.key)
        if own not in self._known:
            self._known[own] = tuple(super().get_possible_keys(context))
        yield from self._known[own]


def all_items(table: Table) -> list[Item]:
    """Return the items of a table, which has two keys, in their order, each key converted once."""
    rows = (item for of_key in table.items.values() for item in of_key.values())
    return sorted(rows, key=attrgetter("hash_key.cast_value", "range_key.cast_value"))


def query_of_partition(
    table: Table, hash_key: DynamoType, *told: Any, **named: Any
) -> tuple[list[Item], int, dict[str, Any] | None]:
    """Query a table that holds nothing but the partition that is asked for, or an index of it."""
    if named.get("index_name", told[6] if len(told) > INDEX_NAME else None):
        return query(table, hash_key, *told, **named)
    alone = copy(table)
    rows = table.items.get(hash_key)
    alone.items = defaultdict(dict, {hash_key: rows} if rows else {})
    return query(alone, hash_key, *told, **named)


INDEX_NAME = 6
"""The place of the index among what `Table.query` is told after the key."""


SCALARS = frozenset({"S", "N", "B", "BOOL", "NULL"})
"""The types of values that nothing is written into: another one is put in their place."""


def copied_value(value: DynamoType, memo: dict[int, Any]) -> DynamoType:
    return value if value.type in SCALARS else copy_value(value, memo)


def copied_item(item: Item, memo: dict[int, Any]) -> Any:
    made: Any = Item.__new__(Item)
    made.hash_key, made.range_key = item.hash_key, item.range_key
    made.attrs = LimitedSizeDict.__new__(LimitedSizeDict)
    for name, value in item.attrs.items():
        dict.__setitem__(made.attrs, name, copied_value(value, memo))
    return made


def copied_table(table: Table, memo: dict[int, Any]) -> Table:
    """Return a table, which has two keys, with items of its own and all else as it is."""
    made = copy(table)
    made.items = defaultdict(dict)
    for key, rows in table.items.items():
        made.items[key] = {own: copied_item(one, memo) for own, one in rows.items()}
    return made


def quick_cast(value: DynamoType) -> Any:
    return value.value if value.type == "S" else cast_value(value)


def quick_equal(one: DynamoType, other: DynamoType) -> bool:
    return one.type == other.type and quick_cast(one) == quick_cast(other)


def quick_hash(value: DynamoType) -> int:
    return hash((value.type, quick_cast(value)))


def serialized_structure(
    serializer: BaseJSONSerializer, into: Any, value: Any, shape: StructureShape, key: str
) -> None:
    """Serialize a structure; of a value the one member that it has."""
    if shape.name != VALUE or not key or type(value) is not dict or not value:
        serialize_structure(serializer, into, value, shape, key)
        return
    own: dict[str, Any] = {}
    for name in value:
        member = shape.members[name]
        member.parent = shape  # type: ignore[attr-defined]
        serializer._serialize_structure_member(own, value, member, name)
    serializer._default_serialize(into, own, shape, key)


def parsed_structure(parser: BaseJSONParser, shape: StructureShape, value: Any) -> Any:
    """Parse a structure; of a value the one member that it has."""
    if shape.name != VALUE or not value:
        return parse_structure(parser, shape, value)  # type: ignore[no-untyped-call]
    made = parser.MAP_TYPE()
    for name, raw in value.items():
        made[name] = parser._parse_shape(shape.members[name], raw)  # type: ignore[no-untyped-call]
    return made


@cache
def _words(expression: str) -> tuple[Any, ...]:
    return tuple(lex(ConditionExpressionParser(expression, None, None)))


def words(parser: ConditionExpressionParser) -> deque[Any]:
    """Return the words of a condition."""
    return deque(_words(parser.condition_expression or ""))


def parsed(parser: ConditionExpressionParser) -> Any:
    """Return what decides a condition; kept, as each call parses its own two or three times."""
    told = (parser.expression_attribute_names, parser.expression_attribute_values)
    own = (parser.condition_expression, repr(told))
    if own not in _known_conditions:
        condition = parse(parser)
        found = (tuple(parser.expr_attr_names_found), tuple(parser.expr_attr_values_found))
        if len(_known_conditions) == KEPT:
            _known_conditions.clear()
        _known_conditions[own] = (condition, *found)
        return condition
    condition, names, values = _known_conditions[own]
    parser.expr_attr_names_found.extend(names)
    parser.expr_attr_values_found.extend(values)
    return condition


_known_conditions: dict[tuple[str | None, str], tuple[Any, tuple[str, ...], tuple[str, ...]]] = {}
KEPT = 5000


@cache
def _is(kind: Any, one_of: Any) -> bool:
    return issubclass(kind, one_of)


def traversed(traverser: Any, node: Any, child_id: int = -1) -> Any:
    """Process the nodes of an update, the deepest first."""
    kinds = tuple(traverser._processing_map())
    return _traversed(traverser, node, child_id, kinds)


def _traversed(traverser: Any, node: Any, child_id: int, kinds: tuple[type, ...]) -> Any:
    kind: Any = type(node)
    if not _is(kind, (Node,)):
        return node
    parent = node.parent
    for place, child in enumerate(node.children or ()):
        traverser.pre_processing_of_child(node, place)
        _traversed(traverser, child, place, kinds)
    if _is(kind, kinds):
        node = traverser.process(node)
        node.parent = parent
        if parent:
            parent.children[child_id] = node
    return node


@dataclass(frozen=True)
class _Asked:
    """What a handler reads of a request before it acts."""

    data: bytes
    headers: Any
    content_type: str
    method: str = "POST"
    path: str = "/"
    values: Mapping[str, str] = field(default_factory=dict)


def processed(stubber: BotocoreStubber, request: AWSPreparedRequest) -> Any:
    """Hand a call of the table to its handler; no environment of a web server is made for it."""
    headers = {name: _text(request.headers.get(name, "")) for name in HEADERS}
    region = DynamoHandler.region_regex.search(request.url)
    if not region or not headers["X-Amz-Target"].startswith("DynamoDB_"):
        return process_request(stubber, request)
    handler = DynamoHandler()
    handler.headers, handler.querystring, handler.uri_match = headers, {}, {}
    handler.region, handler.current_account = region["region"], DEFAULT_ACCOUNT_ID
    handler.response_headers = {"server": "amazon.com"}
    body: Any = request.body
    asked: Any = _Asked(body, headers, headers["Content-Type"])
    handler.parse_parameters(asked)
    return handler.call_action()


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value


QUICK: tuple[tuple[Any, str, object], ...] = (
    (responses, "method_names_from_class", cache(method_names_from_class)),
    (responses, "XFormedAttributePicker", QuickPicker),
    (kms, "generate_private_key", cache(generate_private_key)),
    (BotocoreStubber, "process_request", processed),
    (Table, "all_items", all_items),
    (Table, "query", query_of_partition),
    (Table, "__deepcopy__", copied_table),
    (Item, "__deepcopy__", copied_item),
    (DynamoType, "__deepcopy__", copied_value),
    (DynamoType, "cast_value", property(quick_cast)),
    (DynamoType, "__eq__", quick_equal),
    (DynamoType, "__hash__", quick_hash),
    (BaseJSONSerializer, "_serialize_type_structure", serialized_structure),
    (BaseJSONParser, "_parse_structure", parsed_structure),
    (ConditionExpressionParser, "_lex_condition_expression", words),
    (ConditionExpressionParser, "parse", parsed),
    (DepthFirstTraverser, "traverse_node_recursively", traversed),
)
PLAIN = tuple((place, name, vars(place).get(name)) for place, name, _ in QUICK)
"""What stands in the place of each of these in moto; a table is copied as any object is."""


def make_quick() -> None:
    """Let moto look up once what stays as it is."""
    backend_index.backend_url_patterns.sort(key=lambda row: row[0] != "dynamodb")
    _put(QUICK)


@contextmanager
def as_it_was() -> Iterator[None]:
    """Give moto back all that it works out, for as long as the context."""
    _put(PLAIN)
    yield
    _put(QUICK)


def _put(rows: Iterable[tuple[Any, str, object]]) -> None:
    for place, name, function in rows:
        setattr(place, name, function)
