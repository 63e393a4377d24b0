"""Documents on a job of a customer in QuickBooks and on the customer in MobiWork are compared."""

from decimal import Decimal
from typing import Any

import pytest

from connector.model.matching.comparison import Grade
from tests.builders import CONNECTION, a_payment, an_invoice, raw
from tests.unit.engine.test_matched import looked, match_of
from tests.unit.engine.test_matched_money import an_order
from tests.unit.engine.test_matched_voids import VOID, an_invoice_there, entered, posted
from tests.unit.engine.two_sides import TwoSides


@pytest.fixture
def sides() -> TwoSides:
    found = TwoSides()
    entered(found, an_invoice(), a_payment())
    an_invoice_there(found, DocNumber="9", TotalAmt=Decimal("500"), TxnDate="2024-01-05")
    return found


def a_job(sides: TwoSides, parent: str, name: str) -> dict[str, Any]:
    own = sides.in_quickbooks(
        "Customer",
        DisplayName=name,
        FullyQualifiedName=f"Blue Heron Plumbing:{name}",
        Job=True,
        ParentRef={"value": parent},
    )
    return {"CustomerRef": {"value": own, "name": name}}


@pytest.mark.case("F1j")
@pytest.mark.parametrize("depth", [1, 2])
@pytest.mark.parametrize(
    ("number", "void", "grade"),
    [
        ("77", {}, Grade.LIKELY),
        ("INV-5501", {}, Grade.CERTAIN),
        ("INV-5501", VOID, Grade.CONTRADICTS),
    ],
)
def test_an_invoice_that_is_on_a_job_of_the_customer_there_is_not_posted_unasked(
    sides: TwoSides, depth: int, number: str, void: dict[str, Any], grade: Grade
) -> None:
    whom = {"CustomerRef": {"value": sides.quickbooks.records["Customer"][0]["Id"]}}
    for name in ("Kitchen", "Sink")[:depth]:
        whom = a_job(sides, whom["CustomerRef"]["value"], name)
    there = an_invoice_there(sides, **({"DocNumber": number} | whom | void))
    looked(sides)
    found = match_of(sides, "Invoice", "invoice", "5501")
    assert (found.grade, found.quickbooks_ids) == (grade, (there,))
    assert posted(sides) == {"linked" if grade is Grade.CERTAIN else "waiting": 1}


@pytest.mark.case("F1j")
def test_an_invoice_of_a_job_of_another_customer_is_none_of_this_one(sides: TwoSides) -> None:
    other = sides.in_quickbooks("Customer", DisplayName="Other Co")
    an_invoice_there(sides, **a_job(sides, other, "Kitchen"))
    looked(sides)
    assert [*sides.store.matches.read_all(CONNECTION, "Invoice")] == []


@pytest.mark.case("F1j")
def test_a_vendor_is_below_nobody_though_a_job_has_his_number(sides: TwoSides) -> None:
    job = a_job(sides, sides.quickbooks.records["Customer"][0]["Id"], "Kitchen")
    number = job["CustomerRef"]["value"]
    parent = sides.quickbooks.records["Customer"][0]["Id"]
    for own, name in ((number, "Delta Pumps"), (parent, "Gulf Supply")):
        sides.quickbooks.records.setdefault("Vendor", []).append({"Id": own, "DisplayName": name})
    told = {"vendorId": "801", "vendorName": "Gulf Supply"}
    sides.mobiwork.put(raw("vendor", "801", {"mobiworkVendorId": "801", "name": "Gulf Supply"}))
    sides.mobiwork.put(an_order(**told))
    of_another = {"VendorRef": {"value": number, "name": "Delta Pumps"}}
    sides.in_quickbooks("Bill", TotalAmt=Decimal("9.00"), TxnDate="2025-11-03", **of_another)
    looked(sides)
    assert [*sides.store.matches.read_all(CONNECTION, "Bill")] == []
