"""Customers: MobiWork's residential and business customers as QuickBooks Customers."""

from dataclasses import replace
from typing import get_args

from connector.entities.customers.fields import FIELDS
from connector.entities.customers.hierarchy import HIERARCHY
from connector.entities.customers.model import CUSTOMERS, Customer
from connector.entities.customers.places import quickbooks_parent
from connector.entities.parties import display_names
from connector.entities.parties.billing import Bill
from connector.entities.parties.contacts import address_remarks
from connector.entities.shared.deactivation import balance_left, deactivates, unless_used
from connector.entities.shared.wire import NAME_LENGTH, legal_name, meaningful, without_empty
from connector.errors import OPEN_SETTINGS, RETRY, SKIP, RecordError
from connector.model.body import Body, Json
from connector.model.company import Company
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
from connector.model.plans import Reference
from connector.model.policy.choices import ExemptionReason
from connector.model.policy.settings import Settings, title
from connector.model.worklist.causes import Kind
from connector.quickbooks.query import select

EXEMPTION_REASONS: tuple[str, ...] = get_args(ExemptionReason.__value__)
"""Every reason stands at its number in QuickBooks; none at zero."""
skip_create_reason = unless_used("inactive", "need to invoice it")


def label(customer: Customer) -> str:
    """Name a customer to a person."""
    return f'customer "{customer.name or "(no name)"}" ({customer.id})'


def skip_reason(customer: Customer, settings: Settings) -> str | None:
    """Say why a customer is not for QuickBooks."""
    if customer.prospect and not settings.push_prospects:
        return (
            "It is still a prospect. Convert it to a customer in MobiWork, or turn on "
            f'the setting "{title("push_prospects")}".'
        )
    if customer.is_sub_customer and not settings.push_sub_customers:
        return (
            f'It is a sub-customer of {_parent(customer)}, and the setting "'
            f'{title("push_sub_customers")}" is off. Turn it on to push sub-customers to '
            "QuickBooks."
        )
    return None


def problems(customer: Customer) -> list[str]:
    """Say what is wrong with a customer."""
    found = []
    if not display_names.is_name(customer.name):
        found.append(
            "It has neither a company name nor a contact name that QuickBooks could show "
            f'(found "{customer.company_name}" and "{customer.contact.first_name} '
            f'{customer.contact.last_name}"). Enter a name in MobiWork.'
        )
    if customer.is_sub_customer and customer.parent_id in {None, customer.id}:
        found.append(
            "It is marked as a sub-customer, but names no other customer as its parent. Choose the "
            "parent customer in MobiWork."
        )
    return found


def needed(customer: Customer, _settings: Settings, _company: Company) -> tuple[Reference, ...]:
    """Name the parent that must be in QuickBooks first."""
    if not customer.is_sub_customer:
        return ()
    return (Reference("customer", customer.parent_id or "", f"customer {_parent(customer)}"),)


def to_qbo(customer: Customer, known: PushContext) -> Body:
    """Translate to a QuickBooks Customer (reference 6.2).

    Raises:
        RecordError: its name is missing in the chosen format, or too long.
    """
    parts, service = _parts(customer, known), customer.service_address
    return without_empty(
        {
            "DisplayName": _display_name(customer, known),
            "CompanyName": legal_name(parts.company, length=NAME_LENGTH),
            "GivenName": legal_name(parts.first, length=NAME_LENGTH),
            "FamilyName": legal_name(parts.last, length=NAME_LENGTH),
            "BillAddr": customer.address.to_qbo(),
            "ShipAddr": service.to_qbo() if service else {},
            **customer.contact.to_qbo(),
            "Taxable": _taxable(customer),
            "TaxExemptionReasonId": _exemption(customer, known),
            "Active": customer.enabled,
        }
        | _place(customer, known)
    )


def _display_name(customer: Customer, known: PushContext) -> str:
    form = known.settings.display_name_format
    name = display_names.composed_name(_parts(customer, known), form)
    if not display_names.is_name(name):
        raise RecordError(
            f'The setting "{title("display_name_format")}" is "{form}", but it has no name to show '
            "in that format. Enter its company name in MobiWork, or choose another format.",
            fixes=(OPEN_SETTINGS, RETRY, SKIP),
            cause=Kind.RECORD,
        )
    if customer.is_sub_customer and not _has_plain_name(customer, name, known):
        parent = known.links["customer", customer.parent_id or ""]
        name = display_names.qualified(
            str(parent.base.get("DisplayName", customer.parent_name)), name
        )
    if len(name) > display_names.DISPLAY_NAME_LENGTH:
        raise RecordError(
            f"Its name in QuickBooks would be longer than the {display_names.DISPLAY_NAME_LENGTH} "
            "characters that are allowed there. Shorten it in MobiWork."
        )
    return name


def _parts(customer: Customer, known: PushContext) -> display_names.Parts:
    """Return its names; one that was pulled as `Parent:Child` is only called Child."""
    link = known.links.get(("customer", customer.id or ""))
    under = str((link.in_quickbooks.get("name") or {}).get("under", "")) if link else ""
    shown = under.partition(":")[2] if customer.is_sub_customer else under
    above, _, own = customer.company_name.rpartition(":")
    if shown and above:
        return replace(customer.parts, company=meaningful(own))
    return customer.parts


def _has_plain_name(customer: Customer, name: str, known: PushContext) -> bool:
    """Tell whether a sub-customer stands in QuickBooks without its parent's name in its own."""
    in_quickbooks = known.links.get(("customer", customer.id or ""))
    return in_quickbooks is not None and display_names.same(
        str(in_quickbooks.base.get("DisplayName", "")), name
    )


def _place(customer: Customer, known: PushContext) -> Body:
    """Return what puts a customer under its parent, or takes it out from where it was put."""
    if customer.is_sub_customer:
        return {
            "Job": True,
            "ParentRef": {"value": known.id_of("customer", customer.parent_id or "")},
            "BillWithParent": _bill(customer) is Bill.PARENT,
        }
    before = known.links.get(("customer", customer.id or ""))
    return {"Job": False} if before and before.base.get("Job") else {}


def _bill(customer: Customer) -> Bill:
    return customer.bill_of(customer.id, customer.parent_id)


def _parent(customer: Customer) -> str:
    return f'"{customer.parent_name or customer.parent_id or "(no name)"}"'


def _taxable(customer: Customer) -> bool | None:
    if customer.taxable is None and customer.tax_exempt is not None:
        return not customer.tax_exempt
    return customer.taxable


def _exemption(customer: Customer, known: PushContext) -> int | None:
    """Return QuickBooks' number of the reason why a customer is exempt, where one was chosen."""
    reason = known.settings.exemption_reason
    if _taxable(customer) is not False or not reason:
        return None
    return EXEMPTION_REASONS.index(reason)


def remarks(customer: Customer, answer: Json) -> list[str]:
    """Say what of a customer QuickBooks does not get, or gets in another form."""
    found = display_names.name_remarks(customer.parts, "company name")
    for address in (customer.address, customer.service_address):
        found += address_remarks(address) if address else []
    if customer.is_sub_customer and _bill(customer) is Bill.OTHER:
        payer = customer.payer or customer.bill_to
        found.append(
            f'Its bills go to customer "{payer}" in MobiWork, who is not its parent. QuickBooks '
            "cannot note that on a sub-customer: it is billed itself there, except for invoices "
            "that MobiWork makes out to the other one."
        )
    if _taxable(customer) is False and not answer.get("TaxExemptionReasonId"):
        found.append(
            "It pays no sales tax in MobiWork, and QuickBooks keeps a customer exempt only with a "
            f'reason: choose one in the setting "{title("exemption_reason")}", or enter it in '
            "QuickBooks. What it buys is not taxed either way."
        )
    if _taxable(customer) and answer.get("TaxExemptionReasonId"):
        found.append(
            "It pays sales tax in MobiWork, and QuickBooks still has a reason why it is exempt. "
            "Remove that there (Tax info of the customer), or nothing it buys is taxed."
        )
    return found + customer.contact.remarks()


def twin_query(body: Body) -> str:
    """Find customers of the same name, inactive ones too; of a sub-customer also the plain name."""
    name = str(body["DisplayName"])
    every = (name, *display_names.plain_names(name)) if quickbooks_parent(body) else (name,)
    return select("Customer", DisplayName=every if every[1:] else name, Active=(True, False))


def is_twin(body: Body, found: Json) -> bool:
    """Compare as QuickBooks does: case does not matter, only active ones count, same parent.

    A sub-customer is the same with or without its parent's name in front.
    """
    name, in_quickbooks = str(body["DisplayName"]), str(found.get("DisplayName", ""))
    parent = body.get("ParentRef", {}).get("value")
    placed = parent is None or found.get("ParentRef", {}).get("value") == parent
    above = display_names.parent_in(str(found.get("FullyQualifiedName", ""))) if parent else ""
    same = display_names.same(name, in_quickbooks) or bool(
        above and display_names.same(name, f"{above} - {in_quickbooks}")
    )
    return same and placed and bool(found.get("Active", True))


PUSH = PushFlow(
    name="push_customers",
    records=CUSTOMERS,
    target="Customer",
    eligibility=PushEligibility(
        skip_reason=skip_reason, skip_create_reason=skip_create_reason, problems=problems
    ),
    references=PushReferences(customer=lambda customer: customer.id, needed=needed),
    translation=PushTranslation(body=to_qbo, fields=FIELDS),
    matching=PushMatching(
        twin_query=twin_query, is_twin=is_twin, another_name=display_names.another_name
    ),
    wording=PushWording(
        label=label,
        remarks=remarks,
        about=lambda customer, _known: About(number=customer.name, customer=customer.name),
    ),
    updating=Updating(
        blocker=balance_left,
        looks_before=deactivates,
        along={"TaxExemptionReasonId": "Taxable"},
    ),
    hierarchy=HIERARCHY,
)
