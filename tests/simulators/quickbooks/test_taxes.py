"""Sales tax of US companies by place (section 6.7)."""

from decimal import Decimal
from typing import Any

import pytest

from tests.simulators.quickbooks.conftest import Simulator
from tests.simulators.quickbooks.test_faults import a_line, an_invoice

TAXED = a_line(TaxCodeRef={"value": "TAX"})


@pytest.fixture
def shop(qbo: Simulator) -> Simulator:
    qbo.create("Customer", DisplayName="Harbor Cafe")
    qbo.create("Item", Name="Labor", Type="Service", IncomeAccountRef={"value": "1"})
    return qbo


def sold_in(shop: Simulator, city: str, state: str) -> dict[str, Any]:
    address = {"Line1": "1 Main", "City": city, "CountrySubDivisionCode": state}
    invoice = shop.create("Invoice", **an_invoice(TAXED, ShipAddr=address))
    return dict(invoice["TxnTaxDetail"])


def percents(tax: dict[str, Any]) -> list[Any]:
    return [line["TaxLineDetail"]["TaxPercent"] for line in tax.get("TaxLine", [])]


@pytest.mark.parametrize(
    ("city", "state", "wanted"),
    [
        ("Austin", "TX", [6.25, 1, 1]),
        ("tampa", "FL", [6, 1.5]),
        ("Marfa", "TX", [6.25]),
        ("Tucson", "AZ", [7.1, 2]),
        ("Flagstaff", "AZ", [5.6]),
        ("Salem", "OR", []),
        ("Bayshore", "CA", [8]),
    ],
)
def test_every_share_of_a_place_taxes(
    shop: Simulator, city: str, state: str, wanted: list[float]
) -> None:
    tax = sold_in(shop, city, state)
    assert percents(tax) == wanted
    assert Decimal(str(tax["TotalTax"])) == sum(Decimal(str(p)) for p in wanted)


def test_without_an_address_the_place_of_the_company_taxes(shop: Simulator) -> None:
    invoice = shop.create("Invoice", **an_invoice(TAXED, TxnTaxDetail={"TotalTax": 1}))
    assert (percents(invoice["TxnTaxDetail"]), invoice["TotalAmt"]) == ([8], 108)


def test_two_cities_of_a_county_share_its_rate(shop: Simulator) -> None:
    tampa, brandon = sold_in(shop, "Tampa", "FL"), sold_in(shop, "Brandon", "FL")
    rates = [[r["TaxLineDetail"]["TaxRateRef"]["value"] for r in t["TaxLine"]]
             for t in (tampa, brandon)]  # fmt: skip
    assert rates[0] == rates[1]
    assert tampa["TxnTaxCodeRef"] != brandon["TxnTaxCodeRef"]


def test_the_shares_of_a_place_can_be_switched_off(shop: Simulator) -> None:
    shop.switch(local_taxes=False)
    assert percents(sold_in(shop, "Austin", "TX")) == [6.25]


def test_each_share_is_owed_to_an_agency(shop: Simulator) -> None:
    sold_in(shop, "Austin", "TX")
    assert shop.read("Account", "90")["CurrentBalance"] == -8.25


def a_rate(**more: Any) -> dict[str, Any]:
    return {"TaxRateName": "R1", "RateValue": 5, "TaxAgencyId": "1"} | more


@pytest.mark.parametrize(
    ("rates", "code"),
    [
        ([a_rate(RateValue="NaN")], "2150"),
        ([a_rate(RateValue="101")], "2150"),
        ([a_rate(RateValue="much")], "2100"),
        ([a_rate(RateValue=None)], "2020"),
        ([a_rate(TaxRateName={"a": 1})], "2010"),
        ([a_rate(TaxRateName="r" * 101)], "2050"),
        ([a_rate(TaxApplicableOn="Other")], "2170"),
        ([a_rate(TaxAgencyId="999")], "2500"),
        ([a_rate(Colour="red")], "2010"),
        ([a_rate(), a_rate()], "6240"),
        ([5], "2010"),
        ([], "2020"),
    ],
)
def test_a_wrong_rate_of_a_new_code_is_refused(qbo: Simulator, rates: Any, code: str) -> None:
    body = {"TaxCode": "Tucson 2", "TaxRateDetails": rates}
    assert qbo.fault(qbo.post("taxservice/taxcode", body)) == (400, [code])
    assert "TaxRate" not in qbo.query("select * from TaxRate where Name = 'R1'")
