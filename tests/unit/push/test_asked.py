from datetime import UTC, datetime

import pytest

from connector.engine.loop import PAGE
from connector.errors import ConnectionBrokenError
from connector.model.pending import PendingState
from tests.builders import CONNECTION, a_customer, a_product, an_invoice
from tests.unit.engine.world import World

UNKNOWN = tuple(an_invoice(str(5501 + one), status="Counter") for one in range(PAGE))


def break_off(entity: str, body: object) -> None:
    raise ConnectionBrokenError("Somebody switched the connection off.")


def test_a_run_that_is_broken_off_has_asked_what_it_holds_back() -> None:
    world = World()
    world.find(a_customer(), a_product(), *UNKNOWN, an_invoice("5999"))
    world.push("customer", "product")
    world.quickbooks.before = break_off
    with pytest.raises(ConnectionBrokenError):
        world.push("invoice")
    (entry,) = world.store.pending.worklist(CONNECTION, "push_invoices")
    assert entry.state is PendingState.ASKED
    since = entry.found_at
    world.quickbooks.before = lambda _entity, _body: None
    world.run_id = "r2"
    assert world.push("invoice") == {"invoice": {"created": 1}}
    (entry,) = world.store.pending.worklist(CONNECTION, "push_invoices")
    assert entry.label == f'{PAGE} invoices with the status "Counter"'
    assert entry.found_at == since <= datetime.now(UTC).isoformat()
