"""Vendors: whom MobiWork's purchase orders go to, as QuickBooks Vendors."""

from connector.entities.parties import display_names
from connector.entities.parties.contacts import address_remarks
from connector.entities.shared.deactivation import balance_left, deactivates, unless_used
from connector.entities.shared.wire import NAME_LENGTH, legal_name, meaningful, without_empty
from connector.entities.vendors.fields import FIELDS
from connector.entities.vendors.model import VENDORS, Vendor
from connector.model.body import Body, Json
from connector.model.flows.context import PushContext
from connector.model.flows.push_flow import (
    PushEligibility,
    PushFlow,
    PushMatching,
    PushReferences,
    PushTranslation,
    PushWording,
    Updating,
)
from connector.model.outcomes import About
from connector.model.policy.accounts import choice
from connector.quickbooks.query import select

skip_create_reason = unless_used("inactive", "buy from it")


def label(vendor: Vendor) -> str:
    """Name a vendor to a person."""
    return f'vendor "{vendor.name or "(no name)"}" ({vendor.id})'


def problems(vendor: Vendor) -> list[str]:
    """Say what is wrong with a vendor: a name that is none, or too long."""
    if not display_names.is_name(vendor.name):
        return [
            "It has neither a name nor a contact name that QuickBooks could use (found "
            f'"{vendor.given_name}"). Enter a name in MobiWork.'
        ]
    if len(vendor.name) > display_names.DISPLAY_NAME_LENGTH:
        return [
            f"Its name is longer than the {display_names.DISPLAY_NAME_LENGTH} characters that "
            "QuickBooks allows. Shorten it in MobiWork."
        ]
    return []


def to_qbo(vendor: Vendor, known: PushContext) -> Body:
    """Translate to a QuickBooks Vendor (reference 6.3)."""
    parts = vendor.parts
    return without_empty(
        {
            "DisplayName": vendor.name,
            "CompanyName": legal_name(parts.company, length=NAME_LENGTH),
            "GivenName": legal_name(parts.first, length=NAME_LENGTH),
            "FamilyName": legal_name(parts.last, length=NAME_LENGTH),
            "BillAddr": vendor.address.to_qbo(),
            **vendor.contact.to_qbo(),
            "TermRef": _terms(vendor, known),
            "Active": vendor.enabled,
        }
    )


def _terms(vendor: Vendor, known: PushContext) -> Body:
    """Return the QuickBooks term of the same name; terms are never created from here."""
    term = choice(known.company.terms, vendor.terms)
    return {"value": term} if term else {}


def remarks(vendor: Vendor, answer: Json) -> list[str]:
    """Say what of a vendor QuickBooks does not get, or gets in another form."""
    found = display_names.name_remarks(vendor.parts, "name")
    if meaningful(vendor.terms) and not answer.get("TermRef"):
        found.append(
            f'The terms "{vendor.terms}" were left out: QuickBooks has no active terms of that '
            "name. Add them there."
        )
    return found + address_remarks(vendor.address) + vendor.contact.remarks()


def another_name(body: Body) -> str | None:
    """Return the first name to offer for a vendor whose name is taken, or None."""
    taken, city = str(body["DisplayName"]), str(body.get("BillAddr", {}).get("City", ""))
    for more in ("vendor", city):
        name = f"{taken} ({more})"
        if more and len(name) <= display_names.DISPLAY_NAME_LENGTH:
            return name
    return None


def twin_query(body: Body) -> str:
    """Find vendors of the same name, inactive ones too."""
    return select("Vendor", DisplayName=body["DisplayName"], Active=(True, False))


def is_twin(body: Body, found: Json) -> bool:
    """Compare names as QuickBooks does: case does not matter, and only active records count."""
    same = str(found.get("DisplayName", "")).casefold() == str(body["DisplayName"]).casefold()
    return same and bool(found.get("Active", True))


PUSH = PushFlow(
    name="push_vendors",
    records=VENDORS,
    target="Vendor",
    eligibility=PushEligibility(skip_create_reason=skip_create_reason, problems=problems),
    references=PushReferences(),
    translation=PushTranslation(body=to_qbo, fields=FIELDS),
    matching=PushMatching(twin_query=twin_query, is_twin=is_twin, another_name=another_name),
    wording=PushWording(
        label=label,
        remarks=remarks,
        about=lambda vendor, _known: About(number=vendor.name, customer=vendor.name),
    ),
    updating=Updating(blocker=balance_left, looks_before=deactivates),
)
