"""Selling documents as QuickBooks takes them, and what of them does not fit there."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from connector.entities.parties.billing import Bill
from connector.entities.parties.contacts import address_remarks, first_email
from connector.entities.sales.document import SalesForm, about, label, worth
from connector.entities.sales.lines import discount_to_qbo, line_remarks, lines_to_qbo
from connector.entities.sales.places import customer_of_place, place_of_work, place_remarks
from connector.entities.sales.references import customer_in_quickbooks, needed
from connector.entities.sales.tax import exemption_remarks, sold_lines, tax_to_qbo
from connector.entities.sales.tracking import tracked
from connector.entities.shared.custom_fields import custom_field_remarks, custom_fields
from connector.entities.shared.documents import CUT, NUMBER_LENGTH, currency, document_number
from connector.entities.shared.wire import cents, dollars, without_empty
from connector.model.body import Body, Json
from connector.model.flows.context import PushContext
from connector.model.flows.push_flow import PushReferences, PushWording
from connector.model.plans import Reference
from connector.model.policy.choices import CustomField
from connector.model.policy.settings import Settings

MEMO_LENGTH = 1000
REQUIRED = frozenset({"CustomerRef", "TxnTaxDetail"})
"""What every update of a selling document repeats (reference 7.1)."""
MADE_FROM = frozenset({"Estimate", "ReimburseCharge", "TimeActivity"})
"""What an invoice refers to in QuickBooks."""
SHOWN = 4


def form_references[F: SalesForm](
    mentioned: Callable[[F], tuple[Reference, ...]] = lambda _form: (),
) -> PushReferences[F]:
    """Return to what documents of a kind refer, with what they mention besides."""
    return PushReferences(
        customer=lambda form: form.customer_id,
        place=customer_of_place,
        needed=needed,
        mentioned=mentioned,
    )


def form_wording[F: SalesForm](
    remarks: Callable[[F, Json], list[str]], facts: Callable[[F], Mapping[str, str]]
) -> PushWording[F]:
    """Return what a person reads about documents of a kind."""
    return PushWording(
        label=label,
        remarks=remarks,
        stood_in=place_remarks,
        worth=worth,
        about=about,
        facts=facts,
    )


def form_to_qbo(
    form: SalesForm,
    known: PushContext,
    *,
    day: date,
    chosen: Sequence[CustomField],
) -> Body:
    """Return the members that all selling documents have (reference 6.8, 6.10).

    Where another customer gets the bill, his address and e-mail are QuickBooks' own.
    """
    company = known.company
    lines = lines_to_qbo(sold_lines(form, known), form.sold_at, known)
    lines += _extras(form, known)
    discount = discount_to_qbo(form.subtotal, form.discount, form.discount_percent)
    own = form.customer.address.to_qbo()
    mail = first_email(_email(form))
    note = f"MobiWork {form.what} {form.shown_number[:MEMO_LENGTH]} {known.marker}"
    body: Body = {
        "CustomerRef": {"value": customer_in_quickbooks(form, known)},
        "CurrencyRef": currency(company),
        "TxnDate": day.isoformat(),
        "DocNumber": number_of(form, known),
        "PrivateNote": note,
        "CustomerMemo": _message(form, known.settings),
        "BillEmail": {"Address": mail} if mail else {},
        "BillAddr": own if form.payer_id == form.customer_id else {},
        "ShipAddr": place_of_work(form, known),
        "Line": lines + discount,
        "CustomField": custom_fields(form.own_values, chosen, company.sales_fields),
    }
    if discount:
        body["ApplyTaxAfterDiscount"] = not form.discount_after_tax
    body["TxnTaxDetail"] = tax_to_qbo(form, known)
    return tracked(without_empty(body), form, known)


def number_of(form: SalesForm, known: PushContext) -> str:
    """Return the number that QuickBooks is told; nothing where it gives its own (reference 7.4)."""
    settings = known.settings
    if not known.company.custom_numbers or settings.sales_numbers != "MobiWork's number":
        return ""
    return document_number(f"{settings.sales_number_prefix}{form.shown_number}")


def _message(form: SalesForm, settings: Settings) -> Body:
    """Return what the customer reads: MobiWork's comments may be internal, so only by setting."""
    shown = form.comments[:MEMO_LENGTH] if settings.comments_as_message else ""
    return {"value": shown} if shown else {}


def _extras(form: SalesForm, known: PushContext) -> list[Body]:
    """Return the lines that shipping and a markup after tax are sold on; neither is taxed."""
    settings = known.settings
    extras = (
        ("Shipping", cents(form.shipping), settings.shipping_product),
        ("Markup", form.markup_on_top, settings.markup_product),
    )
    charged = [extra for extra in extras if extra[1]]
    return [
        {
            "LineNum": position,
            "Description": text,
            "Amount": amount,
            "DetailType": "SalesItemLineDetail",
            "SalesItemLineDetail": {
                "ItemRef": {"value": known.id_of("product", product)},
                "TaxCodeRef": {"value": "NON"},
            },
        }
        for position, (text, amount, product) in enumerate(charged, start=len(form.lines) + 1)
    ]


def form_remarks(form: SalesForm, answer: Json) -> list[str]:
    """Say what of a document was left out, shortened or put elsewhere."""
    found = [*_number_remarks(form, answer), *line_remarks(form.lines, form.sold_at)]
    found += [*_markup_remarks(form), *_rounding_remarks(form), *exemption_remarks(form, answer)]
    found += _payer_remarks(form)
    if len(form.comments) > MEMO_LENGTH and answer.get("CustomerMemo"):
        found.append(f"The comments were cut to {MEMO_LENGTH} characters.")
    for address in (form.address, form.customer.address):
        found += address_remarks(address)
    found += _email_remarks(form)
    return [*found, *custom_field_remarks(form.own_values, answer)]


def _markup_remarks(form: SalesForm) -> list[str]:
    if form.markup_in_prices:
        return [
            f"The markup of {dollars(form.markup)} is in the prices of the lines, because "
            "QuickBooks has no markup for a whole document."
        ]
    if form.markup_on_top:
        return [f"The markup of {dollars(form.markup)} after tax is a separate, non-taxable line."]
    return []


def _rounding_remarks(form: SalesForm) -> list[str]:
    moved = [
        str(position)
        for position, (line, amount) in enumerate(
            zip(form.lines, form.line_amounts, strict=True), start=1
        )
        if line.amount != amount
    ]
    if not moved:
        return []
    lines = f"line{'' if len(moved) == 1 else 's'} {', '.join(moved[:SHOWN])}"
    more = f" and {len(moved) - SHOWN} more" if len(moved) > SHOWN else ""
    return [
        "MobiWork rounds its total once and QuickBooks every line, so the cents between them are "
        f"in the price of {lines}{more}."
    ]


def _payer_remarks(form: SalesForm) -> list[str]:
    if form.bill is not Bill.OTHER or form.payer:
        return []
    return [
        f'MobiWork sends the bill to "{form.bill_to}", which names no customer; it is made out to '
        "its own customer in QuickBooks."
    ]


def _email(form: SalesForm) -> str:
    own = form.customer.contact.email if form.payer_id == form.customer_id else ""
    return (form.contact.email or own).strip()


def _email_remarks(form: SalesForm) -> list[str]:
    given = _email(form)
    used = first_email(given)
    if used == given:
        return []
    if used:
        return [f'Of the e-mail "{given[:60]}" only {used} was sent.']
    return [f'The e-mail "{given[:60]}" was left out: it is not an address.']


def _number_remarks(form: SalesForm, answer: Json) -> list[str]:
    in_quickbooks = str(answer.get("DocNumber") or "")
    if not in_quickbooks or in_quickbooks.endswith(form.shown_number):
        return []
    if CUT in in_quickbooks:
        return [
            f"The number {form.shown_number} was shortened to {in_quickbooks}; "
            f"{NUMBER_LENGTH} characters fit."
        ]
    return [
        f"QuickBooks gave it the number {in_quickbooks}; {form.shown_number} stands in its memo."
    ]
