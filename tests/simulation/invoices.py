"""One invoice: what may happen to it, and what must be true of it at the end."""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from connector.model.links import Link, RecordKey
from connector.model.outcomes import Outcome, RecordOutcome
from tests.builders import CONNECTION, a_line, a_link, an_invoice
from tests.fakes import Record
from tests.simulation.schedules import Schedule, Story
from tests.simulation.world import Setting, World

FLOWS = ("push_invoices",)
OWN = ("invoice", "5501")
DEAR: Mapping[str, Any] = {
    "lineItems": {"lineItem": [a_line(quantity="4.0", total="18.0")]},
    "subTotal": "18.00",
    "taxAmount": "1.26",
    "total": "19.26",
}


def scene(setting: Setting, *others: str) -> World:
    """Return a world with one new invoice, whose customer and product are linked."""
    world = World(lists=frozenset({"invoice", *others})).meets(setting)
    for entity, own, target, number in (
        ("customer", "700001", "Customer", "61"),
        ("product", "307001", "Item", "71"),
    ):
        link = a_link(RecordKey(entity, own), target=target, quickbooks_id=number)
        told = RecordOutcome(
            run_id="r0", flow="before", record_id=own, outcome=Outcome.CREATED, label=own
        )
        world.store.links.save(CONNECTION, link, told)
    world.holds(an_invoice())
    world.look()
    return world


def _in_quickbooks(world: World) -> Iterator[Record]:
    yield from world.quickbooks.records.get("Invoice", [])


def _edited(world: World) -> None:
    world.holds(an_invoice(**DEAR))
    world.look()


def _held_and_let_go(world: World) -> None:
    world.holds(an_invoice(status="Draft"))
    world.look()
    world.holds(an_invoice())


def _deleted(world: World) -> None:
    world.mobiwork.drop(OWN)
    world.look()
    world.look()


def _list_not_whole(world: World) -> None:
    world.look({})


def _status_left_out(world: World) -> None:
    kept_out = {"invoice": ["Customer Invoiced"]}
    world.save_settings(invoice_statuses=["Paid"], left_out_statuses=kept_out)


def _settings_saved_twice(world: World) -> None:
    _status_left_out(world)
    world.save_settings()


def _books_closed(world: World) -> None:
    world.change_company(closed_until="2025-12-31")


def _voided(world: World) -> None:
    for one in _in_quickbooks(world):
        world.quickbooks.void("Invoice", one["Id"])


def _customer_merged(world: World) -> None:
    if world.store.links.owner_of(CONNECTION, "Customer", "61") is None:
        return
    world.store.links.repoint(
        CONNECTION,
        RecordKey("customer", "700001"),
        target="Customer",
        loser="61",
        survivor="62",
        merged_into=None,
    )
    for one in _in_quickbooks(world):
        world.quickbooks.edit("Invoice", one["Id"], CustomerRef={"value": "62"})


DEEDS: Mapping[str, Callable[[World], None]] = {
    "a look": lambda world: world.look(),
    "a look that misses it": _list_not_whole,
    "edited": _edited,
    "held and let go": _held_and_let_go,
    "deleted in MobiWork": _deleted,
    "its status left out": _status_left_out,
    "settings saved twice": _settings_saved_twice,
    "books closed": _books_closed,
    "voided in QuickBooks": _voided,
    "customer merged": _customer_merged,
}


def violations(world: World, schedule: Schedule) -> list[str]:
    """Say what is not as it must be at the end."""
    live = world.marked(*OWN)
    link = world.link(*OWN)
    item = world.store.pending.read_many(CONNECTION, "push_invoices", [OWN[1]]).get(OWN[1])
    wrong = []
    if len(live) > 1:
        wrong.append(f"{len(live)} invoices in QuickBooks")
    if OWN in world.listed and not live:
        wrong.append("lost: it is nowhere in QuickBooks")
    if live and link is None and item is None:
        wrong.append("in QuickBooks, and nobody knows")
    if live and link is not None:
        wrong += _of_link(world, link, live[0])
    if OWN not in world.listed and live and item is None:
        wrong.append("deleted in MobiWork, and nobody is told")
    if schedule.deed == "edited" and live and live[0]["TotalAmt"] != Decimal("19.26"):
        wrong += [] if item is not None else ["the edit is told to nobody"]
    return wrong


def _of_link(world: World, link: Link, document: Record) -> list[str]:
    owner = world.store.links.owner_of(CONNECTION, "Invoice", link.quickbooks_id)
    wrong = []
    if (link.quickbooks_id, owner) != (document["Id"], RecordKey(*OWN)):
        wrong.append(f"linked to {link.quickbooks_id}, which belongs to {owner}")
    return wrong


INVOICES = Story(
    "invoice", FLOWS, scene, DEEDS, violations, frozenset({"edited", "customer merged"})
)
