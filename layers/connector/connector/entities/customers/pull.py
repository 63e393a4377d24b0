"""Customers of QuickBooks as MobiWork's customers, sub-customers as the settings say."""

from dataclasses import replace

from connector.entities.customers.fields import (
    FIELDS,
    LISTED,
    PERSON_FORMATS,
    appended,
    is_made_of,
    own_names,
    parts_there,
    shipping_there,
)
from connector.entities.customers.hierarchy import (
    NAMED,
    located,
    parent_there,
    path_there,
    shown_under,
    top_of,
)
from connector.entities.customers.model import Customer
from connector.entities.shared import display_names
from connector.entities.shared.addresses import (
    MAIN_NAME,
    SUB_CUSTOMER,
    Address,
    address_changes,
    address_here,
    address_there,
    country,
)
from connector.entities.shared.quickbooks_values import display_name, plain_text, why_nameless
from connector.mobiwork.external_id import native_id
from connector.model.body import Body
from connector.model.field import Changes, Value
from connector.model.plans import Reference
from connector.model.pull_flow import Known, Pull
from connector.model.settings import Settings, title

BOTH = "company (first last)"
ADDRESS = "address of the parent"


def label(record: Body) -> str:
    """Name a customer to a person, a sub-customer with its parents."""
    full = ":".join([*path_there(record), display_name(record)])
    kind = "sub-customer" if record.get("ParentRef") else "customer"
    return f'{kind} "{full or "(no name)"}"'


def why_not(record: Body, _settings: Settings) -> str:
    """Say why a customer stays out of MobiWork: it is a project, or has no name for it."""
    if not record.get("IsProject"):
        return why_nameless(record)
    return (
        "It is a project of QuickBooks: it collects what a job costs and is no customer of its "
        "own. MobiWork has nothing like it."
    )


def refers_to(record: Body, _settings: Settings) -> tuple[Reference, ...]:
    """Name the customers above it that must be in MobiWork first."""
    above, parent, top = path_there(record), parent_there(record), top_of(record)
    named = {top: above[:1], parent: above[-1:]}
    return tuple(
        Reference(
            "Customer", one, f'customer "{name[0]}"' if name else f"customer {one} of QuickBooks"
        )
        for one, name in named.items()
        if one
    )


def problem(record: Body, settings: Settings) -> str:
    """Say that nobody knows who is at the top above a sub-customer."""
    if settings.sub_customers_as == NAMED or bool(top_of(record)) == bool(parent_there(record)):
        return ""
    top, *_, above = path_there(record)
    return (
        f'It is a sub-customer of "{above}", which is a sub-customer itself. MobiWork has two '
        f'tiers of customers, so it belongs below "{top}" there; but QuickBooks has not told yet '
        f'which customer is above "{above}". Save "{above}" once more in QuickBooks, wait for the '
        "next run and try again; or choose to have sub-customers as customers named Parent:Child "
        f'or as addresses (setting "{title("sub_customers_as")}").'
    )


def there_key(record: Body, settings: Settings) -> str:
    """Return the name that MobiWork would know a customer by."""
    above, name = path_there(record), _shown(record, settings)
    if not above:
        return name
    if settings.sub_customers_as == NAMED:
        return " - ".join(_path(record))
    return _under(above[0], " - ".join([*above[1:], name]))


def here_key(customer: Customer) -> str:
    """Return the name of a customer, a sub-customer's with its parent's."""
    if not customer.is_sub_customer:
        return customer.name
    return _under(customer.parent_name, customer.name) if customer.parent_name else ""


def new(record: Body, known: Known) -> Changes:
    """Return what a new customer needs besides its fields (reference 3.1)."""
    changes: dict[str, str | None] = {"enabled": "true", "prospectFlag": "false"}
    if _is_home(record, known.settings):
        changes["type"] = "RESIDENTIAL"
    places = [("BillAddr", "address"), ("BillAddr", LISTED.format(1))]
    if shipping_there(record):
        places.append(("ShipAddr", LISTED.format(2)))
    for member, path in places:
        changes |= {f"{path}/name": MAIN_NAME} if member == "BillAddr" else {}
        changes |= country(record, member, path)
    return changes | ({"type": "BUSINESS"} if shown_under(record) else {})


def part_of(record: Body, settings: Settings) -> str:
    """Return the parent, if a sub-customer is to be one of its addresses."""
    return parent_there(record) if settings.sub_customers_as == ADDRESS else ""


def part_name(record: Body) -> str:
    """Name the address that a sub-customer is kept as."""
    return f"{SUB_CUSTOMER}{' - '.join([*path_there(record)[1:], display_name(record)])}"


def part(record: Body, owner: Customer, called: str) -> Changes:
    """Write a sub-customer as an address of its parent, found again by what it is or was called."""
    value, member = address_there(record, "ShipAddr"), "ShipAddr"
    if not any(value.values()):
        value, member = address_there(record, "BillAddr"), "BillAddr"
    name = part_name(record)
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
    return (address_changes(value, path) if address_here(address) != value else {}) | renamed


def _path(record: Body) -> list[str]:
    """Return what `Parent:Child` is made of."""
    parts = parts_there(record)
    return [*path_there(record), parts.company or parts.person]


def _is_home(record: Body, settings: Settings) -> bool:
    """Tell a person, who may have a company, from a business that is shown by its person."""
    parts = parts_there(record)
    if not parts.company or settings.display_name_format in PERSON_FORMATS:
        return not parts.company
    return any(
        is_made_of(name, replace(parts, company=""), form)
        for name in own_names(record)
        for form in PERSON_FORMATS
    )


def _shown(record: Body, settings: Settings) -> str:
    """Return the name that MobiWork shows; one with its person in parentheses is kept as it is."""
    parts, form = parts_there(record), settings.display_name_format
    both = parts.company and parts.person and form != BOTH
    if both and any(is_made_of(name, parts, BOTH) for name in own_names(record)):
        return display_name(record)
    home = replace(parts, home=_is_home(record, settings))
    return display_names.display_name(home, "company else person")


def _under(parent: str, name: str) -> str:
    """Name a sub-customer by its parent and its own name without its parent's in front."""
    begin = f"{parent} - "
    own = name[len(begin) :] if display_names.same(name[: len(begin)], begin) else name
    return f"{parent}:{own}"


PULL = Pull(
    name="pull_customers",
    source="Customer",
    entity="customer",
    model=Customer,
    fields=FIELDS,
    label=label,
    there_key=there_key,
    here_key=here_key,
    native_id=lambda customer, form: native_id(customer.external_id, form),
    why_not=why_not,
    refers_to=refers_to,
    parent=parent_there,
    depth=lambda record: len(path_there(record)),
    below=frozenset({"name", "parent customer"}),
    located=located,
    problem=problem,
    new=new,
    part_of=part_of,
    part=part,
    part_name=part_name,
    enabled=lambda customer: customer.enabled,
    push="push_customers",
)
