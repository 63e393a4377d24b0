"""How customers are recognised on the other side: by name, e-mail, phone and address."""

from connector.entities.customers.model import Customer
from connector.entities.customers.places import quickbooks_path
from connector.entities.customers.pull import skip_reason
from connector.entities.customers.push import label
from connector.entities.parties.recognition import (
    called,
    mobiwork_reached,
    quickbooks_names,
    quickbooks_reached,
)
from connector.entities.shared.recognition import HOME, foreign_currency, without_nothing
from connector.model.body import Json
from connector.model.flows.recognition import Recognition
from connector.model.matching.evidence import Facts
from connector.model.matching.scoring import NAME, PEOPLE
from connector.model.policy.settings import Settings


def here(customer: Customer) -> Facts:
    """Return what MobiWork says of a customer."""
    reached = mobiwork_reached(customer.contact, customer.address, customer.service_address)
    return Facts(
        customer.id or "",
        label(customer),
        without_nothing({NAME: _names(customer), **reached, **HOME}),
    )


def _names(customer: Customer) -> tuple[str, ...]:
    """Return what a customer is called; a sub-customer only together with its parent."""
    parts = customer.parts
    names = called(parts.company, parts.person)
    if parts.home:
        names = (*names, parts.person)
    if customer.is_sub_customer and customer.parent_name:
        return tuple(_below(customer.parent_name, name) for name in names if name)
    return names


def there(record: Json) -> Facts | None:
    """Return what QuickBooks says of a customer; nothing of a project."""
    if skip_reason(dict(record), Settings()):
        return None
    above, names = quickbooks_path(record), quickbooks_names(record)
    if above:
        names = tuple(_below(" ".join(above), name) for name in names if name)
    said = without_nothing({NAME: names, **quickbooks_reached(record), **foreign_currency(record)})
    label, inactive = f'customer "{said[NAME][0]}"', record.get("Active") is False
    return Facts(str(record["Id"]), label, said, inactive=inactive)


def _below(parent: str, name: str) -> str:
    """Name a sub-customer with its parent once; its own name may begin with its parent's."""
    begins = name.casefold().startswith(parent.casefold())
    return name if begins else f"{parent} {name}"


RECOGNITION = Recognition(PEOPLE, here, there)
