"""One company file: its records, books, links, numbers and the trail of what changed."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from simulators.quickbooks.clock import Clock, stamp
from simulators.quickbooks.ledger import Ledger
from simulators.quickbooks.links import Links, doc_key
from simulators.quickbooks.query import reader
from simulators.quickbooks.schema import ENTITIES, Entity
from simulators.quickbooks.stock import Stock
from simulators.quickbooks.store import Store, id_key, key_id
from simulators.quickbooks.switches import Switches
from simulators.quickbooks.wire import Record

NAMES = ("Customer", "Vendor", "Employee")


class Change(NamedTuple):
    """One change as webhooks and CDC tell it."""

    entity: str
    key: str
    operation: str
    at: float
    other: str = ""


@lru_cache(maxsize=4096)
def stamps(created: str, updated: str) -> Record:
    """Return the MetaData of all records with these stamps; nobody edits it in place."""
    return {"CreateTime": created, "LastUpdatedTime": updated}


class Company:
    """Holds everything of one realm."""

    def __init__(self, realm: str, clock: Clock, switches: Switches) -> None:
        self.realm = realm
        self.clock = clock
        self.switches = switches
        self.stores: dict[str, Store] = {name: Store() for name in ENTITIES}
        self.sequence: defaultdict[str, int] = defaultdict(int)
        self.numbers: dict[str, str] = {}
        self.names: dict[str, dict[str, str]] = defaultdict(dict)
        self.children: defaultdict[str, dict[str, list[str]]] = defaultdict(dict)
        self.ledger = Ledger()
        self.links = Links()
        self.stock = Stock()
        self.contras: dict[str, dict[str, str]] = {}
        self.sent_taxes: dict[str, Decimal] = {}
        self.deleted: dict[str, Change] = {}
        self.fields: dict[str, dict[str, str]] = {"sales": {"1": "Crew #"}, "purchase": {}}
        self.pages: dict[tuple[str, str, str], tuple[list[Record], list[Record] | None]] = {}
        self.base = ""
        self.sent: list[float] = []
        self.files: dict[str, bytes] = {}
        self.listeners: list[Callable[[Company, Change], None]] = []

    def get(self, entity: str, key: str) -> Record | None:
        """Return a record or None."""
        return self.stores[entity].get(key)

    def of_key(self, key: str) -> Record | None:
        """Return the document of a key `Entity:Id`."""
        entity, _, number = key.partition(":")
        return self.stores[entity].get(number)

    def all(self, entity: str) -> Iterator[Record]:
        """Iterate over the records of an entity."""
        return iter(self.stores[entity])

    def custom_fields(self, family: str) -> dict[str, str]:
        """Return the custom fields set up for a family of forms: DefinitionId and label."""
        return self.fields.get(family, {})

    def numbered(self, entity: str, number: str) -> list[Record]:
        """Find the documents of a kind that carry a DocNumber."""
        store = self.stores[entity]
        index = store.index("DocNumber", reader("DocNumber", "text"))
        first, last = index.between(
            index.all, (number.casefold(), False), (number.casefold(), False)
        )
        return [store.records[key_id(row[1])] for row in index.all[first:last]]

    def next_id(self, entity: Entity) -> str:
        """Give out an id: names share one sequence and so do transactions."""
        family = entity.kind if entity.kind in {"name", "form"} else entity.name
        self.sequence[family] += 1
        return str(self.sequence[family])

    def find_name(self, space: str, name: str) -> str | None:
        """Return the key of the record that has a name, inactive ones included."""
        return self.names[space].get(name.strip().casefold())

    def named(self, space: str, name: str) -> str:
        """Return the id of the record that has a name, or nothing."""
        return (self.find_name(space, name) or "").partition(":")[2]

    def claim_name(self, space: str, old: str | None, new: str, key: str) -> None:
        """Move a record's name in the space of names."""
        taken = self.names[space]
        if old is not None and taken.get(old.strip().casefold()) == key:
            del taken[old.strip().casefold()]
        taken[new.strip().casefold()] = key

    def set_parent(self, entity: str, key: str, old: str, new: str) -> None:
        """Move a record in the tree of its list."""
        below = self.children[entity]
        if old and key in below.get(old, []):
            below[old].remove(key)
        if new and key not in below.setdefault(new, []):
            below[new].append(key)

    def put(self, entity: Entity, record: Record, *, operation: str, token: bool = True) -> Record:
        """Store a record with its time stamps, bump the SyncToken if asked, and tell the change."""
        old = self.stores[entity.name].get(record["Id"])
        now = stamp(int(self.clock.epoch()))
        created = old["MetaData"]["CreateTime"] if old else now
        version = 0 if old is None else int(old["SyncToken"]) + token
        new = {**record, "SyncToken": str(version)}
        new["MetaData"] = stamps(created, now)
        self.stores[entity.name].put(new["Id"], new)
        if token:
            self.tell(entity.name, new["Id"], operation)
        return new

    def touch(
        self, entity: str, key: str, values: Record | None = None, *, token: bool = False
    ) -> None:
        """Set system-computed values; LastUpdatedTime moves, the token only if asked."""
        old = self.stores[entity].get(key)
        if old is not None:
            self.put(ENTITIES[entity], {**old, **(values or {})}, operation="Update", token=token)

    def drop(self, entity: str, key: str) -> None:
        """Forget a record and remember that it was deleted."""
        self.stores[entity].drop(key)
        self.tell(entity, key, "Delete")

    def tell(self, entity: str, key: str, operation: str, other: str = "") -> None:
        """Remember and pass on one change."""
        change = Change(entity, key, operation, self.clock.epoch(), other)
        if operation == "Delete" and self.stores[entity].get(key) is None:
            self.deleted[doc_key(entity, key)] = change
        for listener in self.listeners:
            listener(self, change)

    def ref(self, entity: str, key: str) -> Record:
        """Render a reference with its label."""
        record = self.stores[entity].get(key)
        label = record.get(ENTITIES[entity].label) if record else None
        return {"value": key} if label is None else {"value": key, "name": label}

    def load_ids(self) -> None:
        """Let the sequences continue after the highest stored id."""
        for entity in ENTITIES.values():
            family = entity.kind if entity.kind in {"name", "form"} else entity.name
            highest = max(
                (id_key(k) for k in self.stores[entity.name].records if k.isdigit()), default=0
            )
            self.sequence[family] = max(self.sequence[family], highest)
