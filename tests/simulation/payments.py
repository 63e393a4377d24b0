"""An invoice and its payment in one run: the payment comes after its invoice, once, and on it."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from tests.builders import CONNECTION, a_payment
from tests.simulation import invoices
from tests.simulation.schedules import Schedule, Story
from tests.simulation.world import Setting, World

FLOWS = ("push_invoices", "push_payments")
OWN = ("payment", "901")


def scene(setting: Setting) -> World:
    """Return a world with a new invoice and its payment."""
    world = invoices.scene(setting, "payment")
    world.watches = True
    world.holds(a_payment())
    world.look()
    return world


def _paid(world: World, **changes: Any) -> None:
    world.holds(a_payment(**changes))
    world.look()


def _gone(world: World, *own: tuple[str, str]) -> None:
    for one in own:
        world.mobiwork.drop(one)
    world.look()
    world.look()


def _entered_again(world: World) -> None:
    world.mobiwork.drop(OWN)
    world.holds(a_payment("902"))
    world.look()


def _payment_deleted_there(world: World) -> None:
    for one in list(world.quickbooks.records.get("Payment", [])):
        world.quickbooks.erase("Payment", one["Id"])


DEEDS: Mapping[str, Callable[[World], None]] = {
    "a look": lambda world: world.look(),
    "a look that misses both": lambda world: world.look({}),
    "another amount": lambda world: _paid(world, amount="5.00"),
    "bounced": lambda world: _paid(world, status="VOID"),
    "deleted": lambda world: _gone(world, OWN),
    "both deleted": lambda world: _gone(world, OWN, invoices.OWN),
    "entered again": _entered_again,
    "invoice edited": invoices.DEEDS["edited"],
    "invoice voided in QuickBooks": invoices.DEEDS["voided in QuickBooks"],
    "payment deleted in QuickBooks": _payment_deleted_there,
    "books closed": invoices.DEEDS["books closed"],
    "settings saved twice": invoices.DEEDS["settings saved twice"],
}


def violations(world: World, schedule: Schedule) -> list[str]:
    """Say what is not as it must be at the end."""
    wrong = [] if "both" in str(schedule.deed) else invoices.violations(world, schedule)
    told = {
        one.record_id for one in world.store.pending.worklist(CONNECTION, "push_payments")
    } | world.store.left_out.read_many(CONNECTION, "push_payments", ["901", "902"]).keys()
    for own in (OWN, ("payment", "902")):
        live, link = world.marked(*own), world.link(*own)
        if len(live) > 1:
            wrong.append(f"{own} is in QuickBooks {len(live)} times")
        if own in world.listed and not live and own[1] not in told:
            wrong.append(f"{own} is lost")
        if live and link is None and own[1] not in told:
            wrong.append(f"{own} is in QuickBooks, and nobody knows")
        if live and own not in world.listed and own[1] not in told:
            wrong.append(f"{own} was deleted, and nobody is told")
        if live and not told:
            wrong += _of_money(world, own, live[0])
    return wrong


def _of_money(world: World, own: tuple[str, str], payment: Mapping[str, Any]) -> list[str]:
    invoice = world.link(*invoices.OWN)
    on = [txn["TxnId"] for line in payment["Line"] for txn in line["LinkedTxn"]]
    wrong = []
    if invoice is None or on != [invoice.quickbooks_id]:
        wrong.append(f"{own} is on {on}, not on its invoice")
    amount = world.mobiwork.records_of["payment"][own[1]].findtext("amount")
    if Decimal(str(amount)) != payment["TotalAmt"]:
        wrong.append(f"{own} is {payment['TotalAmt']}, not {amount}")
    return wrong


CHANGE_THE_BODY = frozenset({"another amount", "invoice edited"})
PAYMENTS = Story("payment", FLOWS, scene, DEEDS, violations, CHANGE_THE_BODY)
