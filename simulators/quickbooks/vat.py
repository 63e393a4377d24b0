"""Tax of companies outside the US: a tax code on every line, amounts with or without it (6.7)."""

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from simulators.quickbooks.company import Company
from simulators.quickbooks.draft import Draft
from simulators.quickbooks.rules.forms import cents, detail
from simulators.quickbooks.seed.countries import COUNTRIES
from simulators.quickbooks.wire import ZERO, Record, money, plain

SALES = "SalesTaxRateList"
PURCHASES = "PurchaseTaxRateList"
type Rates = list[tuple[str, Decimal]]


def applies(company: Company) -> bool:
    """Tell whether the company is of a country with a tax code on every line."""
    return company.switches.country in COUNTRIES and company.switches.tax_mode != "off"


def prepare(draft: Draft) -> None:
    """Fill in how amounts are meant and refuse a tax detail where there is no tax (6170)."""
    draft.default("GlobalTaxCalculation", draft.company.switches.global_tax_default)
    if draft.new["GlobalTaxCalculation"] == "NotApplicable" and "TxnTaxDetail" in draft.sent:
        draft.refuse(
            "6170", "TxnTaxDetail is not allowed when tax is not applicable", "TxnTaxDetail"
        )


def check_line(draft: Draft, line: Record, side: str) -> None:
    """Check the tax code of a line and tell its amount with tax, when amounts include it."""
    mode, inner = draft.new["GlobalTaxCalculation"], detail(line)
    if mode == "NotApplicable" or line["DetailType"] == "DescriptionOnly":
        return
    if not inner.get("TaxCodeRef"):
        word = COUNTRIES[draft.company.switches.country].word
        draft.business(f"Make sure all your transactions have a {word} rate before you save.")
    elif mode == "TaxInclusive":
        _include(draft, line, inner, side)


def code_of_item(company: Company, item: Record) -> Record:
    """Return the tax code of a part of a bundle: the item's own, else the country's usual one."""
    own: Record | None = item.get("SalesTaxCodeRef")
    country = COUNTRIES[company.switches.country]
    usual = country.taxed if item.get("Taxable") else country.untaxed
    return own or {"value": company.named("TaxCode", usual)}


def _include(draft: Draft, line: Record, inner: Record, side: str) -> None:
    factor = 1 + sum((percent for _, percent in _rates(draft.company, inner, side)), ZERO) / 100
    gross = inner.get("TaxInclusiveAmt")
    priced = inner.get("Qty") is not None and inner.get("UnitPrice") is not None
    if gross is not None and not priced:
        line["Amount"] = money(cents(Decimal(gross) / factor))
    inner["TaxInclusiveAmt"] = money(cents(line["Amount"] * factor) if priced or gross is None
                                     else cents(gross))  # fmt: skip


def _rates(company: Company, inner: Record, side: str) -> Rates:
    code = company.get("TaxCode", (inner.get("TaxCodeRef") or {}).get("value", "")) or {}
    found = []
    for row in (code.get(side) or {}).get("TaxRateDetail", []):
        key = row["TaxRateRef"]["value"]
        found.append((key, Decimal((company.get("TaxRate", key) or {})["RateValue"])))
    return found


def tax_of_lines(draft: Draft, lines: Iterable[Record], side: str, left: Decimal) -> Record:
    """Compute TxnTaxDetail from the lines; `left` is the part that a discount leaves of them."""
    if draft.new["GlobalTaxCalculation"] == "NotApplicable":
        return {"TotalTax": ZERO}
    nets: defaultdict[tuple[str, Decimal], Decimal] = defaultdict(lambda: ZERO)
    taxes: defaultdict[tuple[str, Decimal], Decimal] = defaultdict(lambda: ZERO)
    for line in lines:
        inner = detail(line)
        rates = _rates(draft.company, inner, side)
        for rate, tax in zip(rates, _parts(line, inner, rates), strict=True):
            nets[rate] += line.get("Amount", ZERO) * left
            taxes[rate] += tax * left
    rows = [_tax_line(*rate, cents(nets[rate]), cents(taxes[rate])) for rate in nets]
    total: Record = {"TotalTax": money(sum((row["Amount"] for row in rows), ZERO))}
    return total | ({"TaxLine": rows} if rows else {})


def _parts(line: Record, inner: Record, rates: Rates) -> list[Decimal]:
    """Return the tax of a line by rate; of an amount with tax it is what the net leaves over."""
    net = line.get("Amount", ZERO)
    parts = [net * percent / 100 for _, percent in rates]
    gross = inner.get("TaxInclusiveAmt")
    if gross is not None and parts:
        parts[-1] = gross - net - sum(parts[:-1], ZERO)
    return parts


def _tax_line(rate: str, percent: Decimal, net: Decimal, tax: Decimal) -> Record:
    return {
        "Amount": money(tax),
        "DetailType": "TaxLineDetail",
        "TaxLineDetail": {
            "TaxRateRef": {"value": rate},
            "PercentBased": True,
            "TaxPercent": plain(percent),
            "NetAmountTaxable": money(net),
        },
    }
