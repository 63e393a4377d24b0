"""Sales tax of US transactions: the automated engine, the manual model, or none (section 6.7)."""

from decimal import Decimal
from functools import cache

from simulators.quickbooks.company import Company
from simulators.quickbooks.draft import Draft
from simulators.quickbooks.rules.forms import cents, detail
from simulators.quickbooks.seed.company import put_code, put_rate
from simulators.quickbooks.wire import ZERO, Record, money, plain

STATES = {
    "AL": "4", "AR": "6.5", "CO": "2.9", "CT": "6.35", "FL": "6", "GA": "4", "HI": "4",
    "IA": "6", "ID": "6", "IL": "6.25", "IN": "7", "KS": "6.5", "KY": "6", "LA": "5",
    "MA": "6.25", "MD": "6", "ME": "5.5", "MI": "6", "MN": "6.875", "MO": "4.225", "MS": "7",
    "NC": "4.75", "ND": "5", "NE": "5.5", "NJ": "6.625", "NM": "4.875", "NV": "6.85",
    "NY": "4", "OH": "5.75", "OK": "4.5", "PA": "6", "RI": "7", "SC": "6", "SD": "4.2",
    "TN": "7", "TX": "6.25", "UT": "4.85", "VA": "5.3", "VT": "6", "WA": "6.5", "WI": "5",
    "WV": "6", "WY": "4", "DC": "6",
}  # fmt: skip
UNTAXED = frozenset({"OR", "MT", "NH", "DE", "AK"})
SEEDED = {"CA": "2", "AZ": "3"}


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
    return jurisdiction(draft.company, state_of(draft))


def state_of(draft: Draft) -> str:
    """Return the state that taxes: that of the ship address, else of the company."""
    own = draft.new.get("BillAddr") if draft.entity.kind == "name" else None
    info = draft.company.get("CompanyInfo", "1") or {}
    for place in (draft.new.get("ShipAddr"), own, info.get("LegalAddr")):
        if not place:
            continue
        state = str(place.get("CountrySubDivisionCode", "")).strip().upper()
        if state in STATES or state in SEEDED or state in UNTAXED:
            return state
    return "CA"


@cache
def tax_reference(code: str) -> Record:
    """Return the reference to a tax code, one object for all records."""
    return {"value": code}


def jurisdiction(company: Company, state: str) -> str:
    """Return the tax code of a state; the engine sets new ones up by itself."""
    if state in UNTAXED:
        return ""
    if state in SEEDED:
        return SEEDED[state]
    name = f"{state} sales tax"
    holder = company.find_name("TaxCode", name)
    found = holder.partition(":")[2] if holder else ""
    if not found:
        rate, found = (_next(company, "TaxRate"), _next(company, "TaxCode"))
        put_rate(company, rate, f"{state} State", Decimal(STATES[state]), "2")
        put_code(company, found, name, (rate,))
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
    found = company.find_name("Account", f"{name} Payable")
    return found.partition(":")[2] if found else "91"
