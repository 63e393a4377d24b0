"""Histories of records that were deleted or edited in MobiWork while a worker had them in hand."""

from collections.abc import Collection
from decimal import Decimal

import pytest

from connector.model.fingerprints import Fingerprints
from connector.model.pending import NewItem, PendingItem
from connector.pull import worker as pull_worker
from connector.pull.mobiwork_records import EchoGuard
from connector.push import create
from tests.builders import CONNECTION, a_product
from tests.memory.pending import MemoryLeftOut, MemoryPending
from tests.simulation import customers, invoices, products
from tests.simulation.history import History, replaced, until
from tests.simulation.scheduler import Worker
from tests.simulation.schedules import Schedule
from tests.simulation.world import FORGETS, World

VALVE = ("product", "307009")


def _kept_out() -> World:
    """Return a world whose only invoice is about to be left out for its status."""
    world = invoices.scene(FORGETS)
    kept_out = {"invoice": ["Customer Invoiced"]}
    world.save_settings(invoice_statuses=["Paid"], left_out_statuses=kept_out)
    return world


def left_out_and_all_deleted() -> list[str]:
    """All invoices were left out and deleted; then settings are saved that want them."""
    world = _kept_out()
    world.comes_to_rest(*invoices.FLOWS)
    world.mobiwork.drop(invoices.OWN)
    world.look()
    world.save_settings()
    world.comes_to_rest(*invoices.FLOWS)
    return invoices.violations(world, Schedule(FORGETS, 1))


def edited_while_it_is_left_out() -> list[str]:
    """A worker that slept puts an older reading away after the newer one was left out, too."""
    world = _kept_out()
    worker = world.worker(invoices.FLOWS)
    until(worker, "left_out.put_away")
    world.mobiwork.change(*invoices.OWN, {"dueDate": "Wed Dec 10 00:00:00 EST 2025"})
    world.comes_to_rest(*invoices.FLOWS)
    worker.go()
    world.save_settings()
    world.comes_to_rest(*invoices.FLOWS)
    return invoices.violations(world, Schedule(FORGETS, 1))


def deleted_while_it_is_recognised() -> list[str]:
    """The look drops a customer that a worker is about to link to the one of QuickBooks."""
    world = customers.scene(FORGETS)
    other = customers.scene(FORGETS)
    other.worker(customers.FLOWS).go()
    (body,) = other.quickbooks.records["Customer"]
    world.quickbooks.create("Customer", body, requestid="by hand")
    world.clock.advance(60)
    worker = world.worker(customers.FLOWS, restored=True)
    until(worker, "links.claim")
    world.mobiwork.drop(customers.OWN)
    world.look()
    worker.go()
    world.comes_to_rest(*customers.FLOWS)
    told = list(world.store.pending.worklist(CONNECTION, customers.FLOWS[0]))
    linked = world.link(*customers.OWN) is not None
    return ["linked, deleted, and nobody is told"] if linked and not told else []


def _joining(call: str) -> tuple[World, Worker]:
    """Return a pull that links a product to the item of the same name, standing before a call."""
    world = World(lists=frozenset({"product"}), pulls=products.FLOWS[:1]).meets(FORGETS)
    world.holds(a_product(VALVE[1], name="Gate valve", price="4.50"))
    products.entered(world, "Gate valve")
    world.look()
    worker = world.worker(products.FLOWS)
    until(worker, "links.save")
    until(worker, call)
    return world, worker


def _told_of(world: World, own: tuple[str, str]) -> list[str]:
    world.comes_to_rest(*products.FLOWS)
    told = list(world.store.pending.worklist(CONNECTION, "push_products"))
    return ["linked, deleted, and nobody is told"] if world.link(*own) and not told else []


def deleted_while_it_is_joined() -> list[str]:
    """The look drops a product that a pull is about to link to the item of the same name."""
    world, worker = _joining("links.save")
    world.mobiwork.drop(VALVE)
    world.look()
    worker.go()
    return _told_of(world, VALVE)


def dies_after_it_joined() -> list[str]:
    """The same, and the pull dies right after the link."""
    world, worker = _joining("links.save")
    world.mobiwork.drop(VALVE)
    world.look()
    until(worker, "pending.close")
    worker.kill()
    return _told_of(world, VALVE)


def deleted_while_it_is_merged() -> list[str]:
    """A pull that slept has a product pushed that was deleted since, and told of."""
    world = products.scene(FORGETS)
    world.comes_to_rest(*products.FLOWS)
    own = ("product", "p1")
    world.save_settings(on_conflict="MobiWork wins")
    world.mobiwork.change(*own, {"price": "8.50"})
    (item,) = [one for one in world.quickbooks.records["Item"] if one["Name"] == "Copper elbow"]
    world.quickbooks.edit("Item", item["Id"], UnitPrice=Decimal(3), Description="No. 3")
    world.look()
    worker = world.worker(products.FLOWS[:1])
    until(worker, "pending.put_if_free")
    world.mobiwork.drop(own)
    world.look()
    worker.go()
    return _told_of(world, own)


def merged_by_an_older_reading() -> list[str]:
    """A pull dies before it closes its item; a push agrees on more, and another pull comes."""
    world = products.scene(FORGETS)
    world.comes_to_rest(*products.FLOWS)
    own = ("product", "p1")
    (item,) = [one for one in world.quickbooks.records["Item"] if one["Name"] == "Copper elbow"]
    world.quickbooks.edit("Item", item["Id"], Description="No. 3")
    world.look()
    first = world.worker(products.FLOWS[:1])
    until(first, "pending.close")
    first.kill()
    world.mobiwork.change(*own, {"price": "8.50"})
    world.look()
    for flow in reversed(products.FLOWS):
        world.worker([flow]).go()
    between = world.listed[own].fields["price"]
    world.comes_to_rest(*products.FLOWS)
    price = world.quickbooks.read("Item", item["Id"])["UnitPrice"]
    return [] if Decimal(str(between)) == price == Decimal("8.50") else [f"{between} and {price}"]


def added_but_the_link_not_answered() -> list[str]:
    """The link of an addition is saved, its answer lost, and the product deleted in MobiWork."""
    world = products.scene(FORGETS)

    def faults(_number: int, step: str) -> str | None:
        return "answer lost" if step == "links.save" else None

    world.worker(products.FLOWS[:1], faults).go()
    own = ("product", "p1")
    world.mobiwork.drop(own)
    world.comes_to_rest(*products.FLOWS)
    told = list(world.store.pending.worklist(CONNECTION, "push_products"))
    return ["linked, deleted, and nobody is told"] if world.link(*own) and not told else []


_begin = EchoGuard.begin


def _forgets_how_many(guard: EchoGuard, quickbooks_ids: Collection[str]) -> None:
    _begin(guard, quickbooks_ids)
    guard._begun = 0


def _any_reading_where_none_is_known(
    known: Fingerprints, _flow: str, record_id: str, mark: str
) -> bool:
    return not known.marks or known.marks.get(record_id) == mark


def _what_is_gone_comes_back(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Fingerprints, "holds", _any_reading_where_none_is_known)
    patch.setattr(MemoryLeftOut, "forget", lambda *_: None)


def _kept_whatever_came(
    left_out: MemoryLeftOut, item: PendingItem, *, label: str, reason: str
) -> None:
    left_out.keep(item, label=label, reason=reason)
    left_out.pending.close(item)


def _put_whatever_is_there(
    pending: MemoryPending, connection_id: str, flow: str, item: NewItem
) -> bool:
    pending.put_all(connection_id, flow, [item])
    return True


GONE: dict[str, History] = {
    "left out, and all deleted": History(left_out_and_all_deleted, _what_is_gone_comes_back),
    "edited while it is left out": History(
        edited_while_it_is_left_out, replaced(MemoryLeftOut, "put_away", _kept_whatever_came)
    ),
    "deleted while it is recognised": History(
        deleted_while_it_is_recognised, replaced(create, "is_current", lambda *_: True)
    ),
    "deleted while it is joined": History(
        deleted_while_it_is_joined, replaced(EchoGuard, "begin", lambda *_: None)
    ),
    "dies after it joined": History(
        dies_after_it_joined, replaced(EchoGuard, "begin", lambda *_: None)
    ),
    "deleted while it is merged": History(
        deleted_while_it_is_merged, replaced(MemoryPending, "put_if_free", _put_whatever_is_there)
    ),
    "merged by an older reading": History(
        merged_by_an_older_reading, replaced(pull_worker, "_is_outdated", lambda _planned: False)
    ),
    "added, but the link not answered": History(
        added_but_the_link_not_answered, replaced(EchoGuard, "begin", _forgets_how_many)
    ),
}
