"""How vendors are recognised on the other side: by name, e-mail, phone and address."""

from connector.entities.parties.recognition import (
    called,
    mobiwork_reached,
    quickbooks_names,
    quickbooks_reached,
)
from connector.entities.shared.quickbooks_values import display_name, nameless_reason
from connector.entities.shared.recognition import HOME, foreign_currency, without_nothing
from connector.entities.vendors.model import Vendor
from connector.entities.vendors.push import label
from connector.model.body import Json
from connector.model.flows.recognition import Recognition
from connector.model.matching.evidence import Facts
from connector.model.matching.scoring import NAME, PEOPLE


def here(vendor: Vendor) -> Facts:
    """Return what MobiWork says of a vendor."""
    names = called(vendor.parts.company, vendor.parts.person)
    reached = mobiwork_reached(vendor.contact, vendor.address)
    return Facts(vendor.id or "", label(vendor), without_nothing({NAME: names, **reached, **HOME}))


def there(record: Json) -> Facts | None:
    """Return what QuickBooks says of a vendor."""
    if nameless_reason(record):
        return None
    said = without_nothing(
        {NAME: quickbooks_names(record), **quickbooks_reached(record), **foreign_currency(record)}
    )
    label, inactive = f'vendor "{display_name(record)}"', record.get("Active") is False
    return Facts(str(record["Id"]), label, said, inactive=inactive)


RECOGNITION = Recognition(PEOPLE, here, there)
