"""A write under way: the record as it will be, what was wrong with it, and what it will move."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from simulators.quickbooks.company import Company
from simulators.quickbooks.faults import ApiError, FaultError
from simulators.quickbooks.ledger import Posting
from simulators.quickbooks.links import Link, doc_key
from simulators.quickbooks.schema import Entity
from simulators.quickbooks.wire import ZERO, Record


class Move(NamedTuple):
    """Goods that a document moves: in with a cost, out (negative) without."""

    item: str
    quantity: Decimal
    cost: Decimal | None
    line: str
    contra: str = ""


@dataclass(slots=True)
class Effects:
    """What a document does to the books, to other documents and to stock."""

    postings: list[Posting] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    moves: list[Move] = field(default_factory=list)

    @property
    def any(self) -> bool:
        """Tell whether there is an effect at all."""
        return bool(self.postings or self.links or self.moves)


@dataclass(slots=True)
class Draft:
    """One create or update before it is committed."""

    company: Company
    entity: Entity
    new: Record
    old: Record | None = None
    sent: frozenset[str] = frozenset()
    include: frozenset[str] = frozenset()
    errors: list[FaultError] = field(default_factory=list)
    by_hand: bool = False
    follow_ups: list[tuple[str, Record]] = field(default_factory=list)
    sent_tax: Decimal | None = None

    @property
    def id(self) -> str:
        """Return the id, which a create has from its start."""
        key: str = self.new["Id"]
        return key

    @property
    def key(self) -> str:
        """Return the document key."""
        return doc_key(self.entity.name, self.id)

    @property
    def date(self) -> str:
        """Return the transaction date."""
        day: str = self.new.get("TxnDate", "")
        return day

    def refuse(self, code: str, detail: str, element: str | None = None) -> None:
        """Note an error; all of them are answered together."""
        self.errors.append(FaultError(code, detail, element))

    def missing(self, name: str) -> None:
        """Note that a required property is missing."""
        self.refuse("2020", f"Required parameter {name} is missing in the request", name)

    def business(self, detail: str, element: str | None = None) -> None:
        """Note a 6000."""
        self.refuse("6000", f"Business Validation Error: {detail}", element)

    def stop_on_errors(self) -> None:
        """Raise what was noted so far."""
        if self.errors:
            raise ApiError(self.errors)

    def ref(self, name: str) -> str:
        """Return the id of a reference, or nothing."""
        value: str = (self.new.get(name) or {}).get("value", "")
        return value

    def amount(self, name: str) -> Decimal:
        """Return an amount, zero when absent."""
        value = self.new.get(name)
        return ZERO if value is None else Decimal(value)

    def changed(self, names: Iterable[str]) -> bool:
        """Tell whether any of these properties differs from the stored record."""
        old = self.old or {}
        return any(self.new.get(name) != old.get(name) for name in names)

    def default(self, name: str, value: object) -> None:
        """Fill in a property that is absent."""
        if self.new.get(name) is None and value is not None:
            self.new[name] = value
