"""Histories of records that were deleted or edited in MobiWork while a worker had them in hand."""

from collections.abc import Collection
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from pydantic import BaseModel

from connector.model.fingerprints import Fingerprints
from connector.model.flows.pull_flow import PullFlow
from connector.model.pending import NewItem, PendingItem
from connector.pull import worker as pull_worker
from connector.pull.mobiwork_records import EchoGuard, MobiWorkRecord
from connector.push import create
from tests.builders import CONNECTION, a_product
from tests.memory.pending import MemoryLeftOut, MemoryPending
from tests.simulation import customers, invoices, products
from tests.simulation.history import History, Without, replaced, until
from tests.simulation.scheduler import Worker
from tests.simulation.schedules import Schedule
from tests.simulation.world import FORGETS, World

VALVE = ("product", "307009")
LONG_AGO = datetime(2025, 1, 1, tzinfo=UTC)


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
    worker = world.worker(customers.FLOWS, restored_to=LONG_AGO)
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


def _left_by_a_pull_that_died() -> World:
    """Return a world in which a pull died before it closed its item, and a push agreed on more."""
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
    world.worker(products.FLOWS[1:]).go()
    return world


def merged_by_an_older_reading() -> list[str]:
    """A pull dies before it closes its item; a push agrees on more, and another pull comes."""
    world = _left_by_a_pull_that_died()
    world.worker(products.FLOWS[:1]).go()
    between = _prices(world)
    world.comes_to_rest(*products.FLOWS)
    return [f"{one}" for one in (between, _prices(world)) if one != {Decimal("8.50")}]


def edited_while_it_is_read_again() -> list[str]:
    """A pull reads its record again; it is edited in QuickBooks and looked at before that is kept.

    Nobody would hear of it again: the look has read its change.
    """
    world = _left_by_a_pull_that_died()
    worker = world.worker(products.FLOWS[:1])
    until(worker, "pending.replace_reading")
    products.DEEDS["price changed in QuickBooks"](world)
    worker.go()
    world.comes_to_rest(*products.FLOWS)
    return [] if _prices(world) == {Decimal("8.75")} else [f"{_prices(world)}"]


def _edited_by_another(call: str) -> tuple[World, Worker, Worker]:
    """Return two pulls of a price; the second has written it, the first stands where it read.

    first: stands before `call`; MobiWork's description was changed and looked at after that.
    """
    world = products.MERGED.begins(FORGETS)
    first, second = world.worker(products.FLOWS), world.worker(products.FLOWS)
    until(first, call)
    products.DEEDS["described in MobiWork"](world)
    until(second, "mobiwork.edit")
    second.go(1)
    return world, first, second


def _prices(world: World) -> set[Decimal]:
    """Return the prices on both sides, which is one where they are the same."""
    (item,) = [one for one in world.quickbooks.records["Item"] if one["Name"] == "Copper elbow"]
    return {item["UnitPrice"], Decimal(str(world.listed["product", "p1"].fields["price"]))}


def pushed_by_a_reading_from_before_an_edit() -> list[str]:
    """A pull finds what another just wrote, and pushes what waited from before that."""
    world, first, second = _edited_by_another("pending.to_plan")
    first.go()
    between = _prices(world)
    second.go()
    world.comes_to_rest(*products.FLOWS)
    return [f"{one}" for one in (between, _prices(world)) if one != {Decimal("7.25")}]


def renamed_while_what_waits_gives_way() -> list[str]:
    """A pull wrote a price; a look stores a newer name before the pull replaces what waited."""
    world = products.MERGED.begins(FORGETS)
    products.DEEDS["described in MobiWork"](world)
    worker = world.worker(products.FLOWS)
    until(worker, "pending.replace_reading")
    products.DEEDS["renamed in MobiWork"](world)
    worker.go()
    world.comes_to_rest(*products.FLOWS)
    return products.violations(world, Schedule(FORGETS, 1))


def renamed_while_a_pull_sleeps_after_its_edit() -> list[str]:
    """A pull wrote a price; before it looks at what waits, another one writes a newer name."""
    world = products.MERGED.begins(FORGETS)
    first = world.worker(products.FLOWS)
    until(first, "mobiwork.edit")
    first.go(1)
    products.DEEDS["renamed in QuickBooks"](world)
    second = world.worker(products.FLOWS)
    until(second, "fingerprints.save")
    first.go()
    second.go()
    world.comes_to_rest(*products.FLOWS)
    return products.violations(world, Schedule(FORGETS, 1))


def written_but_agreed_on_by_another() -> list[str]:
    """A pull wrote a price, but its link comes too late; the look takes its edit for known."""
    world, first, second = _edited_by_another("mobiwork.find")
    first.go()
    second.go()
    world.comes_to_rest(*products.FLOWS)
    return [] if _prices(world) == {Decimal("7.25")} else [f"{_prices(world)}"]


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


_replace_reading = MemoryPending.replace_reading


def _whatever_reading_waits(patch: pytest.MonkeyPatch) -> None:
    def replace_reading(pending: MemoryPending, *place: str, **told: str | None) -> None:
        _replace_reading(pending, *place, **{**told, "instead_of": None})  # type: ignore[arg-type]

    patch.setattr(MemoryPending, "replace_reading", replace_reading)


def _nothing_owed(without: Without) -> Without:
    """Take out what lets a look find what QuickBooks is to get, too: it mends the same."""

    def take_out(patch: pytest.MonkeyPatch) -> None:
        replaced(EchoGuard, "owes", lambda *_: None)(patch)
        without(patch)

    return take_out


_begin, _gives_way = EchoGuard.begin, EchoGuard.gives_way


def _forgets_how_many(guard: EchoGuard, quickbooks_ids: Collection[str]) -> None:
    _begin(guard, quickbooks_ids)
    guard._begun = 0


def _known_before_agreed[R: BaseModel](
    guard: EchoGuard, flow: PullFlow[R], written: MobiWorkRecord[R], *, before: R
) -> None:
    _gives_way(guard, flow, written, before=before)
    guard.remember(written.raw.own_id, written.record, before=before)


def _whatever_came_since(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(EchoGuard, "newest", lambda _guard, _flow, written: written)
    patch.setattr(EchoGuard, "read_again", lambda *_: None)


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
    left_out._keep(item, label=label, reason=reason)
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
    "edited while it is read again": History(
        edited_while_it_is_read_again, _whatever_reading_waits
    ),
    "renamed while what waits gives way": History(
        renamed_while_what_waits_gives_way, _nothing_owed(_whatever_reading_waits)
    ),
    "pushed by a reading from before an edit": History(
        pushed_by_a_reading_from_before_an_edit,
        replaced(EchoGuard, "read_afresh", lambda *_, **__: None),
    ),
    "renamed while a pull sleeps after its edit": History(
        renamed_while_a_pull_sleeps_after_its_edit, _whatever_came_since
    ),
    "written, but agreed on by another": History(
        written_but_agreed_on_by_another,
        _nothing_owed(replaced(EchoGuard, "gives_way", _known_before_agreed)),
    ),
    "added, but the link not answered": History(
        added_but_the_link_not_answered, replaced(EchoGuard, "begin", _forgets_how_many)
    ),
}
