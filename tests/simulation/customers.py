"""One customer, whose later edits are pushed, too: the newest reading wins."""

from collections.abc import Callable, Mapping

from connector.mobiwork.xml import RawRecord
from tests.builders import a_customer
from tests.simulation.schedules import Schedule, Story
from tests.simulation.world import Setting, World

FLOWS = ("push_customers",)
OWN = ("customer", "700001")


def heron(address: str = "one", **changes: str) -> RawRecord:
    """Return the customer with an e-mail address of its own."""
    contact = {"firstName": "TBD", "lastName": "TBD", "email": f"{address}@blueheron.example"}
    return a_customer(contact=contact, **changes)


def scene(setting: Setting) -> World:
    """Return a world with one new customer."""
    world = World(lists=frozenset({"customer"})).meets(setting)
    world.holds(heron(address="one"))
    world.look()
    return world


def _edited(world: World) -> None:
    world.holds(heron(address="two"))
    world.look()


def _edited_twice(world: World) -> None:
    _edited(world)
    world.holds(heron(address="three"))
    world.look()


def _edited_without_a_look(world: World) -> None:
    world.holds(heron(address="two"))


def _renamed(world: World) -> None:
    world.holds(heron(companyName="Blue Heron Plumbing and Heating"))
    world.look()


def _a_prospect_for_a_while(world: World) -> None:
    world.holds(heron(prospectFlag="true", address="prospect"))
    world.look()
    world.pusher("customer").go()
    world.holds(heron(address="two"))


def _disabled_for_a_while(world: World) -> None:
    world.holds(heron(enabled="false", address="old"))
    world.look()
    world.pusher("customer").go()
    world.holds(heron(address="two"))


def _prospects_wanted_in_the_end(world: World) -> None:
    _a_prospect_for_a_while(world)
    world.comes_to_rest(*FLOWS)
    world.save_settings(push_prospects=True)


def _deleted(world: World) -> None:
    world.mobiwork.drop(OWN)
    world.look()
    world.look()


def _edited_in_quickbooks(world: World) -> None:
    for one in world.quickbooks.records.get("Customer", []):
        world.quickbooks.edit("Customer", one["Id"], Notes="Call after 5")


def _settings_saved(world: World) -> None:
    world.save_settings(push_prospects=True)


DEEDS: Mapping[str, Callable[[World], None]] = {
    "a look": lambda world: world.look(),
    "a look that misses it": lambda world: world.look({}),
    "edited": _edited,
    "edited twice": _edited_twice,
    "edited without a look": _edited_without_a_look,
    "renamed": _renamed,
    "a prospect for a while": _a_prospect_for_a_while,
    "disabled for a while": _disabled_for_a_while,
    "prospects wanted in the end": _prospects_wanted_in_the_end,
    "deleted in MobiWork": _deleted,
    "edited in QuickBooks": _edited_in_quickbooks,
    "settings saved": _settings_saved,
}

CHANGE_THE_BODY = frozenset(
    {
        "edited",
        "edited twice",
        "edited without a look",
        "renamed",
        "a prospect for a while",
        "disabled for a while",
        "prospects wanted in the end",
    }
)


def violations(world: World, schedule: Schedule) -> list[str]:
    """Say what is not as it must be at the end."""
    found = world.quickbooks.records.get("Customer", [])
    link = world.link(*OWN)
    item = world.store.pending.read_many("c1", "push_customers", [OWN[1]]).get(OWN[1])
    wrong = []
    if len(found) > 1:
        wrong.append(f"{len(found)} customers in QuickBooks")
    if found and link is None:
        wrong.append("in QuickBooks, and nobody knows")
    if OWN not in world.listed:
        told = item is not None or not found
        return wrong if told else [*wrong, "deleted in MobiWork, and nobody is told"]
    if not found:
        return [*wrong, "lost: it is nowhere in QuickBooks"]
    shown = found[0]["PrimaryEmailAddr"]["Address"]
    if shown not in world.listed[OWN].xml:
        wrong.append(f"QuickBooks shows {shown}, which is not what MobiWork says by now")
    if item is not None:
        wrong.append(f"it is {item.state}: {item.reason}")
    return wrong


CUSTOMERS = Story("customer", FLOWS, scene, DEEDS, violations, CHANGE_THE_BODY)
