"""What the tables of entities, fields and filters are made of."""

from dataclasses import dataclass
from enum import StrEnum

type Node = str | dict[str, Node] | list[Node] | None
type Record = dict[str, Node]


class Kind(StrEnum):
    """How a value is read from a request, kept and printed."""

    TEXT = "text"
    LONG = "long"
    DOUBLE = "double"
    MONEY = "money"
    BOOLEAN = "boolean"
    STATE = "state"
    JAVA_DATE = "java date"
    US_DATE = "MM/DD/YYYY"
    DAY = "YYYY/MM/DD"
    STAMP = "YYYY/MM/DD HH:MM:SS"
    HOUR = "H:m"
    GROUP = "group"
    ITEMS = "items"


DATES = frozenset({Kind.JAVA_DATE, Kind.US_DATE, Kind.DAY, Kind.STAMP})
READ_ONLY = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One element: `name` is what answers print; `add` and `edit` are what requests may call it.

    `add` or `edit` None means the same name; READ_ONLY means that such a request cannot set it.
    `kept` fields survive an edit that leaves them out even when omitted elements are cleared, and
    only an add must have them when they are `required`. `assumed` is the section of the reference
    that makes us expect an element that no help page shows; an account may well not have it.
    """

    name: str
    kind: Kind = Kind.TEXT
    fields: tuple["Field", ...] = ()
    item: str = ""
    add: str | None = None
    edit: str | None = None
    required: bool = False
    kept: bool = False
    shown: bool = True
    default: str | None = None
    choices: tuple[tuple[str, str], ...] = ()
    assumed: str = ""


@dataclass(frozen=True, slots=True)
class Filter:
    """One criterion of a list call: the element, the paths it looks at, and how it compares.

    `told` is where the help tells of it, if its sample and its table disagree.
    """

    name: str
    paths: tuple[str, ...]
    how: str = "text"
    told: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """One kind of record: its elements, its names on the wire and its filters.

    `references` are the elements that hold the id of another record, `stamps` those that get the
    time of adding, `creator` those that get the id and the name of the user who adds, `numbered`
    the one that gets a running number and its prefix.
    """

    name: str
    section: str
    identity: str
    first_id: int
    fields: tuple[Field, ...]
    list_name: str
    request_name: str = ""
    answer_name: str = ""
    counters: bool = False
    missing: str = "null"
    filters: tuple[Filter, ...] = ()
    filter_wrapper: str = ""
    external_id: str = "externalId"
    references: tuple[tuple[str, str], ...] = ()
    stamps: tuple[str, ...] = ()
    creator: tuple[str, str] = ("", "")
    numbered: tuple[str, str] = ("", "")

    @property
    def wrapper(self) -> str:
        """The element inside `<request>` of an add or edit."""
        return self.request_name or self.name

    @property
    def element(self) -> str:
        """The element of one record in an answer."""
        return self.answer_name or self.name


def read_only(name: str, kind: Kind = Kind.TEXT, *, shown: bool = True, assumed: str = "") -> Field:
    """A field that no request can set."""
    return Field(name=name, kind=kind, add=READ_ONLY, edit=READ_ONLY, shown=shown, assumed=assumed)


def texts(*names: str) -> tuple[Field, ...]:
    """Optional text fields that are called the same everywhere."""
    return tuple(Field(name=name) for name in names)
