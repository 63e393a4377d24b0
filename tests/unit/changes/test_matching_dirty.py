from dataclasses import replace
from typing import Any

import pytest

from connector.model.links import RecordKey
from connector.model.matching.comparison import Grade
from connector.model.matching.matches import MatchDecision
from connector.model.outcomes import Outcome, RecordOutcome
from tests.builders import CONNECTION, a_link, raw
from tests.generated_company import GeneratedCompany
from tests.unit.changes.dirty import DirtyCompany
from tests.unit.changes.looked import Looking, looking

WHOM = {"value": "101", "name": "Harbor Realty"}


def entry_line(side: str) -> dict[str, Any]:
    whose = {"Type": "Customer", "EntityRef": WHOM}
    detail = {"PostingType": side, "Entity": whose}
    return {"Id": "1", "Amount": 480, "JournalEntryLineDetail": detail}


@pytest.mark.case("F1m")
@pytest.mark.case("F4a")
@pytest.mark.case("F4b")
@pytest.mark.case("F4g")
@pytest.mark.parametrize("seed", range(3))
def test_in_a_dirty_company_nothing_is_linked_wrongly_and_what_is_there_is_asked_about(
    seed: int,
) -> None:
    company = DirtyCompany(seed)
    found = looking(company.sides)
    found.look()
    matches = {(one.owner.entity, one.owner.mobiwork_id): one for one in found.matches()}
    sure = {Grade.CERTAIN, Grade.LIKELY}
    wrong = [
        own
        for own, one in matches.items()
        if one.grade in sure and one.quickbooks_ids[0] not in company.truth.get(own, ())
    ]
    assert wrong == []
    assert company.truth.keys() - matches.keys() == set()


def of_a_renamed_customer() -> GeneratedCompany:
    sides = GeneratedCompany()
    contact = {"firstName": "TBD", "lastName": "TBD"}
    called = {"companyName": "Cole & Sons", "type": "BUSINESS", "contact": contact}
    sides.here(raw("customer", "7", {"mobiworkCustomerId": "7", **called}))
    sides.there("Customer", "101", DisplayName="Harbor Realty", Active=True)
    invoice = {"mobiworkInvoiceId": "55", "invoiceNumber": "1042", "total": "480.00"}
    whose = {"customerId": "7", "customerName": "Cole & Sons", "status": "Customer Invoiced"}
    sides.here(raw("invoice", "55", {**invoice, **whose, "invoiceDate": "2026/03/02"}))
    return sides


def make_his_customer(found: Looking) -> None:
    """Let a run have made the renamed customer in QuickBooks."""
    made = a_link(RecordKey("customer", "7"), quickbooks_id="900")
    told = RecordOutcome(
        run_id="r1", flow="push_customers", record_id="7", outcome=Outcome.CREATED, label=""
    )
    assert found.store.links.save(CONNECTION, made, told)


@pytest.mark.case("F4g")
@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("Invoice", {"DocNumber": "1042", "PrivateNote": "Voided", "Balance": 0, "TotalAmt": 0}),
        ("SalesReceipt", {"TotalAmt": 480}),
        ("SalesReceipt", {"TotalAmt": 480, "DocNumber": "1042"}),
        ("JournalEntry", {"Line": [entry_line("Debit")]}),
    ],
)
@pytest.mark.parametrize("day", ["2026-03-02", "2026-03-03"])
def test_what_a_renamed_customer_has_in_another_form_is_asked_about(
    target: str, said: dict[str, Any], day: str
) -> None:
    sides = of_a_renamed_customer()
    sides.there(target, "201", CustomerRef=WHOM, TxnDate=day, **said)
    found = looking(sides)
    found.look()
    (match,) = found.matches()
    assert match.grade is not Grade.CERTAIN
    assert match.candidates[0].other["customer or vendor"] == ("Cole & Sons", "Harbor Realty")


@pytest.mark.case("F4g")
@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("Invoice", {"DocNumber": "77", "PrivateNote": "Voided", "Balance": 0, "TotalAmt": 0}),
        ("SalesReceipt", {"TotalAmt": 450, "DocNumber": "1042"}),
        ("JournalEntry", {"Line": [entry_line("Credit")]}),
    ],
)
def test_what_a_new_customer_has_is_not_taken_for_what_others_have(
    target: str, said: dict[str, Any]
) -> None:
    sides = of_a_renamed_customer()
    sides.there(target, "201", CustomerRef=WHOM, TxnDate="2026-03-02", **said)
    found = looking(sides)
    found.look()
    assert found.matches() == []


@pytest.mark.case("F4g")
def test_of_several_receipts_of_a_total_only_that_of_the_very_day_may_be_a_new_customers() -> None:
    sides = of_a_renamed_customer()
    for number, day in enumerate(("2026-03-01", "2026-03-03", "2026-03-04")):
        there = {"CustomerRef": WHOM, "TxnDate": day, "TotalAmt": 480}
        sides.there("SalesReceipt", f"20{number}", **there)
    found = looking(sides)
    found.look()
    assert found.matches() == []


@pytest.mark.case("F4h")
@pytest.mark.parametrize("target", ["SalesReceipt", "Invoice"])
def test_what_nobody_has_decided_on_is_still_asked_once_the_customer_was_made_there(
    target: str,
) -> None:
    sides = of_a_renamed_customer()
    sides.there(target, "201", CustomerRef=WHOM, TxnDate="2026-03-02", TotalAmt=480)
    found = looking(sides)
    found.look()
    before = found.matches()
    make_his_customer(found)
    found.look(run_id="r2")
    assert before
    assert found.matches() == before


@pytest.mark.case("F4h")
def test_what_else_a_renamed_customer_has_tells_who_it_is_that_sums_are_looked_for_of() -> None:
    sides = of_a_renamed_customer()
    sides.there("Invoice", "201", CustomerRef=WHOM, TxnDate="2026-03-02", TotalAmt=480)
    own = {"customerId": "7", "customerName": "Cole & Sons", "status": "Customer Invoiced"}
    for number, total in (("56", "70.00"), ("57", "31.00")):
        given = {"mobiworkInvoiceId": number, "invoiceNumber": number, "total": total}
        sides.here(raw("invoice", number, own | given | {"invoiceDate": "2026/04/02"}))
    sides.there("Invoice", "202", CustomerRef=WHOM, TxnDate="2026-04-20", TotalAmt=101)
    found = looking(sides)
    found.look()
    asked = {one.owner.mobiwork_id: one.quickbooks_ids for one in found.matches()}
    assert asked == {"55": ("201",), "56": ("Invoice:202",), "57": ("Invoice:202",)}
    first = next(one for one in found.matches() if one.owner.mobiwork_id == "55")
    same = replace(first, decision=MatchDecision.SAME, chosen="201")
    found.store.matches.keep(CONNECTION, same)
    found.look(run_id="r2")
    again = {one.owner.mobiwork_id: one.quickbooks_ids for one in found.matches()}
    assert again == asked
