"""The protective steps of the protocol, each taken out of a worker process in turn.

Nothing of this is in the product: a mutation replaces functions of a process that ends with its
case. Each returns whether the worker still waits for claims and lagging queries.
"""

import secrets
from collections.abc import Callable
from typing import Any

from connector.engine.lease import Lease
from connector.model.links import Intent, Link
from connector.model.outcomes import RecordOutcome
from connector.push.matching import sent
from connector.quickbooks.client import QuickBooks
from connector.store import table
from connector.store.records import links
from connector.store.records.link_rows import BackLinkRow, LinkRow, intent_row

SAVE, TRANSACTION = links.save, table.transaction


def no_intent() -> bool:
    """Nothing is noted before the record is sent, only with its link."""

    def save(connection_id: str, link: Link, told: RecordOutcome, **choices: Any) -> bool:
        if isinstance(intent := choices.get("before"), Intent):
            intent_row(connection_id, intent).save()
        return SAVE(connection_id, link, told, **choices)

    vars(links).update(claim=lambda *_told, **_choices: True, save=save)
    return True


def no_look() -> bool:
    """Nobody looks in QuickBooks before a record is sent again."""
    vars(sent).update(find=lambda *_told: None, twins_of=lambda *_told: [])
    return True


def no_reverse_link() -> bool:
    """A QuickBooks record may belong to several MobiWork records."""
    vars(links)["transaction"] = without_condition_on(BackLinkRow)
    return True


def no_claim() -> bool:
    """Whoever comes takes the intent, and links whoever holds it."""

    def claim(connection_id: str, intent: Intent, *, before: Any) -> bool:
        intent_row(connection_id, intent).save()
        return True

    links.claim = claim
    vars(links)["transaction"] = without_condition_on(LinkRow)
    return True


def no_age() -> bool:
    """Whoever has a claim sends under it, however old it is."""
    Lease.hold = lambda _lease: None  # type: ignore[assignment,method-assign]
    return True


def no_request_id() -> bool:
    """Every attempt has a request id of its own."""
    create, update = QuickBooks.create, QuickBooks.update

    def created(self: QuickBooks, entity: str, body: Any, **told: Any) -> Any:
        return create(self, entity, body, **(told | {"requestid": secrets.token_hex(20)}))

    def updated(self: QuickBooks, entity: str, body: Any, **told: Any) -> Any:
        return update(self, entity, body, **(told | {"requestid": secrets.token_hex(20)}))

    QuickBooks.create, QuickBooks.update = created, updated  # type: ignore[method-assign]
    return True


def no_patience() -> bool:
    """Nobody waits for a claim to show no life, nor for queries that lag."""
    return False


def without_condition_on(model: type[Any]) -> Callable[[], Any]:
    """Return a transaction that forgets the conditions on one kind of item."""

    class Careless:
        """A transaction that forgets the conditions on one kind of item."""

        def __init__(self) -> None:
            self._write = TRANSACTION()

        def __enter__(self) -> "Careless":
            self._write.__enter__()
            return self

        def __exit__(self, *told: Any) -> None:
            self._write.__exit__(*told)  # type: ignore[no-untyped-call]

        def save(self, item: Any, condition: Any = None) -> None:
            self._write.save(item, condition=None if type(item) is model else condition)

        def update(self, item: Any, actions: Any, condition: Any = None) -> None:
            self._write.update(item, actions=actions, condition=condition)

        def delete(self, item: Any, condition: Any = None) -> None:
            self._write.delete(item, condition=condition)

    return Careless


MUTATIONS: dict[str, Callable[[], bool]] = {
    "the intent": no_intent,
    "the look-up before a repetition": no_look,
    "the unique reverse link": no_reverse_link,
    "the claim": no_claim,
    "the age of a claim": no_age,
    "the request id": no_request_id,
    "the wait for lagging queries": no_patience,
}
