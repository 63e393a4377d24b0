"""Items of QuickBooks that MobiWork gets, and products that both sides change."""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal

from connector.engine.three_way_merge import differing_fields, mobiwork_values, quickbooks_values
from connector.pull.mobiwork_records import parse
from tests.builders import CONNECTION, a_product
from tests.fakes import Record
from tests.simulation.schedules import Schedule, Story
from tests.simulation.world import PULL, Setting, World

FLOWS = ("pull_products", "push_products")
PULLED = PULL["pull_products"]


def scene(setting: Setting) -> World:
    """Return a world with one item that MobiWork does not have, and a product that it has."""
    world = World(lists=frozenset({"product"}), pulls=FLOWS[:1]).meets(setting)
    world.mobiwork.lag, world.late = min(setting.lag, 15.0), min(setting.late, 10.0)
    world.holds(a_product("307009", name="Gate valve"))
    world.look()
    world.comes_to_rest(*FLOWS)
    entered(world, "Copper elbow")
    world.look()
    return world


def scene_of_a_change(setting: Setting) -> World:
    """Return a world with one product on both sides, whose price QuickBooks changed."""
    world = scene(setting)
    world.comes_to_rest(*FLOWS)
    _price_in_quickbooks(world)
    return world


def entered(world: World, name: str) -> str:
    item = {"Name": name, "Type": "NonInventory", "UnitPrice": Decimal("4.50"), "Taxable": True}
    return str(world.quickbooks.create("Item", item, requestid=f"by hand {name}")["Id"])


def _the_item(world: World) -> Iterator[Record]:
    yield from (one for one in world.quickbooks.records["Item"] if one["Name"] != "Gate valve")


def _edited(world: World, **changes: object) -> None:
    for one in list(_the_item(world)):
        world.quickbooks.edit("Item", one["Id"], **changes)
    world.look()


def _price_in_quickbooks(world: World) -> None:
    _edited(world, UnitPrice=Decimal("7.25"))


def _in_mobiwork(world: World, **changes: str) -> None:
    for (entity, own), raw in world.listed.items():
        if "Gate valve" not in raw.xml:
            world.mobiwork.change(entity, own, changes)
    world.look()


def _deleted_in_mobiwork(world: World) -> None:
    for own, raw in world.listed.items():
        if "Gate valve" not in raw.xml:
            world.mobiwork.drop(own)
    world.look()
    world.look()


def _entered_in_mobiwork(world: World) -> None:
    if not any("Copper elbow" in raw.xml for raw in world.listed.values()):
        world.holds(a_product("307008", name="Copper elbow"))
    world.look()


def _a_list_of_before(world: World) -> None:
    world.look({own: raw for own, raw in world.listed.items() if "Gate valve" in raw.xml})


def _merged(world: World) -> None:
    survivor = entered(world, "Copper elbow 1/2")
    (loser,) = (one["Id"] for one in _the_item(world) if one["Id"] != survivor)
    world.look()
    world.quickbooks.merge("Item", loser, survivor)
    world.merged("Item", loser, survivor)


DEEDS: Mapping[str, Callable[[World], None]] = {
    "a look": lambda world: world.look(),
    "an empty list": lambda world: world.look({}),
    "a list of before": _a_list_of_before,
    "price changed in QuickBooks": lambda world: _edited(world, UnitPrice=Decimal("8.75")),
    "renamed in QuickBooks": lambda world: _edited(world, Name="Copper elbow 3/4"),
    "made inactive in QuickBooks": lambda world: _edited(world, Active=False),
    "merged in QuickBooks": _merged,
    "price changed in MobiWork": lambda world: _in_mobiwork(world, price="6.10"),
    "described in MobiWork": lambda world: _in_mobiwork(world, description="Elbow, copper"),
    "renamed in MobiWork": lambda world: _in_mobiwork(world, name="Elbow"),
    "deleted in MobiWork": _deleted_in_mobiwork,
    "entered in MobiWork, too": _entered_in_mobiwork,
    "settings saved": lambda world: world.save_settings(on_conflict="QuickBooks wins"),
}


def violations(world: World, schedule: Schedule) -> list[str]:
    """Say what is not as it must be at the end."""
    told = {
        one.record_id for flow in FLOWS for one in world.store.pending.worklist(CONNECTION, flow)
    }
    wrong = []
    for item in world.quickbooks.records["Item"]:
        named = world.mobiwork.find_by_external_id("product", item["Id"])
        if len(named) > 1:
            wrong.append(f"item {item['Id']} is in MobiWork {len(named)} times")
        wrong += _of_item(world, item, told)
    if schedule.second and MERGED.alone()[schedule.first - 1 :][:1] == ["mobiwork.edit"]:
        # It sleeps between the last look and its edit: MobiWork has no version to refuse it by.
        wrong = [one for one in wrong if "differ" not in one]
    if schedule.killed or schedule.fault:
        # The next look never saw what was added; it is told when QuickBooks changes it.
        wrong = [one for one in wrong if "was deleted" not in one]
    wanted = [one["Id"] for one in world.quickbooks.records["Item"] if one["Active"]]
    begun = world.store.additions.under_way(CONNECTION, "Item", wanted)
    return [*wrong, "an addition is left begun"] if begun else wrong


def _of_item(world: World, item: Record, told: set[str]) -> list[str]:
    owner = world.store.links.owner_of(CONNECTION, "Item", item["Id"])
    if owner is None:
        known = item["Id"] in told or not item["Active"]
        return [] if known else [f"item {item['Id']} is lost"]
    link = world.link(*owner)
    if link is None or link.quickbooks_id != item["Id"]:
        return [f"item {item['Id']} belongs to {owner}, which is linked to {link}"]
    raw = world.mobiwork.find(*owner)
    if raw is None or {item["Id"], owner.mobiwork_id} & told:
        return [] if raw is not None or told else [f"{owner} was deleted, and nobody is told"]
    ours = mobiwork_values(PULLED.fields, parse(PULLED, raw))
    theirs = quickbooks_values(PULLED.fields, item)
    different = differing_fields(PULLED.fields, ours, theirs)
    return [f"the {different} differ, and nobody is told"] if different else []


ADDED = Story("addition", FLOWS, scene, DEEDS, violations, frozenset(DEEDS))
MERGED = Story("merge", FLOWS, scene_of_a_change, DEEDS, violations, frozenset(DEEDS))
