"""Runs a parsed query against a store through its sorted indexes (sections 3.1 to 3.3)."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache
from itertools import islice
from typing import Any

from simulators.quickbooks.clock import day_of, epoch_of
from simulators.quickbooks.faults import ApiError, fault
from simulators.quickbooks.query_text import Condition, Query
from simulators.quickbooks.schema import Entity, Field
from simulators.quickbooks.store import Bound, Key, Store, id_key, key_id
from simulators.quickbooks.wire import Record

NUMBERS = frozenset({"num", "money", "int"})
MEASURES = NUMBERS | {"time", "bool"}
LOWEST = Decimal(-(10**18))
RANGES = frozenset({"<", ">", "<=", ">="})
LAST = "\U0010ffff"
type Test = Callable[[Any], bool]


@dataclass(frozen=True)
class Context:
    """What the meaning of a value depends on besides the query."""

    today: str
    naive_zone: str = "pacific"
    hidden_after: float | None = None


@cache
def reader(path: str, kind: str) -> Callable[[Record], Any]:
    """Return the function that reads a property as a sort key."""
    if path == "Id":
        return lambda record: id_key(record["Id"])
    names = tuple(path.split("."))

    def read(record: Record) -> Any:  # noqa: ANN401 - keys are of many types
        value: Any = record
        for name in names:
            if isinstance(value, list):
                value = value[0] if value else None
            value = value.get(name) if isinstance(value, dict) else None
        return sort_key(kind, value)

    return read


def sort_key(kind: str, value: Any) -> Any:  # noqa: ANN401 - keys are of many types
    """Turn a stored value into a key that sorts and compares as QuickBooks does."""
    if isinstance(value, dict):
        value = value.get("value") or value.get("Address")
    if kind in NUMBERS:
        return LOWEST if value is None else Decimal(value)
    if kind == "time":
        return 0.0 if value is None else epoch_of(value)
    if kind == "bool":
        return "true" if value else "false"
    return "" if value is None else str(value).casefold()


def find_field(entity: Entity, path: str) -> Field:
    """Return the filterable property of a path.

    Raises:
        ApiError: 4001, the property is unknown or not queryable.
    """
    found = entity.filters.get(path.lower())
    if found is not None:
        return found
    known = {name.lower() for name in entity.shape.fields}
    if path.partition(".")[0].lower() in known | {"metadata", "line"}:
        raise _invalid(f"property '{path}' is not queryable")
    raise _invalid(f"Property {path} not found for Entity {entity.name}")


def _invalid(why: str) -> ApiError:
    return fault("4001", f"QueryValidationError: {why}")


class Plan:
    """A query bound to an entity: checked conditions, chosen index, order."""

    def __init__(self, entity: Entity, store: Store, query: Query, context: Context) -> None:
        self.entity, self.store, self.query, self.context = entity, store, query, context
        self.conditions = [(find_field(entity, c.path), c) for c in query.where]
        order = query.order or [_default_order(entity)]
        self.order = [(find_field(entity, path), down) for path, down in order]
        asked = [c for f, c in self.conditions if f.name == "Active"]
        everything = any(len({v.lower() for v in c.values}) > 1 for c in asked)
        self.hide = "active" in entity.filters and not asked
        self.tests = [
            (f, c, self._test(f, c))
            for f, c in self.conditions
            if f.name != "Id" and not (f.name == "Active" and everything)
        ]
        if context.hidden_after is not None:
            self.tests.append(self._lag(context.hidden_after))
        self._check_ids()

    def _lag(self, after: float) -> tuple[Field, Condition, Test]:
        field = self.entity.filters["metadata.createtime"]
        return field, Condition(field.name, "lag", ()), lambda created: created <= after

    def run(self) -> tuple[list[Record], int]:
        """Return the page of records and, for a count, how many match in all."""
        by_id = self._by_id()
        if by_id is not None:
            found = self._sorted(r for r in by_id if self._matches(r) and self._visible(r))
            return found[self.query.start - 1 : self._stop()], len(found)
        field, low, high = self._choose()
        index = self.store.index(field.name, reader(field.name, field.kind))
        rows = index.active if self.hide else index.all
        first, last = index.between(rows, low, high)
        in_order = len(self.order) == 1 and field is self.order[0][0]
        if not self.tests and (in_order or self.query.count):
            return self._page(rows, first, last), last - first
        matching = self._walk(rows, first, last)
        if in_order and not self.query.count:
            return list(islice(matching, self.query.start - 1, self._stop())), 0
        found = list(matching) if self.query.count else self._sorted(matching)
        return found[self.query.start - 1 : self._stop()], len(found)

    def _stop(self) -> int:
        return self.query.start - 1 + self.query.rows

    def _page(self, rows: list[Key], first: int, last: int) -> list[Record]:
        if self.query.count:
            return []
        skip, stop = self.query.start - 1, self._stop()
        if self.order[0][1]:
            page = rows[max(last - stop, first) : max(last - skip, first)][::-1]
        else:
            page = rows[first + skip : min(first + stop, last)]
        records = self.store.records
        return [records[key_id(number)] for _, number in page]

    def _walk(self, rows: list[Key], first: int, last: int) -> Iterator[Record]:
        down = self.order[0][1]
        places = range(last - 1, first - 1, -1) if down else range(first, last)
        records = self.store.records
        for place in places:
            record = records[key_id(rows[place][1])]
            if self._matches(record):
                yield record

    def _visible(self, record: Record) -> bool:
        return not self.hide or record.get("Active") is not False

    def _matches(self, record: Record) -> bool:
        return all(test(reader(f.name, f.kind)(record)) for f, _, test in self.tests)

    def _sorted(self, records: Iterable[Record]) -> list[Record]:
        found = list(records)
        for field, down in reversed(self.order):
            read = reader(field.name, field.kind)
            found.sort(key=lambda r, read=read: (read(r), id_key(r["Id"])), reverse=down)  # type: ignore[misc]
        return found

    def _by_id(self) -> list[Record] | None:
        asked = [c.values for f, c in self.conditions if f.name == "Id"]
        if not asked:
            return None
        wanted = [key for key in dict.fromkeys(asked[0]) if all(key in keys for keys in asked)]
        found = (self.store.get(key) for key in wanted)
        return [record for record in found if record is not None]

    def _check_ids(self) -> None:
        if any(f.name == "Id" and c.operator not in {"=", "in"} for f, c in self.conditions):
            raise _invalid("Id supports only = and IN")

    def _choose(self) -> tuple[Field, Bound, Bound]:
        """Choose the index to walk and the part of it; what it decides needs no test any more."""
        usable = [
            p
            for p in self.tests
            if p[0].kind != "bool" and "." not in p[0].name.removeprefix("MetaData.")
        ]
        equal = [p for p in usable if p[1].operator == "="]
        ranged = [p for p in usable if p[1].operator in RANGES]
        prefixed = [
            p for p in usable if p[1].operator == "like" and p[1].values[0][:1] not in {"", "%"}
        ]
        chosen = next(iter([*equal, *ranged, *prefixed]), None)
        if chosen is None:
            return self.order[0][0], None, None
        field = chosen[0]
        if chosen[1].operator == "like":
            prefix = chosen[1].values[0].partition("%")[0].casefold()
            return field, (prefix, False), (prefix + LAST, False)
        return field, *self._bounds(field)

    def _bounds(self, field: Field) -> tuple[Bound, Bound]:
        low: Bound = None
        high: Bound = None
        for other, condition, _ in self.tests:
            if other is not field or condition.operator not in RANGES | {"="}:
                continue
            key, sign = self._key(field, condition.values[0]), condition.operator
            if sign in {"=", ">", ">="}:
                low = max(filter(None, [low, (key, sign == ">")]))
            if sign in {"=", "<", "<="}:
                high = min(filter(None, [high, (key, sign == "<")]), key=lambda b: (b[0], not b[1]))
        if low is None:
            low = (sort_key(field.kind, None), True)
        self.tests = [
            t for t in self.tests if t[0] is not field or t[1].operator not in RANGES | {"="}
        ]
        return low, high

    def _test(self, field: Field, condition: Condition) -> Test:
        if condition.operator == "like":
            if field.kind in MEASURES:
                raise _invalid(f"LIKE cannot be used with property {field.name}")
            return like(condition.values[0])
        keys = [self._key(field, value) for value in condition.values]
        if condition.operator in {"=", "in"}:
            return frozenset(keys).__contains__
        if condition.operator == "!=":
            return lambda value: value != keys[0]
        empty = sort_key(field.kind, None)
        compare, right = _COMPARE[condition.operator], keys[0]
        return lambda value: value != empty and compare(value, right)

    def _key(self, field: Field, value: str) -> Any:  # noqa: ANN401 - keys are of many types
        if value == "current_date":
            value = self.context.today
        if not value.strip():
            return sort_key(field.kind, None)
        try:
            return self._typed(field.kind, value)
        except (InvalidOperation, ValueError, OverflowError) as error:
            raise _invalid(f"value {value[:40]} is not valid for property {field.name}") from error

    def _typed(self, kind: str, value: str) -> Any:  # noqa: ANN401 - keys are of many types
        if kind in NUMBERS:
            return finite(value)
        if kind == "time":
            return epoch_of(value, self.context.naive_zone)
        if kind == "date":
            return day_of(value)
        folded = value.casefold()
        if kind == "bool" and folded not in {"true", "false"}:
            raise ValueError(value)
        return folded


_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda left, right: left < right,
    ">": lambda left, right: left > right,
    "<=": lambda left, right: left <= right,
    ">=": lambda left, right: left >= right,
}


def finite(text: str) -> Decimal:
    """Read a number.

    Raises:
        InvalidOperation: it is none, or not finite.
    """
    number = Decimal(text)
    if not number.is_finite():
        raise InvalidOperation(text)
    return number


def like(pattern: str) -> Test:
    """Return the test of LIKE; it takes each part at its first place, so it never goes back."""
    first, *rest = pattern.casefold().split("%")

    def matches(value: Any) -> bool:  # noqa: ANN401 - keys are of many types
        text = str(value)
        if not rest:
            return text == first
        if not text.startswith(first):
            return False
        at = len(first)
        for part in rest[:-1]:
            at = text.find(part, at)
            if at < 0:
                return False
            at += len(part)
        return len(text) - at >= len(rest[-1]) and text.endswith(rest[-1])

    return matches


def _default_order(entity: Entity) -> tuple[str, bool]:
    path, _, down = entity.order.partition(" ")
    return path, down == "desc"
