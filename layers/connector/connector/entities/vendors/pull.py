"""Vendors of QuickBooks as MobiWork's vendors; all of MobiWork's calls for them are assumed."""

from connector.entities.parties import display_names
from connector.entities.parties.addresses import MAIN_NAME, country
from connector.entities.shared.quickbooks_values import (
    display_name,
    nameless_reason,
    quickbooks_text,
)
from connector.entities.vendors.fields import FIELDS, quickbooks_name
from connector.entities.vendors.model import VENDORS
from connector.model.body import Body
from connector.model.flows.context import PullContext
from connector.model.flows.field import Changes
from connector.model.flows.pull_flow import PullEligibility, PullFlow, PullMatching, PullTranslation
from connector.model.matching.evidence import name_key
from connector.model.policy.settings import Settings


def label(record: Body) -> str:
    """Name a vendor to a person."""
    return f'vendor "{display_name(record) or "(no name)"}"'


def new(record: Body, _known: PullContext) -> Changes:
    """Return what a new vendor needs besides its fields (reference 6 row 18)."""
    terms = quickbooks_text(record, "TermRef", "name")
    changes = {"enabled": "true", "address/name": MAIN_NAME} | country(
        record, "BillAddr", "address"
    )
    return changes | ({"terms": terms} if terms else {})


def quickbooks_key(record: Body, _settings: Settings) -> str:
    """Return the name that MobiWork would know a vendor by."""
    value = quickbooks_name(record)
    parts = display_names.parts_of(value["company"], value["first"], value["last"])
    return display_names.composed_name(parts, "company else person")


PULL = PullFlow(
    name="pull_vendors",
    source="Vendor",
    records=VENDORS,
    label=label,
    eligibility=PullEligibility(skip_reason=lambda record, _settings: nameless_reason(record)),
    translation=PullTranslation(fields=FIELDS, new=new),
    matching=PullMatching(
        counts=name_key, quickbooks_key=quickbooks_key, mobiwork_key=lambda vendor: vendor.name
    ),
    push="push_vendors",
)
