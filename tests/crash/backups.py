"""Backups of what a connection keeps: of a store in memory, and of a table that a mock keeps."""

import copy
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends

from connector.engine.stores import Store
from tests.memory.store import ALWAYS_LIVE, backup_of, in_memory
from tests.mocked_aws import NAME, REGION, an_empty_table

type Backup = Callable[[], Store]
"""Brings back what was kept when it was made; returns the store from there on."""


@dataclass(frozen=True)
class Kept:
    """Where a history keeps what is known.

    opened: makes ready what a store needs, for the time of a history.
    store: makes an empty one.
    backup: makes a backup of one.
    """

    opened: Callable[[], Any]
    store: Callable[[], Store]
    backup: Callable[[Store], Backup]


def _in_memory(store: Store) -> Backup:
    kept = backup_of(store)
    return lambda: backup_of(kept)


def _on_the_table(store: Store) -> Backup:
    kept = copy.deepcopy(_items())

    def bring_back() -> Store:
        _items().clear()
        _items().update(copy.deepcopy(kept))
        return store

    return bring_back


def _items() -> dict[Any, Any]:
    items: dict[Any, Any] = dynamodb_backends[DEFAULT_ACCOUNT_ID][REGION].tables[NAME].items
    return items


IN_MEMORY = Kept(nullcontext, in_memory, _in_memory)
ON_A_TABLE = Kept(an_empty_table, lambda: ALWAYS_LIVE, _on_the_table)
