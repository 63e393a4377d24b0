"""Companies outside the US: tax codes on every line, GlobalTaxCalculation (section 6.7)."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest

from tests.simulators.quickbooks.conftest import Simulator, start, stop

SALES, COSTS = "SalesItemLineDetail", "AccountBasedExpenseLineDetail"
CODES = {"GB": "20.0% S", "CA": "HST ON", "AU": "GST"}
PERCENTS = {"GB": 20, "CA": 13, "AU": 10}
NEEDED = {"GB": "VAT", "CA": "GST/HST", "AU": "GST"}


@pytest.fixture(scope="module")
def companies() -> Iterator[Callable[[str], Simulator]]:
    started: dict[str, Simulator] = {}

    def of(country: str) -> Simulator:
        if country not in started:
            switches = ["--switch", "limits=false", "--switch", f"country={country}"]
            started[country] = start("--sample", *switches)
            started[country].connect()
        return started[country]

    yield of
    for simulator in started.values():
        stop(simulator)


@pytest.fixture(params=CODES)
def abroad(companies: Callable[[str], Simulator], request: pytest.FixtureRequest) -> Simulator:
    return companies(request.param)


@pytest.fixture
def british(companies: Callable[[str], Simulator]) -> Simulator:
    return companies("GB")


def country(abroad: Simulator) -> str:
    return str(abroad.query("select * from CompanyInfo")["CompanyInfo"][0]["Country"])


def code(abroad: Simulator, name: str) -> dict[str, str]:
    found = abroad.query(f"select * from TaxCode where Name = '{name}'")  # noqa: S608
    return {"value": found["TaxCode"][0]["Id"]}


def sold(amount: Any, code: dict[str, str] | None = None, **inner: Any) -> dict[str, Any]:
    detail = {"ItemRef": {"value": "10"}} | ({"TaxCodeRef": code} if code else {}) | inner
    return {"Amount": amount, "DetailType": SALES, SALES: detail}


def spent(amount: Any, code: dict[str, str], **inner: Any) -> dict[str, Any]:
    detail = {"AccountRef": {"value": "7"}, "TaxCodeRef": code} | inner
    return {"Amount": amount, "DetailType": COSTS, COSTS: detail}


def invoice(abroad: Simulator, *lines: dict[str, Any], **more: Any) -> dict[str, Any]:
    return abroad.create("Invoice", CustomerRef={"value": "1"}, Line=list(lines), **more)


def test_tax_comes_on_top_of_what_is_sold(abroad: Simulator) -> None:
    here = country(abroad)
    made = invoice(abroad, sold(200, code(abroad, CODES[here])))
    assert made["GlobalTaxCalculation"] == "TaxExcluded"
    assert made["TxnTaxDetail"]["TotalTax"] == 2 * PERCENTS[here]
    assert made["TotalAmt"] == 200 + 2 * PERCENTS[here]


def test_a_bill_carries_the_tax_of_purchases(abroad: Simulator) -> None:
    here = country(abroad)
    line = spent(100, code(abroad, CODES[here]))
    bill = abroad.create("Bill", VendorRef={"value": "30"}, Line=[line])
    (tax,) = bill["TxnTaxDetail"]["TaxLine"]
    rate = abroad.read("TaxRate", tax["TaxLineDetail"]["TaxRateRef"]["value"])
    assert bill["TotalAmt"] == 100 + PERCENTS[here]
    assert rate["Name"].endswith("(Purchases)")


def test_a_line_without_a_tax_code_is_refused_in_the_words_of_the_country(
    abroad: Simulator,
) -> None:
    answer = abroad.post("Invoice", {"CustomerRef": {"value": "1"}, "Line": [sold(10)]})
    wanted = f"all your transactions have a {NEEDED[country(abroad)]} rate before you save."
    assert abroad.fault(answer) == (400, ["6000"])
    assert wanted in answer.json()["Fault"]["Error"][0]["Detail"]


def test_the_pseudo_codes_of_the_us_are_unknown(abroad: Simulator) -> None:
    body = {"CustomerRef": {"value": "1"}, "Line": [sold(10, {"value": "TAX"})]}
    assert abroad.fault(abroad.post("Invoice", body)) == (400, ["2500"])


def test_the_books_of_the_sample_balance(abroad: Simulator) -> None:
    (books,) = abroad.sim("books", method="GET").values()
    assert Decimal(str(books["sum"])) == 0


def test_money_is_in_the_home_currency(abroad: Simulator) -> None:
    wanted = {"GB": "GBP", "CA": "CAD", "AU": "AUD"}[country(abroad)]
    assert invoice(abroad, sold(1, code(abroad, CODES[country(abroad)])))["CurrencyRef"][
        "value"
    ] == wanted  # fmt: skip


def test_an_amount_with_tax_is_split(british: Simulator) -> None:
    line = sold(1, code(british, "20.0% S"), TaxInclusiveAmt=120)
    made = invoice(british, line, GlobalTaxCalculation="TaxInclusive")
    (tax,) = made["TxnTaxDetail"]["TaxLine"]
    assert (made["Line"][0]["Amount"], tax["Amount"], made["TotalAmt"]) == (100, 20, 120)


def test_an_amount_without_its_tax_is_told_with_it(british: Simulator) -> None:
    line = sold("33.33", code(british, "20.0% S"))
    made = invoice(british, line, GlobalTaxCalculation="TaxInclusive")
    assert made["Line"][0][SALES]["TaxInclusiveAmt"] == 40
    assert made["TotalAmt"] == 40


def test_where_tax_is_not_applicable_none_is_charged_nor_may_be_sent(british: Simulator) -> None:
    mode = {"GlobalTaxCalculation": "NotApplicable"}
    assert invoice(british, sold(10), **mode)["TotalAmt"] == 10
    body = {"CustomerRef": {"value": "1"}, "Line": [sold(10)], "TxnTaxDetail": {"TotalTax": 2}}
    assert british.fault(british.post("Invoice", body | mode)) == (400, ["6170"])


def test_a_discount_lessens_the_tax(british: Simulator) -> None:
    discount = {"DetailType": "DiscountLineDetail",
                "DiscountLineDetail": {"PercentBased": True, "DiscountPercent": 10}}  # fmt: skip
    made = invoice(british, sold(100, code(british, "20.0% S")), discount)
    assert (made["TxnTaxDetail"]["TotalTax"], made["TotalAmt"]) == (18, 108)


def test_lines_of_several_codes_have_a_tax_line_for_each_rate(british: Simulator) -> None:
    lines = [sold(100, code(british, name)) for name in ("20.0% S", "5.0% R", "20.0% S", "No VAT")]
    taxes = invoice(british, *lines)["TxnTaxDetail"]["TaxLine"]
    told = [(t["Amount"], t["TaxLineDetail"]["NetAmountTaxable"]) for t in taxes]
    assert told == [(40, 200), (5, 100)]


def test_an_amount_that_is_not_price_times_quantity_is_computed_anew(british: Simulator) -> None:
    line = sold(999, code(british, "No VAT"), Qty=3, UnitPrice=5)
    assert invoice(british, line)["TotalAmt"] == 15


def test_a_province_may_have_two_taxes(companies: Callable[[str], Simulator]) -> None:
    canadian = companies("CA")
    made = invoice(canadian, sold(100, code(canadian, "GST/QST QC")))
    taxes = made["TxnTaxDetail"]["TaxLine"]
    assert [tax["TaxLineDetail"]["TaxPercent"] for tax in taxes] == [5, 9.975]
    assert made["TotalAmt"] == 114.98


def test_an_update_that_changes_nothing_is_no_change(british: Simulator) -> None:
    line = sold("33.33", code(british, "20.0% S"))
    made = invoice(british, line, GlobalTaxCalculation="TaxInclusive")
    body = {"Id": made["Id"], "SyncToken": "0", "sparse": True}
    assert british.post("Invoice", body).json()["Invoice"]["SyncToken"] == "0"


def test_the_tax_service_makes_rates_of_purchases(british: Simulator) -> None:
    rate = {"TaxRateName": "Import VAT", "RateValue": 20, "TaxAgencyId": "1",
            "TaxApplicableOn": "Purchase"}  # fmt: skip
    body = {"TaxCode": "Import", "TaxRateDetails": [rate]}
    made = british.call("POST", "taxservice/taxcode", json=body).json()
    stored = british.read("TaxCode", made["TaxCodeId"])
    sides = [len(stored[f"{side}TaxRateList"]["TaxRateDetail"]) for side in ("Sales", "Purchase")]
    assert sides == [0, 1]
