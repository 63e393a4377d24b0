"""What is deleted or canceled in MobiWork: nothing says of it any more that it waits or stands."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from connector.entities.shared.documents import NEVER_SENT
from connector.mobiwork.xml import RawRecord
from connector.model.fingerprints import Fingerprints
from connector.model.links import Link
from connector.model.tracking.tracked import StandsAs
from tests.builders import CONNECTION, a_customer, a_payment, a_product, an_invoice
from tests.refusals.walking import again
from tests.refusals.walks.posted import posted, voided
from tests.unit.api.desk import Desk
from tests.unit.engine.two_sides import TwoSides
from tests.unit.engine.world import World

MASTERS = (a_customer(), a_product())


def stands(world: World, flow: str) -> set[StandsAs]:
    return set(world.store.tracked.counts(CONNECTION)[flow])


@pytest.mark.parametrize("changes", [{"invoiceId": "77"}, {"invoiceId": None}])
def test_what_is_deleted_before_it_was_posted_stands_nowhere_any_more(
    changes: dict[str, Any],
) -> None:
    world = World()
    world.run_id = "01"  # before the looks of today
    world.find(*MASTERS, a_payment(**changes))
    world.push("payment")
    assert stands(world, "push_payments") <= {StandsAs.WAITING, StandsAs.REFUSED}
    world.find(*MASTERS)
    assert stands(world, "push_payments") == {StandsAs.LEFT_OUT}
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


class Killed(BaseException):
    """The look was killed."""


class NothingKept:
    """Fingerprints of a look that is killed before it keeps them."""

    def __init__(self, kept: Any) -> None:
        self._kept = kept

    def __getattr__(self, name: str) -> Any:
        return getattr(self._kept, name)

    def save(self, connection_id: str, flow: str, known: Fingerprints) -> None:
        if flow == "push_invoices":
            raise Killed
        self._kept.save(connection_id, flow, known)


@pytest.mark.case("X17c")
@pytest.mark.parametrize("status", ["Customer Invoiced", "Void"])
def test_what_is_listed_again_after_a_look_dropped_it_and_died_is_new(status: str) -> None:
    sides = TwoSides()
    for one in (*MASTERS, an_invoice(status=status)):
        sides.mobiwork.put(one)
    sides.look()
    sides.push("invoice")
    element = sides.mobiwork.records_of["invoice"].pop("5501")
    whole = sides.store
    sides.store = replace(whole, fingerprints=NothingKept(whole.fingerprints))
    with pytest.raises(Killed):
        sides.look()
    sides.store = whole
    sides.mobiwork.records_of["invoice"]["5501"] = element
    sides.run_id = "r2"
    sides.look()
    assert sides.left("push_invoices") == {"5501": "changed"}
    sides.look()
    assert sides.store.fingerprints.read(CONNECTION, "push_invoices").notes == set()


@pytest.mark.case("X17c")
def test_what_is_gone_for_good_is_dropped_by_the_next_look_and_leaves_no_note() -> None:
    sides = TwoSides()
    for one in (*MASTERS, an_invoice()):
        sides.mobiwork.put(one)
    sides.look()
    del sides.mobiwork.records_of["invoice"]["5501"]
    whole = sides.store
    sides.store = replace(whole, fingerprints=NothingKept(whole.fingerprints))
    with pytest.raises(Killed):
        sides.look()
    sides.store = whole
    sides.look()
    sides.look()
    known = sides.store.fingerprints.read(CONNECTION, "push_invoices")
    assert (sides.left("push_invoices"), known.ids(), known.notes) == ({}, set(), set())
