"""What is deleted or canceled in MobiWork: nothing says of it any more that it waits or stands."""

from decimal import Decimal
from typing import Any

import pytest

from connector.entities.shared.documents import NEVER_SENT
from connector.mobiwork.xml import RawRecord
from connector.model.links import Link
from connector.model.tracking.tracked import TrackedState
from tests.builders import CONNECTION, a_customer, a_payment, a_product, an_invoice
from tests.unit.api.desk import Desk
from tests.unit.api.walks import again
from tests.unit.api.walks_of_posted import posted, voided
from tests.unit.engine.world import World

MASTERS = (a_customer(), a_product())


def stands(world: World, flow: str) -> set[TrackedState]:
    return set(world.store.tracked.counts(CONNECTION)[flow])


@pytest.mark.parametrize("changes", [{"invoiceId": "77"}, {"invoiceId": None}])
def test_what_is_deleted_before_it_was_posted_stands_nowhere_any_more(
    changes: dict[str, Any],
) -> None:
    world = World()
    world.run_id = "01"  # before the looks of today
    world.find(*MASTERS, a_payment(**changes))
    world.push("payment")
    assert stands(world, "push_payments") <= {TrackedState.WAITING, TrackedState.REFUSED}
    world.find(*MASTERS)
    assert stands(world, "push_payments") == {TrackedState.LEFT_OUT}
    (one,) = world.store.tracked.read_many(CONNECTION, "push_payments", ["901"]).values()
    assert (one.amount, one.reason) == (Decimal("9.63"), NEVER_SENT)


@pytest.mark.parametrize("left", [(), (an_invoice(status="Void"),)])
def test_what_is_deleted_or_canceled_after_it_was_voided_there_needs_nobody_any_more(
    left: tuple[RawRecord, ...],
) -> None:
    world = posted()
    voided(world, "Invoice")
    assert [one.cause for one in Desk(world.store).entries()] == ["gone-there"]
    world.find(*MASTERS, *left)
    again(world, "invoice")
    assert Desk(world.store).entries() == ()
    link = world.store.links.read(CONNECTION, "invoice", "5501")
    assert isinstance(link, Link)
    assert link.gone
