from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.entities.taxes import PULL, with_rates
from connector.model.body import Body
from connector.model.policy.settings import Settings
from tests.unit.entities.pulled_records import added, answer, in_mobiwork, in_quickbooks, read_back

CODE = """
{"Name": "Tucson", "Description": "Tucson", "Active": true, "Hidden": false, "Taxable": true,
 "TaxGroup": true, "TaxCodeConfigType": "USER_DEFINED",
 "SalesTaxRateList": {"TaxRateDetail": [
 {"TaxRateRef": {"value": "3", "name": "AZ State tax"}, "TaxTypeApplicable": "TaxOnAmount",
 "TaxOrder": 0},
 {"TaxRateRef": {"value": "4", "name": "Tucson City"}, "TaxTypeApplicable": "TaxOnAmount",
 "TaxOrder": 0}]}, "PurchaseTaxRateList": {"TaxRateDetail": []}, "domain": "QBO",
 "sparse": false, "Id": "3", "SyncToken": "0",
 "MetaData": {"CreateTime": "2026-01-05T10:11:12-08:00",
 "LastUpdatedTime": "2026-01-05T10:11:12-08:00"}}
"""
RATE = """
{"Name": "AZ State tax", "Description": "Sales Tax", "Active": true, "RateValue": 7.1,
 "AgencyRef": {"value": "1"}, "SpecialTaxType": "NONE",
 "EffectiveTaxRate": [{"RateValue": 7.1, "EffectiveDate": "2026-01-01T00:00:00-08:00"}],
 "DisplayType": "ReadOnly", "domain": "QBO", "sparse": false, "Id": "3", "SyncToken": "0",
 "MetaData": {"CreateTime": "2026-01-05T10:11:12-08:00",
 "LastUpdatedTime": "2026-01-05T10:11:12-08:00"}}
"""
RATES = [answer(RATE), answer(RATE, Id="4", Name="Tucson City", RateValue=Decimal("2.00"))]
NO_RATES: Body = {"TaxRateDetail": []}


def enriched(rates: list[Body] | None = None, **changes: Any) -> Body:
    return with_rates([answer(CODE, **changes)], RATES if rates is None else rates)[0]


def detail(rate: str, **changes: str) -> Body:
    return {"TaxRateDetail": [{"TaxRateRef": {"value": rate}, **changes}]}


def test_a_tax_code_gets_its_rates_of_sales() -> None:
    assert enriched() == answer(CODE) | {
        "Rates": [
            {
                "Name": "AZ State tax",
                "RateValue": Decimal("7.1"),
                "TaxTypeApplicable": "TaxOnAmount",
            },
            {
                "Name": "Tucson City",
                "RateValue": Decimal("2.00"),
                "TaxTypeApplicable": "TaxOnAmount",
            },
        ]
    }


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param(enriched(), {"name": "Tucson", "rate": "9.1"}, id="two rates"),
        pytest.param(
            enriched(SalesTaxRateList=detail("3")), {"name": "Tucson", "rate": "7.1"}, id="one rate"
        ),
        pytest.param(
            enriched([answer(RATE, RateValue=0)], SalesTaxRateList=detail("3")),
            {"name": "Tucson", "rate": "0"},
            id="a rate of nothing",
        ),
        pytest.param(
            enriched(Name="Tucson (deleted)"), {"name": "Tucson", "rate": "9.1"}, id="inactive"
        ),
    ],
)
def test_a_tax_code_becomes_a_sales_tax(code: Body, expected: dict[str, str]) -> None:
    assert added(PULL, code) == expected | {"enabled": "true"}


@pytest.mark.parametrize(
    ("code", "words"),
    [
        pytest.param(enriched(Id="TAX", SalesTaxRateList=NO_RATES), "only marks", id="TAX"),
        pytest.param(enriched(Id="NON", SalesTaxRateList=NO_RATES), "only marks", id="NON"),
        pytest.param(enriched(Id="CustomSalesTax"), "only marks", id="CustomSalesTax"),
        pytest.param(
            enriched(SalesTaxRateList=None, PurchaseTaxRateList=detail("3")),
            "no rates for sales",
            id="of purchases only",
        ),
        pytest.param(enriched(Hidden=True), "does not offer", id="hidden"),
        pytest.param(enriched([RATES[0]]), "does not say", id="a rate that was not read"),
        pytest.param(
            enriched(SalesTaxRateList=detail("3", TaxTypeApplicable="TaxOnTax")),
            "on another tax",
            id="a tax on a tax",
        ),
    ],
)
def test_what_is_no_sales_tax_is_left_out_in_words(code: Body, words: str) -> None:
    assert words in (PULL.eligibility.skip_reason(code, Settings()) or "")


def test_a_sales_tax_has_no_reason_to_be_left_out() -> None:
    assert PULL.eligibility.skip_reason(enriched(), Settings()) is None


def test_a_sales_tax_of_mobiwork_is_recognised_by_its_name() -> None:
    ours = read_back(PULL, {"taxName": "Tucson", "rate": "5"})

    assert PULL.mobiwork_key(ours) == PULL.quickbooks_key(enriched(), Settings())


@given(st.lists(st.decimals(0, 100, places=5), min_size=1, max_size=4))
def test_what_is_written_is_read_back_the_same(percents: list[Decimal]) -> None:
    rates = [answer(RATE, Id=str(place), RateValue=one) for place, one in enumerate(percents)]
    details = [{"TaxRateRef": {"value": rate["Id"]}} for rate in rates]
    code = enriched(rates, SalesTaxRateList={"TaxRateDetail": details})

    tax = read_back(PULL, added(PULL, code))

    assert in_mobiwork(PULL, tax) == in_quickbooks(PULL, code)
    assert tax.rate == sum(percents)
