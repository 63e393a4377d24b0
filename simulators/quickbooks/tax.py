"""Sales tax of US transactions: the automated engine, the manual model, or none (6.7, 11)."""

from decimal import Decimal
from functools import cache

from simulators.quickbooks import vat
from simulators.quickbooks.company import Company
from simulators.quickbooks.draft import Draft
from simulators.quickbooks.rules.forms import cents, detail
from simulators.quickbooks.seed.company import put_agency, put_code, put_rate
from simulators.quickbooks.seed.tax_places import (
    LOCAL,
    OUT_OF_SCOPE,
    SEEDED,
    STATES,
    UNTAXED,
    agency_name,
)
from simulators.quickbooks.sent_tax import prorated, sent_total
from simulators.quickbooks.wire import ZERO, Record, money, plain


def tax_lines(draft: Draft, taxable: Decimal, untaxed_discount: Decimal) -> Record | None:
    """Compute TxnTaxDetail of a sales form; None when sales tax is switched off."""
    if draft.company.switches.tax_mode == "off":
        return None
    base = taxable - (untaxed_discount if draft.new.get("ApplyTaxAfterDiscount") else ZERO)
    total = sent_total(draft)
    code = _code(draft, total) if base else ""
    found = draft.company.get("TaxCode", code) or {}
    rates = (found.get("SalesTaxRateList") or {}).get("TaxRateDetail") or []
    rows = [_tax_line(draft.company, row["TaxRateRef"]["value"], base) for row in rates]
    if not rows:
        return {"TotalTax": ZERO}
    if total is not None:
        draft.sent_tax = total
        rows = prorated(rows, total)
    tax = money(sum((row["Amount"] for row in rows), ZERO))
    return {"TxnTaxCodeRef": {"value": code}, "TotalTax": tax, "TaxLine": rows}


def _code(draft: Draft, total: Decimal | None) -> str:
    """Return the tax code of a form; that of no agency takes a sent tax where none is due."""
    company = draft.company
    if company.switches.tax_mode == "manual":
        chosen: str = ((draft.new.get("TxnTaxDetail") or {}).get("TxnTaxCodeRef") or {}).get(
            "value", ""
        )
        return chosen
    customer = company.get("Customer", draft.ref("CustomerRef")) or {}
    if customer.get("TaxExemptionReasonId") is not None or customer.get("Taxable") is False:
        return ""
    state, city = place_of(draft)
    code = jurisdiction(company, state, city)
    if code or not total or (state in UNTAXED and company.switches.untaxed_state_tax == "drop"):
        return code
    return _code_named(company, "Out of scope", [("Out of scope", ZERO)], OUT_OF_SCOPE)


def place_of(draft: Draft) -> tuple[str, str]:
    """Return the state and city that tax: those of the ship address, else of the company."""
    own = draft.new.get("BillAddr") if draft.entity.kind == "name" else None
    info = draft.company.get("CompanyInfo", "1") or {}
    for place in (draft.new.get("ShipAddr"), own, info.get("LegalAddr")):
        if not place:
            continue
        state = str(place.get("CountrySubDivisionCode", "")).strip().upper()
        if state in STATES or state in UNTAXED or (state, "") in SEEDED:
            return state, str(place.get("City", "")).strip()
    return "CA", ""


@cache
def tax_reference(code: str) -> Record:
    """Return the reference to a tax code, one object for all records."""
    return {"value": code}


def collects(company: Company, state: str) -> bool:
    """Tell whether the company collects sales tax in a state (section 11)."""
    told = {part.strip().upper() for part in company.switches.tax_states.split(",")}
    return state not in UNTAXED and not told.isdisjoint({"*", state})


def jurisdiction(company: Company, state: str, city: str = "") -> str:
    """Return the tax code of a place where the company collects, else nothing.

    The engine sets new codes, rates and agencies up by itself.
    """
    if not collects(company, state):
        return ""
    place = (state, city.casefold()) if company.switches.local_taxes else (state, "")
    seeded = SEEDED.get(place) or SEEDED.get((state, ""))
    if seeded:
        return seeded
    local = LOCAL.get(place, [])
    name = f"{city}, {state}" if local else f"{state} sales tax"
    shares = [(f"{state} State", Decimal(STATES[state])), *local]
    return _code_named(company, name, shares, agency_name(state))


def _code_named(company: Company, name: str, shares: list[tuple[str, Decimal]], agency: str) -> str:
    found = company.named("TaxCode", name)
    if not found:
        owed_to = put_agency(company, agency)
        rates = tuple(_rate(company, *share, owed_to) for share in shares)
        found = _next(company, "TaxCode")
        put_code(company, found, name, rates, hidden=agency == OUT_OF_SCOPE)
    return found


def _rate(company: Company, name: str, percent: Decimal, agency: str) -> str:
    found = company.named("TaxRate", name)
    if not found:
        found = _next(company, "TaxRate")
        put_rate(company, found, name, percent, agency)
    return found


def _next(company: Company, entity: str) -> str:
    company.sequence[entity] += 1
    return str(company.sequence[entity])


def _tax_line(company: Company, rate: str, base: Decimal) -> Record:
    percent = (company.get("TaxRate", rate) or {})["RateValue"]
    return {
        "Amount": money(cents(base * percent / 100)),
        "DetailType": "TaxLineDetail",
        "TaxLineDetail": {
            "TaxRateRef": {"value": rate},
            "PercentBased": True,
            "TaxPercent": plain(percent),
            "NetAmountTaxable": money(base),
        },
    }


def check_line_code(draft: Draft, line: Record) -> bool:
    """Check a sales line's tax code (6100) and tell whether the line is taxed."""
    if vat.applies(draft.company):
        vat.check_line(draft, line, vat.SALES)
        return False
    inner = detail(line)
    code = (inner.get("TaxCodeRef") or {}).get("value")
    if code is None:
        code = _default_code(draft.company, inner)
        inner["TaxCodeRef"] = {"value": code}
    if code not in {"TAX", "NON"}:
        draft.refuse("6100", f"Invalid Tax Code {code}: a US line takes TAX or NON", "TaxCodeRef")
    return bool(code == "TAX")


def _default_code(company: Company, inner: Record) -> str:
    """Return the code of a line sent without one (section 11)."""
    default = company.switches.line_tax_default
    if default != "item":
        return default
    item = company.get("Item", (inner.get("ItemRef") or {}).get("value", "")) or {}
    return "TAX" if item.get("Taxable") and company.switches.tax_mode == "automated" else "NON"


def payable_account(company: Company, rate: str) -> str:
    """Return the liability account of the agency of a rate."""
    agency = ((company.get("TaxRate", rate) or {}).get("AgencyRef") or {}).get("value", "2")
    name = (company.get("TaxAgency", agency) or {}).get("DisplayName", "")
    return company.named("Account", f"{name} Payable") or "91"
