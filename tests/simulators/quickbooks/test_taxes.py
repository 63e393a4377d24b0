"""Sales tax of US companies by place (section 6.7)."""

from collections.abc import Callable
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
    qbo.switch(tax_states="*")
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


def owed(shop: Simulator, agency: str) -> Any:
    found = shop.query(f"select * from Account where Name = '{agency} Payable'")  # noqa: S608
    return found["Account"][0]["CurrentBalance"] if found else None


def test_every_share_is_owed_to_the_agency_of_its_state(shop: Simulator) -> None:
    sold_in(shop, "Austin", "TX")
    sold_in(shop, "Flagstaff", "AZ")
    names = ("Texas State Comptroller", "Arizona Dept. of Revenue", "Board of Equalization")
    assert [owed(shop, name) for name in names] == [-8.25, -5.6, 0]


def test_where_the_company_does_not_collect_nothing_is_due(shop: Simulator) -> None:
    shop.switch(tax_states="CA, tx")
    assert sold_in(shop, "Tampa", "FL") == {"TotalTax": 0}
    assert percents(sold_in(shop, "Marfa", "TX")) == [6.25]


def test_a_company_that_collects_in_a_state_has_its_agency_from_the_start(
    fresh: Callable[..., Simulator],
) -> None:
    simulator = fresh("--switch", "tax_states=FL,CA")
    simulator.connect()
    agencies = simulator.query("select * from TaxAgency orderby Id")["TaxAgency"]
    assert [a["DisplayName"] for a in agencies][2:] == ["FL Department of Revenue"]


def test_an_agency_of_ones_own_has_an_account_of_its_own(shop: Simulator) -> None:
    agency = shop.create("TaxAgency", DisplayName="County Treasurer")
    rate = a_rate(TaxAgencyId=agency["Id"])
    made = shop.post("taxservice/taxcode", {"TaxCode": "County", "TaxRateDetails": [rate]}).json()
    shop.switch(tax_mode="manual")
    code = {"TxnTaxCodeRef": {"value": made["TaxCodeId"]}}
    shop.create("Invoice", **an_invoice(TAXED, TxnTaxDetail=code))
    assert owed(shop, "County Treasurer") == -5


@pytest.mark.parametrize(
    ("default", "mode", "codes"),
    [
        ("item", "automated", ["TAX", "NON"]),
        ("item", "manual", ["NON", "NON"]),
        ("TAX", "automated", ["TAX", "TAX"]),
        ("NON", "automated", ["NON", "NON"]),
    ],
)
def test_a_line_without_a_code_takes_that_of_its_item(
    shop: Simulator, default: str, mode: str, codes: list[str]
) -> None:
    taxable = {"Name": "Hose", "Type": "Service", "Taxable": True}
    shop.create("Item", **taxable, IncomeAccountRef={"value": "1"})
    shop.switch(line_tax_default=default, tax_mode=mode)
    lines = shop.create("Invoice", **an_invoice(a_line("2"), a_line("1")))["Line"]
    shown = [line["SalesItemLineDetail"]["TaxCodeRef"]["value"] for line in lines[:2]]
    assert shown == codes


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
