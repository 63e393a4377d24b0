"""Reads the compact entity tables: one line per property, `Name type[:argument] flags`.

Types: text:N name:N (no colon, TAB, newline) num money int bool date time num:A-B int:A-B (from A
to B) enum:A|B (~ is a blank) ref:Entity[|Entity] any, Type (an object of TYPES), [Type] (a list of
them), lines (transaction lines). Flags: req (on create), ro (set by the system), f (filterable and
sortable), keep (a sparse update cannot clear it).
"""

from dataclasses import dataclass, field
from functools import cached_property

SCALARS = frozenset(
    {"text", "name", "num", "money", "int", "bool", "date", "time", "enum", "ref", "any", "lines"}
)
WIRE_NAMES = {"CreditCardPayment": "CreditCardPaymentTxn"}


@dataclass(frozen=True, slots=True)
class Field:
    """One property of an entity or of a complex type."""

    name: str
    kind: str
    argument: str = ""
    required: bool = False
    readonly: bool = False
    filterable: bool = False
    keep: bool = False
    limit: int = 0
    choices: tuple[str, ...] = ()
    span: tuple[int, int] | None = None


@dataclass(frozen=True, eq=False)
class Shape:
    """The properties that an object may have, in the order in which answers carry them."""

    name: str
    fields: dict[str, Field]
    ignored: frozenset[str] = frozenset()

    @cached_property
    def places(self) -> dict[str, int]:
        """Return the place of every property in answers."""
        return {name: place for place, name in enumerate(self.fields)}

    @cached_property
    def required(self) -> list[str]:
        """List the properties that a record must have."""
        return [name for name, row in self.fields.items() if row.required]

    @property
    def known(self) -> list[str]:
        """List every property that a request may carry."""
        return [*self.fields, *sorted(self.ignored)]


@dataclass(frozen=True)
class Entity:
    """One entity of the API: its properties and what may be done with it."""

    name: str
    kind: str
    shape: Shape
    operations: frozenset[str]
    path: str
    order: str = ""
    lines: tuple[str, ...] = ()
    number: str = ""
    label: str = "Name"
    edition: str = ""
    filters: dict[str, Field] = field(default_factory=dict)

    @property
    def wire_name(self) -> str:
        """Return the key under which answers carry the entity."""
        return WIRE_NAMES.get(self.name, self.name)

    def can(self, operation: str) -> bool:
        """Tell whether the real service has this operation."""
        return operation in self.operations


def read_field(line: str) -> Field:
    """Read one line of a table."""
    name, kind, *flags = line.split()
    kind, _, argument = kind.partition(":")
    return Field(
        name=name,
        kind=kind,
        argument=argument,
        required="req" in flags,
        readonly="ro" in flags,
        filterable="f" in flags,
        keep="keep" in flags,
        limit=int(argument) if kind in {"text", "name"} and argument else 0,
        choices=_choices(argument) if kind in {"enum", "ref"} and argument else (),
        span=_span(argument) if kind in {"int", "num"} and argument else None,
    )


def _choices(argument: str) -> tuple[str, ...]:
    return tuple(argument.replace("~", " ").split("|"))


def _span(argument: str) -> tuple[int, int]:
    least, _, most = argument.partition("-")
    return int(least), int(most)


def read_shape(name: str, table: str, ignored: str = "") -> Shape:
    """Read a table and the list of properties that are accepted and not kept."""
    rows = [read_field(line) for line in table.strip().splitlines() if line.strip()]
    return Shape(name, {row.name: row for row in rows}, frozenset(ignored.split()))
