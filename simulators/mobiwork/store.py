"""All records of the account, with the XML of each kept ready once it has been printed."""

import json
import os
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

from simulators.mobiwork.entities import ENTITIES
from simulators.mobiwork.model import Kind, Record

FORMAT = 1


class Store:
    """Records by entity and id; ids are numbers as text and are never used twice."""

    def __init__(self) -> None:
        self.records: dict[str, dict[str, Record]] = {name: {} for name in ENTITIES}
        self.counters: dict[str, int] = {}
        self.fragments: dict[str, dict[str, bytes]] = {name: {} for name in ENTITIES}

    def next_id(self, counter: str, first: int) -> str:
        """The next number of a counter."""
        number = self.counters.get(counter, first)
        self.counters[counter] = number + 1
        return str(number)

    def get(self, entity: str, record_id: str) -> Record | None:
        """One record, or None."""
        return self.records[entity].get(record_id)

    def put(self, entity: str, record: Record) -> str:
        """Keep a record, giving it an id unless it has one; returns the id."""
        kind = ENTITIES[entity]
        given = record.get(kind.identity)
        record_id = given if isinstance(given, str) else self._fresh_id(entity)
        record[kind.identity] = record_id
        self.records[entity][record_id] = record
        self.forget(entity, record_id)
        return record_id

    def _fresh_id(self, entity: str) -> str:
        kind = ENTITIES[entity]
        while (number := self.next_id(kind.identity, kind.first_id)) in self.records[entity]:
            continue
        return number

    def delete(self, entity: str, record_id: str) -> None:
        """Remove a record that exists."""
        del self.records[entity][record_id]
        self.forget(entity, record_id)

    def forget(self, entity: str, record_id: str) -> None:
        """Drop the XML that a change of this record makes stale."""
        self.fragments[entity].pop(record_id, None)
        if entity == "customer":
            for name in EMBEDS_CUSTOMER:
                self.fragments[name].clear()

    def forget_all(self) -> None:
        """Drop all ready XML, as a changed switch asks for."""
        for kept in self.fragments.values():
            kept.clear()

    def copied(self) -> "Store":
        """The records as they are now; later changes here do not reach them."""
        copy = Store()
        copy.records = deepcopy(self.records)
        copy.counters = dict(self.counters)
        return copy

    def where(self, entity: str, name: str, value: str) -> Iterator[Record]:
        """The records whose top-level element has this value."""
        return (record for record in self.records[entity].values() if record.get(name) == value)


EMBEDS_CUSTOMER = frozenset(
    name
    for name, entity in ENTITIES.items()
    if any(field.name == "customer" and field.kind is Kind.GROUP for field in entity.fields)
)


def saved(store: Store, switches: dict[str, Any]) -> dict[str, Any]:
    """What a state file holds."""
    return {
        "format": FORMAT,
        "switches": switches,
        "counters": store.counters,
        "records": {name: list(kept.values()) for name, kept in store.records.items()},
    }


def restored(state: dict[str, Any]) -> Store:
    """The store of a state file.

    Raises:
        ValueError: It is something else.
    """
    if not isinstance(state, dict) or state.get("format") != FORMAT:
        raise ValueError("this is no state file of this simulator")
    store = Store()
    store.counters = state["counters"]
    for name, entity in ENTITIES.items():
        kept = state["records"].get(name, [])
        store.records[name] = {record[entity.identity]: record for record in kept}
    return store


def write_atomically(path: Path, state: dict[str, Any]) -> None:
    """Write a state file so that a stop half-way leaves the earlier one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f"{path.name}.{os.getpid()}.new")
    with beside.open("w", encoding="utf-8") as file:
        json.dump(state, file, ensure_ascii=True)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
