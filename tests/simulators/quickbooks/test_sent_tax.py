"""A tax total that a client sends to a US company (sections 6.7 and 11)."""

from pathlib import Path
from typing import Any

import pytest

from tests.simulators.quickbooks.conftest import Simulator, start, stop
from tests.simulators.quickbooks.test_faults import a_line, an_invoice
from tests.simulators.quickbooks.test_taxes import TAXED, owed

ALONE: dict[str, Any] = {"TotalTax": 9}
WITH_CODE = ALONE | {"TxnTaxCodeRef": {"value": "2"}}
WITH_TAX = ALONE | {"TxnTaxCodeRef": {"value": "TAX"}}
HERE = {"Line1": "1 Main", "City": "Tucson", "CountrySubDivisionCode": "AZ"}
AGENCIES = ("Arizona Dept. of Revenue", "Board of Equalization", "Out Of Scope Agency")


@pytest.fixture
def shop(qbo: Simulator) -> Simulator:
    qbo.create("Customer", DisplayName="Harbor Cafe")
    qbo.create("Item", Name="Labor", Type="Service", IncomeAccountRef={"value": "1"})
    qbo.switch(tax_override="alone")
    return qbo


def sold(shop: Simulator, tax: Any = ALONE, **more: Any) -> dict[str, Any]:
    return shop.create(
        "Invoice", **an_invoice(TAXED, **{"TxnTaxDetail": tax, "ShipAddr": HERE} | more)
    )


def elsewhere(state: str) -> dict[str, str]:
    return HERE | {"City": "", "CountrySubDivisionCode": state}


def shares(invoice: dict[str, Any]) -> list[Any]:
    return [line["Amount"] for line in invoice["TxnTaxDetail"].get("TaxLine", [])]


def changed(shop: Simulator, invoice: dict[str, Any], **values: Any) -> dict[str, Any]:
    head = {"Id": invoice["Id"], "SyncToken": invoice["SyncToken"], "sparse": True}
    return dict(shop.post("invoice", head | values).json()["Invoice"])


@pytest.mark.parametrize(
    ("obeys", "totals"),
    [
        ("neither", (109.1, 109.1, 109.1)),
        ("with_own_code", (109.1, 109.1, 109)),
        ("with_code", (109.1, 109, 109)),
        ("alone", (109, 109, 109)),
    ],
)
def test_a_sent_total_is_obeyed_in_the_shape_that_the_company_takes(
    shop: Simulator, obeys: str, totals: tuple[float, ...]
) -> None:
    shop.switch(tax_override=obeys)
    sent = (ALONE, WITH_TAX, WITH_CODE)
    assert tuple(sold(shop, tax)["TotalAmt"] for tax in sent) == totals


def test_a_sent_total_is_shared_out_over_the_rates_of_the_place(shop: Simulator) -> None:
    invoice = sold(shop, {"TotalTax": 4.55})
    assert shares(invoice) == [3.55, 1]
    assert owed(shop, AGENCIES[0]) == -4.55


def test_what_rounding_leaves_of_a_sent_total_is_not_lost(shop: Simulator) -> None:
    invoice = sold(shop, {"TotalTax": 0.01})
    assert (shares(invoice), invoice["TotalAmt"]) == ([0.01, 0], 100.01)


def test_a_sent_total_of_nothing_is_obeyed_too(shop: Simulator) -> None:
    assert sold(shop, {"TotalTax": 0})["TotalAmt"] == 100


def test_a_tax_sent_where_the_company_does_not_collect_is_owed_to_no_agency(
    shop: Simulator,
) -> None:
    invoice = sold(shop, WITH_CODE, ShipAddr=elsewhere("FL"))
    assert invoice["TotalAmt"] == 109
    assert [owed(shop, name) for name in AGENCIES] == [0, 0, -9]
    offered = shop.query("select * from TaxCode where Name = 'Out of scope'")
    assert offered == {}
    assert shop.sim("books", method="GET")["9130350000000001"]["sum"] == 0


@pytest.mark.parametrize(("switch", "total"), [("drop", 100), ("keep", 109)])
def test_a_tax_sent_for_a_state_without_sales_tax_is_dropped_or_kept(
    shop: Simulator, switch: str, total: int
) -> None:
    shop.switch(untaxed_state_tax=switch)
    assert sold(shop, ShipAddr=elsewhere("OR"))["TotalAmt"] == total


def test_a_sent_total_needs_something_to_be_taxed(shop: Simulator) -> None:
    body = an_invoice(a_line(TaxCodeRef={"value": "NON"}), ShipAddr=HERE)
    assert shop.create("Invoice", **body, TxnTaxDetail=ALONE)["TotalAmt"] == 100


def test_an_exempt_customer_pays_no_sent_tax(shop: Simulator) -> None:
    school = shop.create("Customer", DisplayName="School", TaxExemptionReasonId=7)
    assert sold(shop, CustomerRef={"value": school["Id"]})["TotalAmt"] == 100


def test_a_sent_total_outlives_updates_that_do_not_mention_it(shop: Simulator) -> None:
    noted = changed(shop, sold(shop), PrivateNote="later")
    grown = changed(shop, noted, Line=[TAXED, TAXED])
    assert [(i["TxnTaxDetail"]["TotalTax"], i["TotalAmt"]) for i in (noted, grown)] == [
        (9, 109),
        (9, 209),
    ]


def test_an_answer_that_is_sent_back_keeps_the_sent_total(shop: Simulator) -> None:
    invoice = sold(shop)
    assert shop.post("invoice", invoice).json()["Invoice"] == invoice


@pytest.mark.parametrize(
    "mention", [{"TxnTaxCodeRef": {"value": "3"}}, {"TotalTax": 1, "TaxLine": [{"Amount": 1}]}]
)
def test_a_tax_detail_without_a_total_of_its_own_ends_the_sent_one(
    shop: Simulator, mention: dict[str, Any]
) -> None:
    after = changed(shop, sold(shop), TxnTaxDetail=mention)
    assert after["TxnTaxDetail"]["TotalTax"] == 9.1


def test_a_full_update_without_a_tax_detail_computes_the_tax(shop: Simulator) -> None:
    invoice = sold(shop)
    head = {"Id": invoice["Id"], "SyncToken": "0"}
    full = shop.post("invoice", an_invoice(TAXED, ShipAddr=HERE) | head).json()["Invoice"]
    again = changed(shop, full, PrivateNote="later")
    assert (full["TotalAmt"], again["TotalAmt"]) == (109.1, 109.1)


def test_a_void_ends_the_sent_total(shop: Simulator) -> None:
    invoice = sold(shop)
    body = {"Id": invoice["Id"], "SyncToken": "0"}
    void = shop.post("invoice", body, operation="void").json()["Invoice"]
    after = changed(shop, void, Line=[TAXED])
    assert (void["TotalAmt"], after["TotalAmt"]) == (0, 109.1)


def test_a_sent_total_of_a_credit_is_owed_back(shop: Simulator) -> None:
    body = an_invoice(TAXED, ShipAddr=HERE, TxnTaxDetail=ALONE)
    assert shop.create("CreditMemo", **body)["RemainingCredit"] == 109
    assert owed(shop, AGENCIES[0]) == 9


def test_by_hand_a_sent_total_changes_the_tax_of_its_code(shop: Simulator) -> None:
    shop.switch(tax_mode="manual", tax_override="neither")
    invoice = sold(shop, {"TotalTax": 9, "TxnTaxCodeRef": {"value": "3"}})
    assert (shares(invoice), invoice["TotalAmt"]) == ([7.02, 1.98], 109)


def test_a_sent_total_outlives_a_restart(tmp_path: Path) -> None:
    options = ("--state", str(tmp_path / "state.json"), "--switch", "tax_override=alone")
    first = start(*options)
    first.connect()
    first.create("Customer", DisplayName="Harbor Cafe")
    first.create("Item", Name="Labor", Type="Service", IncomeAccountRef={"value": "1"})
    invoice = sold(first)
    stop(first)
    second = start(*options)
    second.connect()
    after = changed(second, invoice, PrivateNote="later")
    stop(second)
    assert after["TotalAmt"] == 109
