"""Histories of two who keep what they read at once, and of one whom both sides name otherwise."""

from decimal import Decimal

import pytest

from connector.model.fingerprints import Fingerprints
from connector.push.matching import sent
from tests.builders import CONNECTION, a_customer, a_product
from tests.memory.kept import MemoryFingerprints
from tests.simulation import products
from tests.simulation.history import History, replaced, until
from tests.simulation.scheduler import Worker
from tests.simulation.schedules import Schedule
from tests.simulation.world import FORGETS, World

ELBOW, VALVE = ("product", "p1"), ("product", "307009")


def _a_price_to_pull() -> tuple[World, Worker]:
    """Return a pull of a price of QuickBooks."""
    world = products.MERGED.begins(FORGETS)
    return world, world.worker(products.FLOWS[:1])


def changed_back_after_both_kept() -> list[str]:
    """A look keeps another product as a pull writes a price, which a person takes back at once."""
    world, pull = _a_price_to_pull()
    world.mobiwork.change(*VALVE, {"description": "Gate valve, brass"})
    look = world.looker()
    until(look, "fingerprints.save")
    pull.go()
    look.go()
    world.mobiwork.change(*ELBOW, {"price": "4.5"})
    world.comes_to_rest(*products.FLOWS)
    (item,) = (one for one in world.quickbooks.records["Item"] if one["Name"] == "Copper elbow")
    return [] if item["UnitPrice"] == Decimal("4.50") else [f"{item['UnitPrice']} in QuickBooks"]


def sent_and_deleted_after_both_kept() -> list[str]:
    """A pull keeps a price as a look finds a new product, which is sent and deleted before long."""
    world, pull = _a_price_to_pull()
    until(pull, "fingerprints.save")
    world.holds(a_product("307011", name="Ball valve"))
    world.look()
    pull.go()
    world.worker(products.FLOWS[1:]).go()
    world.mobiwork.drop(("product", "307011"))
    world.comes_to_rest(*products.FLOWS)
    told = [one.record_id for one in world.store.pending.worklist(CONNECTION, "push_products")]
    gone = [] if told == ["307011"] else [f"told of {told}"]
    return gone + products.violations(world, Schedule(FORGETS, 1))


CUSTOMERS = ("pull_customers", "push_customers")


def _a_customer() -> World:
    """Return a customer of MobiWork who is to be sent."""
    world = World(lists=frozenset({"customer"}), pulls=CUSTOMERS[:1], watches=True).meets(FORGETS)
    world.holds(a_customer("700002", companyName="Two"))
    return world


def named_while_its_answer_is_missing() -> list[str]:
    """A customer's answer is lost, QuickBooks renames him, and MobiWork names him."""
    world = _a_customer()
    world.look()

    def faults(_number: int, step: str) -> str | None:
        return "answer lost" if step == "quickbooks.create" else None

    worker = world.worker(CUSTOMERS[1:], faults)
    until(worker, "pending.hold")
    worker.kill()
    (made,) = world.quickbooks.records["Customer"]
    world.quickbooks.edit("Customer", made["Id"], DisplayName="Heron Group")
    world.mobiwork.change("customer", "700002", {"externalCustomerId": f"{made['Id']},QBO"})
    try:
        world.comes_to_rest(*CUSTOMERS)
    except AssertionError as error:
        return [str(error)]
    link = world.link("customer", "700002")
    return [] if link and link.quickbooks_id == made["Id"] else [f"{link}"]


def _never_known_by_its_id(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(sent, "_named", lambda *_: [])
    patch.setattr(sent, "is_over", lambda *_: False)


_save = MemoryFingerprints.save


def blocks_as_read(
    kept: MemoryFingerprints, connection_id: str, flow: str, known: Fingerprints
) -> None:
    """Write all that is known of a flow, as DynamoDB's blocks once were."""
    if known.changed:
        kept.marks[connection_id, flow] = dict(known.marks)
    _save(kept, connection_id, flow, known)


KEPT: dict[str, History] = {
    "changed back after both kept": History(
        changed_back_after_both_kept, replaced(MemoryFingerprints, "save", blocks_as_read)
    ),
    "sent and deleted after both kept": History(
        sent_and_deleted_after_both_kept, replaced(MemoryFingerprints, "save", blocks_as_read)
    ),
    "named while its answer is missing": History(
        named_while_its_answer_is_missing, _never_known_by_its_id
    ),
}
