"""Links and intents put into a store, and what stands there."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from pynamodb.exceptions import CancellationReason, TransactWriteError, VerboseClientError
from pynamodb.transactions import TransactWrite

from connector.engine.stores import Store
from connector.model.links import (
    Intent,
    Link,
    Linking,
    RecordKey,
)
from connector.model.outcomes import Outcome, RecordOutcome
from connector.store import table
from tests.builders import a_link, an_intent

HERON, GULL = RecordKey("customer", "700001"), RecordKey("customer", "700002")
TOLD = RecordOutcome(
    run_id="r1",
    flow="push_customers",
    record_id="700001",
    outcome=Outcome.CREATED,
    label="customer 700001",
)


def claimed(store: Store, owner: RecordKey = HERON, **changes: Any) -> Intent:
    intent = an_intent(owner, **changes)
    assert store.links.claim("c1", intent, before=None)
    return intent


def linked(store: Store, owner: RecordKey = HERON, **changes: Any) -> Link:
    link = a_link(owner, **changes)
    assert store.links.save("c1", link, TOLD)
    return link


def at(link: Link, version: str) -> Link:
    return replace(link, sync_token=version)


def stands(store: Store, owner: RecordKey = HERON) -> Linking | None:
    return store.links.read("c1", *owner)


def outcomes(store: Store) -> list[str]:
    return [one.outcome for one in store.runs.outcomes("c1", "r1")]


def crowded(*, times: int, code: str = "TransactionConflict") -> Callable[[], TransactWrite]:
    """Return what opens transactions of which the first ones meet another writer of an item."""
    left = [code] * times

    def conflict() -> None:
        reasons = [CancellationReason(code=left.pop())]
        error = VerboseClientError({}, "TransactWriteItems", cancellation_reasons=reasons)
        raise TransactWriteError("it met another", error)

    def transaction() -> TransactWrite:
        write = table.transaction()
        if left:
            write._commit = conflict  # type: ignore[method-assign]
        return write

    return transaction
