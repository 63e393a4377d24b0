"""Two documents of one amount are not the same where another currency or account paid them."""

from decimal import Decimal
from typing import Any

import pytest

from connector.model.matching.comparison import Grade
from connector.model.policy.choices import ExpensePayment
from tests.builders import CONNECTION, a_company, raw
from tests.unit.engine.test_matched import history, looked, match_of
from tests.unit.engine.two_sides import TwoSides

CANADIAN = {"CurrencyRef": {"value": "CAD", "name": "Canadian Dollar"}}


@pytest.fixture
def sides() -> TwoSides:
    return TwoSides()


@pytest.mark.case("F1g")
@pytest.mark.parametrize(
    ("target", "entity", "own"),
    [
        ("Customer", "customer", "700001"),
        ("Invoice", "invoice", "5501"),
        ("Payment", "payment", "901"),
    ],
)
def test_what_is_in_another_currency_in_quickbooks_is_asked_about(
    sides: TwoSides, target: str, entity: str, own: str
) -> None:
    history(sides)
    looked(sides)
    assert match_of(sides, target, entity, own).grade is Grade.CERTAIN
    sides.quickbooks.records[target][0] |= CANADIAN
    sides.run_id = "r2"
    looked_anew(sides)
    found = match_of(sides, target, entity, own)
    assert found.grade is not Grade.CERTAIN
    assert found.candidates[0].other["currency"] == ("USD", "CAD")


def looked_anew(sides: TwoSides) -> None:
    sides.store.matches.save_look(CONNECTION, {})
    looked(sides)


def an_expense(**changes: Any) -> Any:
    told = {
        "expenseId": "301",
        "expenseDate": "2025/11/03",
        "dateCreated": "2025/11/03",
        "amount": "42.10",
        "description": "Diesel",
        "paymentType": "Credit Card",
        "status": "Approved",
    }
    return raw("expense", "301", told | changes)


def an_order(**changes: Any) -> Any:
    bought = {"productId": "307001", "productName": "Copper elbow", "quantity": "2", "price": "4.5"}
    told = {
        "mobiworkPurchaseOrderId": "41",
        "vendorName": "Gulf Supply",
        "status": "Received",
        "createdDate": "2025/11/03",
        "receivedDate": "2025/11/03",
        "total": "9.00",
        "lineItems": {"lineItem": [bought]},
    }
    return raw("purchaseOrder", "41", told | changes)


def a_purchase(sides: TwoSides, **members: Any) -> str:
    told = {
        "TxnDate": "2025-11-03",
        "PaymentType": "CreditCard",
        "AccountRef": {"value": "41", "name": "Visa"},
        "TotalAmt": Decimal("42.10"),
        "Line": [{"Amount": Decimal("42.10"), "Description": "Diesel"}],
    }
    return sides.in_quickbooks("Purchase", **(told | members))


@pytest.mark.case("F2a")
@pytest.mark.parametrize(
    ("there", "fact"),
    [
        ({"PaymentType": "Cash", "AccountRef": {"value": "43", "name": "Petty cash"}}, "paid by"),
        ({"AccountRef": {"value": "42", "name": "Amex"}}, "paid from"),
        (CANADIAN, "currency"),
    ],
)
def test_an_expense_that_was_paid_otherwise_there_is_asked_about(
    sides: TwoSides, there: dict[str, Any], fact: str
) -> None:
    card = {"id": "41", "name": "Visa", "type": "Credit Card", "subtype": "CreditCard"}
    company = a_company()
    known = {"accounts": (*company.model_dump()["accounts"], card)}
    sides.store.settings.save_company(
        CONNECTION, type(company).model_validate(company.model_dump() | known)
    )
    sides.save(sides.settings.model_copy(update={"expense_credit_card_account": "Visa"}))
    sides.mobiwork.put(an_expense())
    a_purchase(sides)
    looked(sides)
    assert match_of(sides, "Purchase", "expense", "301").grade is Grade.CERTAIN
    sides.quickbooks.records["Purchase"][0] |= there
    sides.run_id = "r2"
    looked_anew(sides)
    found = match_of(sides, "Purchase", "expense", "301")
    assert found.grade is not Grade.CERTAIN
    assert fact in found.candidates[0].other


@pytest.mark.case("F2a")
def test_a_payment_type_of_the_settings_counts_as_what_it_stands_for(sides: TwoSides) -> None:
    stands = ExpensePayment(type="Cash", account="Petty cash")
    sides.save(sides.settings.model_copy(update={"expense_payments": {"Float": stands}}))
    sides.mobiwork.put(an_expense(paymentType="Float"))
    a_purchase(sides)
    looked(sides)
    found = match_of(sides, "Purchase", "expense", "301")
    assert found.candidates[0].other["paid by"] == ("Cash", "CreditCard")


@pytest.mark.case("F1e")
@pytest.mark.parametrize(
    ("there", "asked"),
    [({}, True), ({"Line": []}, False), ({"TxnDate": "2025-11-09"}, False)],
    ids=["of one text", "of no text", "of another day"],
)
def test_an_expense_that_was_voided_in_quickbooks_is_asked_about_where_its_text_says_so(
    sides: TwoSides, there: dict[str, Any], asked: bool
) -> None:
    sides.mobiwork.put(an_expense())
    line = {"Amount": Decimal(0), "Description": "Diesel"}
    void = {"TotalAmt": Decimal(0), "PrivateNote": "Voided", "Line": [line]}
    number = a_purchase(sides, **(void | there))
    looked(sides)
    found = [one.quickbooks_ids for one in sides.store.matches.read_all(CONNECTION, "Purchase")]
    assert found == ([(number,)] if asked else [])


@pytest.mark.case("F1e")
def test_a_bill_that_was_voided_in_quickbooks_is_asked_about(sides: TwoSides) -> None:
    vendor = {
        "value": sides.in_quickbooks("Vendor", DisplayName="Gulf Supply"),
        "name": "Gulf Supply",
    }
    sides.mobiwork.put(an_order())
    void = {"TotalAmt": Decimal(0), "PrivateNote": "Voided", "TxnDate": "2025-11-03"}
    number = sides.in_quickbooks("Bill", VendorRef=vendor, **void)
    looked(sides)
    found = [one.quickbooks_ids for one in sides.store.matches.read_all(CONNECTION, "Bill")]
    assert found == [(number,)]
