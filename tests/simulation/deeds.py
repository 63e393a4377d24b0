"""What people do on both sides, each with a random choice of its own."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from random import Random
from typing import Any

from tests.builders import a_customer, a_payment, a_product, an_invoice
from tests.simulation.account import Own
from tests.simulation.world import World

EDITS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "customer": {
        "companyName": ("Blue Heron {}", "Heron {}"),
        "contact/email": ("office{}@heron.example", ""),
        "contact/phoneNumber": ("813555010{}",),
        "contact/altPhoneNumber": ("813555020{}",),
        "contact/fax": ("813555030{}",),
        "address/address1": ("{} Canal St",),
        "addressList/address[2]/address1": ("{} Dock Rd",),
        "enabled": ("false", "true"),
        "prospectFlag": ("true", "false"),
    },
    "product": {
        "name": ("Elbow {}", "Valve {}"),
        "description": ("No. {}", ""),
        "sku": ("CE-{}",),
        "price": ("{}.50",),
        "cost": ("{}.20",),
        "taxable": ("false", "true"),
        "enabled": ("false", "true"),
    },
    "invoice": {
        "status": ("Draft", "Customer Invoiced", "Void"),
        "dueDate": ("Wed Dec 1{} 00:00:00 EST 2025",),
        "invoiceDate": ("Mon Nov 0{} 00:00:00 EST 2025",),
        "invoiceNumber": ("INV-9{}",),
        "customerId": ("700001", "700002"),
        "lineItems/lineItem/description": ("Elbow no. {}",),
        "purchaseOrder": ("PO {}",),
        "notes": ("Call {}",),
    },
    "payment": {
        "amount": ("{}.00", "9.63"),
        "paymentDate": ("2025/11/1{}",),
        "paymentMethod": ("Cash", "Check"),
        "paymentReference": ("chk {}",),
        "status": ("VOID", "CREATED"),
    },
}
"""What is edited in MobiWork, by entity and element; a digit goes into the braces."""

MAIN = {"address1": "12 Canal St", "city": "Tampa", "state": "Florida", "zipCode": "33602"}
ADDRESSES = {"address": [MAIN, MAIN | {"address1": "3 Quay"}]}
MAKERS: Mapping[Own, Callable[[], Any]] = {
    ("customer", "700001"): lambda: a_customer(addressList=ADDRESSES),
    ("customer", "700002"): lambda: a_customer("700002", companyName="Two"),
    ("product", "307001"): a_product,
    ("product", "307002"): lambda: a_product("307002"),
    ("invoice", "5501"): an_invoice,
    ("invoice", "5502"): lambda: an_invoice("5502", customerId="700002"),
    ("payment", "901"): a_payment,
    ("payment", "902"): lambda: a_payment("902", invoiceId="5502"),
}
IN_QUICKBOOKS: Mapping[str, Mapping[str, tuple[Any, ...]]] = {
    "Customer": {
        "DisplayName": ("Heron Group {}",),
        "PrimaryEmailAddr": ({"Address": "books@heron.example"}, {"Address": "new@heron.example"}),
        "PrimaryPhone": ({"FreeFormNumber": "8135550199"},),
        "AlternatePhone": ({"FreeFormNumber": "8135550198"},),
        "Fax": ({"FreeFormNumber": "8135550197"},),
        "BillAddr": ({"Line1": "1 Dock Rd", "City": "Tampa"},),
        "ShipAddr": ({"Line1": "2 Quay", "City": "Tampa"},),
        "Notes": ("Call after {}",),
        "Active": (False, True),
    },
    "Item": {
        "Name": ("Fitting {}",),
        "Description": ("Fitting no. {}",),
        "Sku": ("F-{}",),
        "UnitPrice": (Decimal("8.25"), Decimal("9.75")),
        "PurchaseCost": (Decimal("2.25"), Decimal("3.75")),
        "Taxable": (False, True),
        "Active": (False, True),
    },
}
SETTINGS: tuple[Mapping[str, Any], ...] = (
    {},
    {"push_prospects": True},
    {"on_conflict": "QuickBooks wins"},
    {"on_conflict": "MobiWork wins"},
    {"invoice_statuses": ["Paid"], "left_out_statuses": {"invoice": ["Customer Invoiced"]}},
)


def _filled(dice: Random, values: tuple[Any, ...]) -> Any:
    value = dice.choice(values)
    return value.format(dice.randint(1, 9)) if isinstance(value, str) else value


def edit_in_mobiwork(world: World, dice: Random) -> str | None:
    """Change one mapped field of one record."""
    known = [own for own in world.listed if own[0] in EDITS]
    if not known:
        return None
    entity, own = dice.choice(known)
    listed = "<addressList>" in world.listed[entity, own].xml
    path = dice.choice([one for one in EDITS[entity] if listed or "[" not in one])
    world.mobiwork.change(entity, own, {path: _filled(dice, EDITS[entity][path])})
    return f"{entity}.{path}"


def edit_in_quickbooks(world: World, dice: Random) -> str | None:
    """Change one member of one record of a list."""
    known = [(e, one["Id"]) for e in IN_QUICKBOOKS for one in world.quickbooks.records.get(e, [])]
    if not known:
        return None
    entity, number = dice.choice(known)
    member = dice.choice(list(IN_QUICKBOOKS[entity]))
    value = _filled(dice, IN_QUICKBOOKS[entity][member])
    names = {one.get(member) for one in world.quickbooks.records[entity] if isinstance(value, str)}
    if member in {"Name", "DisplayName"} and value in names:
        return None
    world.quickbooks.edit(entity, number, **{member: value})
    return f"{entity}.{member}"


def enter_in_quickbooks(world: World, dice: Random) -> str | None:
    """Enter a record of a list, sometimes of a name that MobiWork has, too."""
    entity, member = dice.choice([("Customer", "DisplayName"), ("Item", "Name")])
    name = dice.choice([f"Entered {dice.randint(1, 9)}", "Two", "Copper elbow 307002"])
    if any(one[member] == name for one in world.quickbooks.records.get(entity, [])):
        return None
    more = {"Type": "NonInventory", "UnitPrice": Decimal(3)} if entity == "Item" else {}
    world.quickbooks.create(entity, {member: name, **more}, requestid=f"by hand {dice.random()}")
    return entity


def delete_in_mobiwork(world: World, dice: Random) -> str | None:
    """Delete a record."""
    known = list(world.listed)
    if not known:
        return None
    own = dice.choice(known)
    world.mobiwork.drop(own)
    return own[0]


def delete_many(world: World, dice: Random) -> str | None:
    """Delete all records of a kind."""
    entity = dice.choice(list(EDITS))
    for own in [one for one in world.listed if one[0] == entity]:
        world.mobiwork.drop(own)
    return entity


def enter_in_mobiwork(world: World, dice: Random) -> str | None:
    """Enter a record, or have one listed again that was deleted."""
    own = dice.choice(list(MAKERS))
    if own in world.listed:
        return None
    world.holds(MAKERS[own]())
    return own[0]


def status_and_back(world: World, dice: Random) -> str | None:
    """Change a status, let a look see it, and change it back."""
    known = [own for own in world.listed if own[0] == "invoice"]
    if not known:
        return None
    entity, own = dice.choice(known)
    world.mobiwork.change(entity, own, {"status": "Draft"})
    world.look()
    world.mobiwork.change(entity, own, {"status": "Customer Invoiced"})
    return entity


def list_not_whole(world: World, dice: Random) -> str | None:
    """Have lists come back once without some records, or empty."""
    share = dice.choice([0.0, 0.5, 0.9])
    world.look({own: raw for own, raw in world.listed.items() if dice.random() < share})
    return "empty" if not share else "short"


def save_settings(world: World, dice: Random) -> str:
    """Save other settings."""
    chosen = dice.choice(SETTINGS)
    world.save_settings(**chosen)
    return ", ".join(chosen) or "the usual ones"


def close_books(world: World, dice: Random) -> str:
    """Close the books, or open them."""
    closed = dice.random() < 0.5
    world.change_company(**({"closed_until": "2025-12-31"} if closed else {}))
    return "closed" if closed else "opened"


def merge_in_quickbooks(world: World, dice: Random) -> str | None:
    """Merge two records of a list; a webhook tells of it, or none does."""
    entity = dice.choice(["Customer", "Item"])
    known = [one["Id"] for one in world.quickbooks.records.get(entity, []) if one["Active"]]
    if len(known) < 2:
        return None
    loser, survivor = dice.sample(known, 2)
    world.quickbooks.merge(entity, loser, survivor)
    world.merged(entity, loser, survivor)
    return entity


def void_in_quickbooks(world: World, dice: Random) -> str | None:
    """Void an invoice, or delete a document."""
    known = [(e, one["Id"]) for e in ("Invoice", "Payment") for one in _live(world, e)]
    if not known:
        return None
    entity, number = dice.choice(known)
    if entity == "Invoice" and dice.random() < 0.5:
        world.quickbooks.void(entity, number)
        return f"{entity} voided"
    world.quickbooks.erase(entity, number)
    return f"{entity} deleted"


def _live(world: World, entity: str) -> list[dict[str, Any]]:
    return world.quickbooks.records.get(entity, [])


DEEDS: Mapping[str, Callable[[World, Random], str | None]] = {
    "edited in MobiWork": edit_in_mobiwork,
    "edited in QuickBooks": edit_in_quickbooks,
    "entered in QuickBooks": enter_in_quickbooks,
    "entered in MobiWork": enter_in_mobiwork,
    "deleted in MobiWork": delete_in_mobiwork,
    "all of a kind deleted in MobiWork": delete_many,
    "status changed and changed back": status_and_back,
    "a list that is not whole": list_not_whole,
    "settings saved": save_settings,
    "books closed or opened": close_books,
    "merged in QuickBooks": merge_in_quickbooks,
    "voided or deleted in QuickBooks": void_in_quickbooks,
}
