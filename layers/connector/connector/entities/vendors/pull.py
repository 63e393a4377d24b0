"""Vendors of QuickBooks as MobiWork's vendors; all of MobiWork's calls for them are assumed."""

from connector.entities.shared import display_names
from connector.entities.shared.addresses import MAIN_NAME, country
from connector.entities.shared.quickbooks_values import display_name, text_there, why_nameless
from connector.entities.vendors.fields import FIELDS, name_there
from connector.entities.vendors.model import Vendor
from connector.mobiwork.external_id import native_id
from connector.model.body import Body
from connector.model.field import Changes
from connector.model.pull_flow import Known, Pull
from connector.model.settings import Settings


def label(record: Body) -> str:
    """Name a vendor to a person."""
    return f'vendor "{display_name(record) or "(no name)"}"'


def new(record: Body, _known: Known) -> Changes:
    """Return what a new vendor needs besides its fields (reference 6 row 18)."""
    terms = text_there(record, "TermRef", "name")
    changes = {"enabled": "true", "address/name": MAIN_NAME} | country(
        record, "BillAddr", "address"
    )
    return changes | ({"terms": terms} if terms else {})


def there_key(record: Body, _settings: Settings) -> str:
    """Return the name that MobiWork would know a vendor by."""
    value = name_there(record)
    parts = display_names.parts_of(value["company"], value["first"], value["last"])
    return display_names.display_name(parts, "company else person")


PULL = Pull(
    name="pull_vendors",
    source="Vendor",
    entity="vendor",
    model=Vendor,
    fields=FIELDS,
    label=label,
    there_key=there_key,
    here_key=lambda vendor: vendor.name,
    why_not=lambda record, _settings: why_nameless(record),
    native_id=lambda vendor, form: native_id(vendor.external_id, form),
    new=new,
    enabled=lambda vendor: vendor.enabled,
    push="push_vendors",
)
