"""Sales tax of selling documents: who is exempt, what is sent, and what is known not to agree."""

from decimal import Decimal

from connector.entities.sales.document import SalesForm
from connector.entities.sales.lines import SalesLine
from connector.entities.shared.wire import cents, dollars
from connector.errors import Obstacle
from connector.model.body import Body, Json
from connector.model.flows.context import PushContext
from connector.model.policy.sales_requirements import sales_tax_code
from connector.model.policy.settings import title
from connector.model.worklist.causes import Kind, of_setting

TAXED, UNTAXED = "TAX", "NON"
"""The two tax codes of a line in US companies (reference 6.7)."""
SHOWN = 6


def sold_lines(form: SalesForm, known: PushContext) -> list[SalesLine]:
    """Return the lines, each saying whether it is taxed.

    What an exempt customer buys is not. A line that does not tell is taxed as its product is.
    """
    exempt = is_exempt(form, known)
    return [_taxed_so(line, taxed=not exempt and is_taxed(line, known)) for line in form.lines]


def sells_taxed(form: SalesForm, known: PushContext) -> bool:
    """Tell whether one of its lines is sold as taxed."""
    return not is_exempt(form, known) and any(is_taxed(one, known) for one in form.lines)


def _taxed_so(line: SalesLine, *, taxed: bool) -> SalesLine:
    return line if line.taxable is taxed else line.model_copy(update={"taxable": taxed})


def is_exempt(form: SalesForm, known: PushContext) -> bool:
    """Tell whether nothing on the document is taxed: it is of an exempt customer, or may be.

    MobiWork shows the customer as he is today: a tax that was charged before counts. A document
    that does not show him and charges no tax is posted without one, unless the company lets
    QuickBooks calculate it: QuickBooks would add one, or report its lines as taxable sales.
    """
    if form.tax:
        return False
    if form.customer.taxable is not None:
        return not form.customer.taxable
    charged = known.company.uses_sales_tax and known.settings.send_tax
    return charged or exempt_in_quickbooks(form, known)


def exempt_in_quickbooks(form: SalesForm, known: PushContext) -> bool:
    """Tell whether QuickBooks was told that the customer pays no sales tax (reference 6.2)."""
    link = known.links.get(("customer", form.customer_id or ""))
    return link is not None and link.base.get("Taxable") is False


def is_taxed(line: SalesLine, known: PushContext) -> bool:
    """Tell whether a line is taxed; one that does not say so is taxed as its product is."""
    if line.taxable is not None:
        return bool(line.taxable)
    link = known.links.get(("product", line.product_id or ""))
    return link is not None and link.base.get("Taxable") is True


def exemption_remarks(form: SalesForm, record: Json) -> list[str]:
    """Say that lines which are taxable went out as not taxed, and why, by QuickBooks' answer."""
    told = form.customer.taxable
    if form.tax or told is True or not any(line.taxable for line in form.lines):
        return []
    if told is False:
        return [_WENT_OUT.format("its customer is tax-exempt in MobiWork")]
    details = (one.get("SalesItemLineDetail") or {} for one in record.get("Line") or ())
    codes = {(one.get("TaxCodeRef") or {}).get("value") for one in details}
    if UNTAXED not in codes or TAXED in codes:
        return []
    return [_WENT_OUT.format("MobiWork charges no tax on it")]


_WENT_OUT = "Its lines were posted as non-taxable, because {}."


def tax_to_qbo(form: SalesForm, known: PushContext) -> Body:
    """Return MobiWork's tax in a form that is valid for both ways of overriding it (6.7, 11).

    Automated tax may obey `TotalTax` alone, or only beside a `TxnTaxCodeRef`, which it replaces by
    its own choice; a code of the company's own is valid wherever TAX is. Where tax is set up by
    hand the code says to whom the tax is owed.
    """
    company, settings = known.company, known.settings
    if not company.uses_sales_tax:
        return {}
    total = {"TotalTax": cents(form.tax)} if settings.send_tax else {}
    if company.taxes_by_hand:
        code = sales_tax_code(company, settings) if form.tax else ""
    else:
        taxed = sells_taxed(form, known)
        code = (company.tax_code or TAXED if taxed else UNTAXED) if total else ""
    return ({"TxnTaxCodeRef": {"value": code}} if code else {}) | total


def tax_problems(form: SalesForm, known: PushContext) -> list[str]:
    """Say why QuickBooks is known not to charge the tax of a document."""
    if not form.tax or not form.lines:
        return []
    has = f"It has {dollars(form.tax)} of sales tax"
    if problem := _not_charged(form, known):
        return [Obstacle(f"{has}, but {problem}", Kind.TAX)]
    if form.tax < 0 and _taxed(form, known) >= 0:
        return [
            f"{has}, but its taxable lines give nothing back. Correct the tax in MobiWork, or "
            "enter what is given back as lines below zero."
        ]
    if not known.company.taxes_by_hand or sales_tax_code(known.company, known.settings):
        return []
    codes, setting = known.company.tax_codes, title("sales_tax_code")
    if not codes:
        return [f"{has}, but no sales tax is set up in QuickBooks. Set one up there (Taxes)."]
    offered = ", ".join(f'"{name}" ({code})' for name, code in list(codes.items())[:SHOWN])
    told = (
        f"{has}, and QuickBooks has {len(codes)} sales taxes that are set up by hand. Choose in "
        f'the setting "{setting}" which one it is, such as {offered}.'
    )
    return [of_setting("sales_tax_code", told)]


def _taxed(form: SalesForm, known: PushContext) -> Decimal:
    """Return what the taxed lines come to; goods that come back are below zero, like their tax."""
    return sum((one.amount for one in form.lines if is_taxed(one, known)), Decimal(0))


def _not_charged(form: SalesForm, known: PushContext) -> str | None:
    company = known.company
    if not company.uses_sales_tax:
        return (
            "sales tax is turned off in QuickBooks. Turn it on there (Taxes, Set up sales "
            "tax), or take the tax off in MobiWork."
        )
    if not company.sales_tax_ready:
        return (
            "the sales tax setup in QuickBooks was never finished. Finish it there (Taxes, Set up "
            "sales tax), or take the tax off in MobiWork."
        )
    if exempt_in_quickbooks(form, known):
        return (
            "its customer is exempt from sales tax in QuickBooks. Take the tax off in MobiWork, or "
            "make the customer taxable."
        )
    if not any(is_taxed(line, known) for line in form.lines):
        return "none of its lines is taxable. Mark in MobiWork which ones are, or take the tax off."
    return None


def needs_settings(form: SalesForm, known: PushContext) -> bool:
    """Tell whether choosing a setting, or having the company read again, helps."""
    company = known.company
    ready = company.uses_sales_tax and company.sales_tax_ready
    chosen = not company.taxes_by_hand or bool(sales_tax_code(company, known.settings))
    return bool(form.tax) and not (ready and chosen)
