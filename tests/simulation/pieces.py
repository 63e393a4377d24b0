"""A payment in QuickBooks over two invoices: MobiWork gets two, each of them once."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from connector.model.links import Link
from tests.builders import CONNECTION, an_invoice
from tests.simulation import invoices
from tests.simulation.schedules import Schedule, Story
from tests.simulation.world import Setting, World

FLOWS = ("pull_payments", "push_payments")
PARTS = {"5501": "5.00", "5502": "4.00"}


def scene(setting: Setting) -> World:
    """Return a world with two posted invoices and a new payment of QuickBooks over both."""
    world = invoices.scene(setting, "payment")
    world.usual = {"show_payments": True, "payment_statuses": ["Created", "none"]}
    world.pulls, world.mobiwork.lag = FLOWS[:1], min(setting.lag, 15.0)
    world.late = min(setting.late, 10.0)
    world.save_settings()
    world.holds(an_invoice("5502"))
    world.look()
    world.comes_to_rest(*invoices.FLOWS, *FLOWS)
    lines = [_line(world, own) for own in PARTS]
    body = {"CustomerRef": {"value": "61"}, "TotalAmt": Decimal(9), "TxnDate": "2025-11-20"}
    world.quickbooks.create("Payment", {**body, "Line": lines}, requestid="by hand")
    world.look()
    return world


def _line(world: World, own: str) -> dict[str, Any]:
    invoice = world.link("invoice", own)
    assert invoice is not None
    linked = {"TxnId": invoice.quickbooks_id, "TxnType": "Invoice"}
    return {"Amount": Decimal(PARTS[own]), "LinkedTxn": [linked]}


def _shown(world: World) -> list[tuple[str, str, str]]:
    """Return the id, the invoice and the amount of each payment of MobiWork."""
    found = (raw.fields for raw in world.mobiwork.records("payment"))
    return [(str(one["paymentid"]), str(one["invoiceid"]), str(one["amount"])) for one in found]


def _edited(world: World) -> None:
    for own, _, _ in _shown(world):
        world.mobiwork.change("payment", own, {"paymentReference": "chk 9"})
    world.look()


def _deleted_there(world: World) -> None:
    (payment,) = world.quickbooks.records["Payment"]
    world.quickbooks.erase("Payment", payment["Id"])
    world.look()


def _amended_there(world: World) -> None:
    (payment,) = world.quickbooks.records["Payment"]
    world.quickbooks.edit("Payment", payment["Id"], PaymentRefNum="77")
    world.look()


DEEDS: Mapping[str, Callable[[World], None]] = {
    "a look": lambda world: world.look(),
    "a look that misses all": lambda world: world.look({}),
    "edited in MobiWork": _edited,
    "amended in QuickBooks": _amended_there,
    "deleted in QuickBooks": _deleted_there,
    "settings saved": lambda world: world.save_settings(),
}


def violations(world: World, schedule: Schedule) -> list[str]:
    """Say what is not as it must be at the end."""
    shown, wrong = _shown(world), []
    there = world.quickbooks.records["Payment"]
    told = {
        item.record_id for flow in FLOWS for item in world.store.pending.worklist(CONNECTION, flow)
    }
    if len(there) > 1:
        wrong.append(f"{len(there)} payments in QuickBooks")
    for invoice, amount in PARTS.items():
        some = [one for one in shown if one[1] == invoice]
        if len(some) > 1 and not {own for own, _, _ in some} & told:
            wrong.append(f"the part of {invoice} is shown {len(some)} times")
        if there and not some and not any(one.startswith(there[0]["Id"]) for one in told):
            wrong.append(f"the part of {invoice} is lost")
        wrong += [f"{own} shows {one}, not {amount}" for own, _, one in some if one != amount]
    linked = world.store.links.read_beginning(CONNECTION, "payment", "")
    mine = {own for (_, own), link in linked.items() if isinstance(link, Link)}
    wrong += [f"{own} is not linked" for own, _, _ in shown if own not in mine | told]
    return wrong


PIECES = Story("pieces", FLOWS, scene, DEEDS, violations, frozenset())
