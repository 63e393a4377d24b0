"""Sales tax of US transactions: the automated engine, the manual model, or none (section 6.7)."""

from decimal import Decimal
from functools import cache

from simulators.quickbooks import vat
from simulators.quickbooks.company import Company
from simulators.quickbooks.draft import Draft
from simulators.quickbooks.rules.forms import cents, detail
from simulators.quickbooks.seed.company import put_code, put_rate
from simulators.quickbooks.seed.tax_places import LOCAL, SEEDED, STATES, UNTAXED
from simulators.quickbooks.wire import ZERO, Record, money, plain


def tax_lines(draft: Draft, taxable: Decimal, untaxed_discount: Decimal) -> Record | None:
    """Compute TxnTaxDetail of a sales form; None when sales tax is switched off."""
    mode = draft.company.switches.tax_mode
    if mode == "off":
        return None
    sent = draft.new.get("TxnTaxDetail") or {}
    base = taxable - (untaxed_discount if draft.new.get("ApplyTaxAfterDiscount") else ZERO)
    code = tax_code(draft, sent)
    if code is None or not base:
        return _overridden(draft, sent, {"TotalTax": ZERO})
    rows = [_tax_line(draft.company, row["TaxRateRef"]["value"], base) for row in code]
    detail_: Record = {"TxnTaxCodeRef": {"value": _code_id(draft, sent)}}
    detail_["TotalTax"] = money(sum((row["Amount"] for row in rows), ZERO))
    detail_["TaxLine"] = rows
    return _overridden(draft, sent, detail_)


def _overridden(draft: Draft, sent: Record, computed: Record) -> Record:
    total = sent.get("TotalTax")
    asked = "TxnTaxDetail" in draft.sent and total is not None and not sent.get("TaxLine")
    switches = draft.company.switches
    if asked and total is not None and (switches.tax_override or switches.tax_mode == "manual"):
        rows = computed.get("TaxLine", [])
        if rows:
            rows[0]["Amount"] = money(cents(total) - sum((row["Amount"] for row in rows[1:]), ZERO))
            computed["TotalTax"] = money(cents(total))
    return computed


def tax_code(draft: Draft, sent: Record) -> list[Record] | None:
    """Return the rates that apply, or None for no tax."""
    record = draft.company.get("TaxCode", _code_id(draft, sent))
    if record is None:
        return None
    rates: list[Record] = record["SalesTaxRateList"]["TaxRateDetail"]
    return rates or None


def _code_id(draft: Draft, sent: Record) -> str:
    if draft.company.switches.tax_mode == "manual":
        chosen: str = (sent.get("TxnTaxCodeRef") or {}).get("value", "")
        return chosen
    customer = draft.company.get("Customer", draft.ref("CustomerRef")) or {}
    if customer.get("TaxExemptionReasonId") is not None or customer.get("Taxable") is False:
        return ""
    return jurisdiction(draft.company, *place_of(draft))


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


def jurisdiction(company: Company, state: str, city: str = "") -> str:
    """Return the tax code of a place; the engine sets new ones up by itself."""
    if state in UNTAXED:
        return ""
    place = (state, city.casefold()) if company.switches.local_taxes else (state, "")
    seeded = SEEDED.get(place) or SEEDED.get((state, ""))
    if seeded:
        return seeded
    local = LOCAL.get(place, [])
    name = f"{city}, {state}" if local else f"{state} sales tax"
    found = company.named("TaxCode", name)
    if not found:
        found = _next(company, "TaxCode")
        shares = [(f"{state} State", Decimal(STATES[state])), *local]
        put_code(company, found, name, tuple(_rate(company, *share) for share in shares))
    return found


def _rate(company: Company, name: str, percent: Decimal) -> str:
    found = company.named("TaxRate", name)
    if not found:
        found = _next(company, "TaxRate")
        put_rate(company, found, name, percent, "2")
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
        code = draft.company.switches.line_tax_default
        inner["TaxCodeRef"] = {"value": code}
    if code not in {"TAX", "NON"}:
        draft.refuse("6100", f"Invalid Tax Code {code}: a US line takes TAX or NON", "TaxCodeRef")
    return bool(code == "TAX")


def payable_account(company: Company, rate: str) -> str:
    """Return the liability account of the agency of a rate."""
    agency = ((company.get("TaxRate", rate) or {}).get("AgencyRef") or {}).get("value", "2")
    name = (company.get("TaxAgency", agency) or {}).get("DisplayName", "")
    return company.named("Account", f"{name} Payable") or "91"
