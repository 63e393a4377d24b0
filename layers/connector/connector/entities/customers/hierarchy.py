"""How customers stand below each other: which are read again, and which are kept in another one.

A sub-customer may be kept as an address of its parent in MobiWork, where the settings say so.
"""

from connector.entities.customers.fields import LISTED, appended
from connector.entities.customers.model import Customer
from connector.entities.customers.places import (
    NAMED,
    located,
    quickbooks_parent,
    quickbooks_path,
    top_of,
)
from connector.entities.parties import display_names
from connector.entities.parties.addresses import (
    SUB_CUSTOMER,
    Address,
    address_changes,
    country,
    mobiwork_address,
    quickbooks_address,
)
from connector.entities.shared.quickbooks_values import display_name, plain_text
from connector.model.body import Body
from connector.model.flows.field import Changes, Value
from connector.model.flows.hierarchy import Hierarchy
from connector.model.policy.settings import Settings, title

ADDRESS = "address of the parent"


def problem(record: Body, settings: Settings) -> str | None:
    """Say that nobody knows who is at the top above a sub-customer."""
    if settings.sub_customers_as == NAMED or bool(top_of(record)) == bool(
        quickbooks_parent(record)
    ):
        return None
    top, *_, above = quickbooks_path(record)
    return (
        f'It is a sub-customer of "{above}", which is a sub-customer itself. MobiWork has two '
        f'tiers of customers, so it belongs below "{top}" there; but QuickBooks has not told yet '
        f'which customer is above "{above}". Save "{above}" once more in QuickBooks, wait for the '
        "next run and try again; or choose to have sub-customers as customers named Parent:Child "
        f'or as addresses (setting "{title("sub_customers_as")}").'
    )


def embed_in(record: Body, settings: Settings) -> str | None:
    """Return the parent, if a sub-customer is to be one of its addresses."""
    return quickbooks_parent(record) if settings.sub_customers_as == ADDRESS else None


def embedded_name(record: Body) -> str:
    """Name the address that a sub-customer is kept as."""
    return f"{SUB_CUSTOMER}{' - '.join([*quickbooks_path(record)[1:], display_name(record)])}"


def embed(record: Body, owner: Customer, called: str) -> Changes:
    """Write a sub-customer as an address of its parent, found again by what it is or was called."""
    value, member = quickbooks_address(record, "ShipAddr"), "ShipAddr"
    if not any(value.values()):
        value, member = quickbooks_address(record, "BillAddr"), "BillAddr"
    name = embedded_name(record)
    for known in (name, called):
        for position, address in enumerate(owner.addresses, start=1):
            if known and display_names.same(plain_text(address.name), known):
                return _renewed(address, value, name, LISTED.format(position))
    if not any(value.values()):
        return {}
    position = max(len(owner.addresses), 1) + 1
    return appended(value, owner, name) | country(record, member, LISTED.format(position))


def _renewed(address: Address, value: Value, name: str, path: str) -> Changes:
    renamed = {} if display_names.same(plain_text(address.name), name) else {f"{path}/name": name}
    return (address_changes(value, path) if mobiwork_address(address) != value else {}) | renamed


HIERARCHY = Hierarchy(
    parent=quickbooks_parent,
    depth=lambda record: len(quickbooks_path(record)),
    shown_below=frozenset({"name", "parent customer"}),
    located=located,
    problem=problem,
    embed_in=embed_in,
    embedded_name=embedded_name,
    embed=embed,
)
