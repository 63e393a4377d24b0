"""Customers of QuickBooks as MobiWork's customers, sub-customers as the settings say."""

from dataclasses import replace

from connector.entities.customers.fields import (
    FIELDS,
    LISTED,
    PERSON_FORMATS,
    is_made_of,
    own_names,
    quickbooks_parts,
    quickbooks_shipping,
)
from connector.entities.customers.hierarchy import HIERARCHY
from connector.entities.customers.model import CUSTOMERS, Customer
from connector.entities.customers.places import (
    NAMED,
    quickbooks_parent,
    quickbooks_path,
    shown_under,
    top_of,
)
from connector.entities.parties import display_names
from connector.entities.parties.addresses import MAIN_NAME, country
from connector.entities.shared.quickbooks_values import display_name, nameless_reason
from connector.model.body import Body
from connector.model.flows.context import PullContext
from connector.model.flows.field import Changes
from connector.model.flows.pull_flow import PullEligibility, PullFlow, PullMatching, PullTranslation
from connector.model.matching.evidence import name_key
from connector.model.plans import Reference
from connector.model.policy.settings import Settings

BOTH = "company (first last)"


def label(record: Body) -> str:
    """Name a customer to a person, a sub-customer with its parents."""
    full = ":".join([*quickbooks_path(record), display_name(record)])
    kind = "sub-customer" if record.get("ParentRef") else "customer"
    return f'{kind} "{full or "(no name)"}"'


def skip_reason(record: Body, _settings: Settings) -> str | None:
    """Say why a customer stays out of MobiWork: it is a project, or has no name for it."""
    if not record.get("IsProject"):
        return nameless_reason(record)
    return (
        "It is a QuickBooks project: it tracks the costs of a job and is not a separate customer. "
        "MobiWork has no projects."
    )


def needed(record: Body, _settings: Settings) -> tuple[Reference, ...]:
    """Name the customers above it that must be in MobiWork first."""
    above, parent, top = quickbooks_path(record), quickbooks_parent(record), top_of(record)
    named = {top: above[:1], parent: above[-1:]}
    return tuple(
        Reference(
            "Customer", one, f'customer "{name[0]}"' if name else f"customer {one} of QuickBooks"
        )
        for one, name in named.items()
        if one
    )


def quickbooks_key(record: Body, settings: Settings) -> str:
    """Return the name that MobiWork would know a customer by."""
    above, name = quickbooks_path(record), _shown(record, settings)
    if not above:
        return name
    if settings.sub_customers_as == NAMED:
        return " - ".join(_path(record))
    return _under(above[0], " - ".join([*above[1:], name]))


def mobiwork_key(customer: Customer) -> str | None:
    """Return the name of a customer, a sub-customer's with its parent's if that is known."""
    if not customer.is_sub_customer:
        return customer.name
    return _under(customer.parent_name, customer.name) if customer.parent_name else None


def new(record: Body, known: PullContext) -> Changes:
    """Return what a new customer needs besides its fields (reference 3.1)."""
    changes: dict[str, str | None] = {"enabled": "true", "prospectFlag": "false"}
    if _is_home(record, known.settings):
        changes["type"] = "RESIDENTIAL"
    places = [("BillAddr", "address"), ("BillAddr", LISTED.format(1))]
    if quickbooks_shipping(record):
        places.append(("ShipAddr", LISTED.format(2)))
    for member, path in places:
        changes |= {f"{path}/name": MAIN_NAME} if member == "BillAddr" else {}
        changes |= country(record, member, path)
    return changes | ({"type": "BUSINESS"} if shown_under(record) else {})


def _path(record: Body) -> list[str]:
    """Return what `Parent:Child` is made of."""
    parts = quickbooks_parts(record)
    return [*quickbooks_path(record), parts.company or parts.person]


def _is_home(record: Body, settings: Settings) -> bool:
    """Tell a person, who may have a company, from a business that is shown by its person."""
    parts = quickbooks_parts(record)
    if not parts.company or settings.display_name_format in PERSON_FORMATS:
        return not parts.company
    return any(
        is_made_of(name, replace(parts, company=""), form)
        for name in own_names(record)
        for form in PERSON_FORMATS
    )


def _shown(record: Body, settings: Settings) -> str:
    """Return the name that MobiWork shows; one with its person in parentheses is kept as it is."""
    parts, form = quickbooks_parts(record), settings.display_name_format
    both = parts.company and parts.person and form != BOTH
    if both and any(is_made_of(name, parts, BOTH) for name in own_names(record)):
        return display_name(record)
    home = replace(parts, home=_is_home(record, settings))
    return display_names.composed_name(home, "company else person")


def _under(parent: str, name: str) -> str:
    """Name a sub-customer by its parent and its own name without its parent's in front."""
    begin = f"{parent} - "
    own = name[len(begin) :] if display_names.same(name[: len(begin)], begin) else name
    return f"{parent}:{own}"


PULL = PullFlow(
    name="pull_customers",
    source="Customer",
    records=CUSTOMERS,
    label=label,
    eligibility=PullEligibility(
        skip_reason=skip_reason,
        needed=needed,
        whose=lambda record: Reference("Customer", str(record["Id"]), label(record)),
    ),
    translation=PullTranslation(fields=FIELDS, new=new),
    matching=PullMatching(
        counts=name_key, quickbooks_key=quickbooks_key, mobiwork_key=mobiwork_key
    ),
    push="push_customers",
    hierarchy=HIERARCHY,
)
