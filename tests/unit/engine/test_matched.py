from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from connector.changes.matching.records import match_records
from connector.model.connection import Mode
from connector.model.links import RecordKey
from connector.model.matching.matches import Match, MatchDecision
from connector.model.outcomes import Outcome
from tests.builders import CONNECTION, a_customer, a_line, a_payment, a_product, an_invoice
from tests.unit.changes.looked import PagedBooks
from tests.unit.engine.two_sides import TwoSides

AT = "2026-11-29T12:00:00+00:00"
HERON = {
    "DisplayName": "Blue Heron Plumbing",
    "PrimaryEmailAddr": {"Address": "office@blueheron.example"},
}
ELBOW = {
    "Name": "Copper elbow 307001",
    "Type": "NonInventory",
    "UnitPrice": Decimal("4.5"),
    "Taxable": True,
}


@pytest.fixture
def sides() -> TwoSides:
    return TwoSides()


def looked(sides: TwoSides) -> None:
    """Match both sides, as a review begins."""
    sides.look("Customer", "Vendor", "Item")
    books = PagedBooks(dict(sides.quickbooks.records))
    match_records(sides.run(open_pages=lambda: books, mode=Mode.REVIEW))


def match_of(sides: TwoSides, target: str, entity: str, own: str) -> Match:
    key = RecordKey(entity, own)
    return sides.store.matches.read_many(CONNECTION, target, [key])[key]


def say(sides: TwoSides, found: Match, decision: MatchDecision, chosen: str | None = None) -> None:
    said = replace(found, decision=decision, chosen=chosen, decided_by="ann", decided_at=AT)
    sides.store.matches.decide(CONNECTION, said)


def history(sides: TwoSides) -> None:
    """Let both sides hold a customer, a product, an invoice and its payment, typed by hand."""
    for one in (a_customer(), a_product(), an_invoice(), a_payment()):
        sides.mobiwork.put(one)
    customer = sides.in_quickbooks("Customer", **HERON)
    sides.in_quickbooks("Item", **ELBOW)
    whom = {"CustomerRef": {"value": customer, "name": "Blue Heron Plumbing"}}
    invoice = sides.in_quickbooks(
        "Invoice", **whom, TxnDate="2025-11-02", DocNumber="1001", TotalAmt=Decimal("9.63")
    )
    linked = [{"TxnId": invoice, "TxnType": "Invoice"}]
    sides.in_quickbooks(
        "Payment",
        **whom,
        TxnDate="2025-11-10",
        PaymentRefNum="1044",
        TotalAmt=Decimal("9.63"),
        Line=[{"Amount": Decimal("9.63"), "LinkedTxn": linked}],
    )


def counts(sides: TwoSides) -> dict[str, int]:
    return {target: len(rows) for target, rows in sides.quickbooks.records.items()}


def run_all(sides: TwoSides, **choices: Any) -> dict[str, dict[str, int]]:
    pulled = {name: sides.pull(name, **choices) for name in ("pull_customers", "pull_products")}
    sources = ("customer", "product", "invoice", "payment")
    return pulled | {source: sides.push(source, **choices) for source in sources}


@pytest.mark.case("F1m")
def test_what_both_sides_hold_is_linked_by_one_decision_and_nothing_is_doubled(
    sides: TwoSides,
) -> None:
    history(sides)
    before = counts(sides)
    looked(sides)
    run_all(sides, mode=Mode.REVIEW)
    assert counts(sides) == before
    sides.store.matches.decide_certain(CONNECTION, by="ann", at="2999-01-01T00:00:00+00:00")
    sides.run_id = "r2"
    let_go(sides)
    assert run_all(sides) == {
        "pull_customers": {"linked": 1},
        "pull_products": {"linked": 1},
        "customer": {"updated": 1},
        "product": {"updated": 1},
        "invoice": {"linked": 1},
        "payment": {"linked": 1},
    }
    assert counts(sides) == before
    assert len(sides.mobiwork.records_of["customer"]) == 1


@pytest.mark.case("F1m")
def test_what_one_decision_linked_stays_linked_though_the_review_is_made_again(
    sides: TwoSides,
) -> None:
    history(sides)
    before = counts(sides)
    looked(sides)
    run_all(sides, mode=Mode.REVIEW)
    sides.store.matches.decide_certain(CONNECTION, by="ann", at="2999-01-01T00:00:00+00:00")
    sides.run_id = "r2"
    looked(sides)
    run_all(sides, mode=Mode.REVIEW)
    sides.run_id = "r3"
    let_go(sides)
    run_all(sides)
    assert counts(sides) == before


def let_go(sides: TwoSides) -> None:
    """Plan what a review held once more, as a start does."""
    for flow in ("pull_customers", "pull_products", *(f"push_{one}s" for one in SOURCES)):
        for own in sides.left(flow):
            sides.store.pending.replay(CONNECTION, flow, own)


SOURCES = ("customer", "product", "invoice", "payment")


@pytest.mark.case("F7")
def test_of_two_of_one_name_in_quickbooks_nobody_is_linked_before_a_person_says_which(
    sides: TwoSides,
) -> None:
    sides.mobiwork.put(_john(email="john@x.example"))
    first = sides.in_quickbooks("Customer", DisplayName="Smith, John")
    second = sides.in_quickbooks(
        "Customer", DisplayName="John Smith", PrimaryEmailAddr={"Address": "john@x.example"}
    )
    looked(sides)
    found = match_of(sides, "Customer", "customer", "700001")
    assert found.quickbooks_ids == (second, first)
    assert sides.pull("pull_customers") == {"waiting": 2}
    assert sides.push("customer") == {"waiting": 1}
    say(sides, found, MatchDecision.SAME, second)
    sides.run_id = "r2"
    assert sides.pull("pull_customers") == {"linked": 1, "created": 1}
    assert sides.owner("Customer", second) == "700001"


@pytest.mark.case("F7")
def test_without_a_review_two_of_one_name_are_asked_about_as_well(sides: TwoSides) -> None:
    sides.mobiwork.put(_john())
    both = {"CompanyName": "", "GivenName": "John", "FamilyName": "Smith"}
    for name in ("Smith, John", "John Smith"):
        sides.in_quickbooks("Customer", DisplayName=name, **both)
    sides.look("Customer")
    assert sides.pull("pull_customers") == {"refused": 2}
    assert len(sides.mobiwork.records_of["customer"]) == 1


def _john(**contact: str) -> Any:
    person = {"firstName": "John", "lastName": "Smith", "phoneNumber": "8135550101", **contact}
    return a_customer(type="RESIDENTIAL", companyName="", contact=person)


@pytest.mark.case("F8")
@pytest.mark.parametrize("reviewed", [True, False])
def test_a_name_alone_does_not_decide_where_other_facts_differ(
    sides: TwoSides, reviewed: bool
) -> None:
    sides.mobiwork.put(_john())
    miami = sides.in_quickbooks(
        "Customer",
        DisplayName="John Smith",
        PrimaryPhone={"FreeFormNumber": "305-555-0199"},
        BillAddr={"Line1": "9 Ocean Dr", "City": "Miami", "PostalCode": "33139"},
    )
    if reviewed:
        looked(sides)
    else:
        sides.look()
    assert sides.push("customer") == {"waiting" if reviewed else "refused": 1}
    _, why = sides.note("push_customers", "700001")
    assert 'the phone is "8135550101" in MobiWork and "305-555-0199" in QuickBooks' in why
    found = match_of(sides, "Customer", "customer", "700001")
    assert found.quickbooks_ids == (miami,)
    say(sides, found, MatchDecision.SAME, miami)
    sides.store.pending.replay(CONNECTION, "push_customers", "700001")
    sides.run_id = "r2"
    assert sides.push("customer") == {"linked": 1}


@pytest.mark.case("F8")
def test_of_whom_a_person_said_that_he_is_another_he_is_never_linked(sides: TwoSides) -> None:
    sides.mobiwork.put(_john())
    sides.in_quickbooks(
        "Customer", DisplayName="John Smith", PrimaryPhone={"FreeFormNumber": "305-555-0199"}
    )
    looked(sides)
    found = match_of(sides, "Customer", "customer", "700001")
    say(sides, found, MatchDecision.DIFFERENT)
    assert sides.push("customer") == {"refused": 1}
    _, why = sides.note("push_customers", "700001")
    assert "A person said that it is not" in why
    [own] = sides.left("pull_customers")
    assert sides.pull("pull_customers") == {"created": 1}
    assert sides.owner("Customer", own) != "700001"


@pytest.mark.case("F5")
@pytest.mark.parametrize("reviewed", [True, False])
def test_an_external_id_of_another_company_links_nobody_to_a_stranger(
    sides: TwoSides, reviewed: bool
) -> None:
    number = sides.in_quickbooks("Customer", DisplayName="Totally Other Inc")
    sides.mobiwork.put(a_customer(externalCustomerId=f"{number},QBO"))
    if reviewed:
        looked(sides)
    else:
        sides.look("Customer")
    assert sides.pull("pull_customers") == {"waiting" if reviewed else "refused": 1}
    assert sides.push("customer") == {"waiting": 1}
    _, why = sides.note("push_customers", "700001")
    assert 'the name is "Blue Heron Plumbing" in MobiWork' in why


@pytest.mark.case("F5")
def test_an_external_id_of_which_a_person_said_that_it_is_another_does_not_count(
    sides: TwoSides,
) -> None:
    number = sides.in_quickbooks("Customer", DisplayName="Totally Other Inc")
    sides.mobiwork.put(a_customer(externalCustomerId=f"{number},QBO"))
    looked(sides)
    found = match_of(sides, "Customer", "customer", "700001")
    say(sides, found, MatchDecision.DIFFERENT)
    assert sides.push("customer") == {"created": 1}
    assert sides.store.links.owners_of(CONNECTION, "Customer", [number]) == {}


@pytest.mark.case("F5")
@pytest.mark.parametrize("look", ["all lists", "an empty company"])
def test_an_external_id_of_nothing_in_quickbooks_is_refused_in_review_as_by_the_run(
    sides: TwoSides, look: str
) -> None:
    if look == "all lists":
        sides.in_quickbooks("Customer", DisplayName="Totally Other Inc")
    sides.mobiwork.put(a_customer(externalCustomerId="77,QBO"))
    looked(sides)
    before = sides.quickbooks.queries
    assert sides.push("customer", mode=Mode.REVIEW) == {"refused": 1}
    assert sides.quickbooks.queries == before
    planned = sides.note("push_customers", "700001")
    sides.store.pending.replay(CONNECTION, "push_customers", "700001")
    sides.run_id = "r2"
    assert sides.push("customer") == {"refused": 1}
    assert sides.note("push_customers", "700001") == planned


@pytest.mark.case("F5n")
@pytest.mark.parametrize(
    ("e_mail", "outcome"), [("j@miami.example", "refused"), ("john@x.example", "linked")]
)
def test_an_external_id_with_the_same_name_links_nobody_whom_phone_and_e_mail_deny(
    sides: TwoSides, e_mail: str, outcome: str
) -> None:
    number = sides.in_quickbooks(
        "Customer",
        DisplayName="John Smith",
        PrimaryPhone={"FreeFormNumber": "305-555-0199"},
        PrimaryEmailAddr={"Address": e_mail},
    )
    person = {"firstName": "John", "lastName": "Smith", "phoneNumber": "8135550101"}
    named = {"companyName": "", "externalCustomerId": f"{number},QBO"}
    contact = person | {"email": "john@x.example"}
    sides.mobiwork.put(a_customer(type="RESIDENTIAL", contact=contact, **named))
    sides.look("Customer")
    assert sides.push("customer") == {outcome: 1}


@pytest.mark.case("F5")
def test_an_invoice_that_names_one_of_another_customer_and_amount_is_asked_about(
    sides: TwoSides,
) -> None:
    customer = sides.in_quickbooks("Customer", **HERON)
    other = sides.in_quickbooks(
        "Invoice",
        CustomerRef={"value": "99", "name": "Other Co"},
        TxnDate="2025-01-02",
        TotalAmt=Decimal("900.00"),
    )
    sides.in_quickbooks("Item", **ELBOW)
    named = an_invoice(externalId=f"{other},QBO", lineItems={"lineItem": [a_line()]})
    for one in (a_customer(), a_product(), named):
        sides.mobiwork.put(one)
    sides.look("Customer", "Item")
    for source in ("customer", "product"):
        sides.push(source)
    assert sides.owner("Customer", customer) == "700001"
    assert sides.push("invoice") == {"refused": 1}
    outcome, why = sides.note("push_invoices", "5501")
    assert (outcome, '"9.63" in MobiWork and "900.00" in QuickBooks' in why) == (
        Outcome.REFUSED,
        True,
    )
    assert len(sides.quickbooks.records["Invoice"]) == 1


@pytest.mark.case("F3m")
def test_what_was_left_out_by_its_date_is_still_matched_when_the_date_is_moved_back(
    sides: TwoSides,
) -> None:
    history(sides)
    sides.quickbooks.records["Invoice"][0]["TxnDate"] = "2025-11-04"
    sides.save(sides.settings.model_copy(update={"start_date": date(2026, 1, 1)}))
    for sides.run_id in ("r1", "r2"):
        looked(sides)
        run_all(sides, mode=Mode.REVIEW)
    assert sides.left("push_invoices") == {}
    sides.store.matches.decide_certain(CONNECTION, by="ann", at="2999-01-01T00:00:00+00:00")
    sides.save(sides.settings.model_copy(update={"start_date": None}))
    sides.store.left_out.replay_some(CONNECTION, "push_invoices", ["5501"])
    sides.run_id = "r3"
    let_go(sides)
    before = counts(sides)
    assert run_all(sides)["invoice"] == {"waiting": 1}
    assert "It may already be in QuickBooks" in sides.note("push_invoices", "5501")[1]
    assert counts(sides) == before


@pytest.mark.case("F4")
def test_what_its_own_connector_has_posted_and_is_not_found_is_asked_about(
    sides: TwoSides,
) -> None:
    sides.mobiwork.put(a_customer())
    sides.mobiwork.put(a_product())
    sides.mobiwork.put(an_invoice(integrationStatus="Synced"))
    looked(sides)
    for source in ("customer", "product"):
        sides.push(source)
    assert sides.push("invoice") == {"waiting": 1}
    assert "its own connector has posted it" in sides.note("push_invoices", "5501")[1]
    found = match_of(sides, "Invoice", "invoice", "5501")
    say(sides, found, MatchDecision.LEFT_OUT)
    sides.run_id = "r2"
    assert sides.push("invoice") == {"left out": 1}
    assert "Invoice" not in sides.quickbooks.records


@pytest.mark.case("F9")
@pytest.mark.parametrize(
    ("shown", "filled"),
    [("John Smith", ("John", "Smith")), ("JOHN SMITH", ("John", "Smith")), ("Smith, John", None)],
)
def test_a_name_that_reads_the_same_never_asks_and_its_empty_parts_are_filled(
    sides: TwoSides, shown: str, filled: tuple[str, str] | None
) -> None:
    sides.mobiwork.put(_john())
    number = sides.in_quickbooks("Customer", DisplayName=shown)
    sides.look("Customer")
    assert sides.pull("pull_customers") == {"linked": 1}
    sides.push("customer")
    [record] = sides.quickbooks.records["Customer"]
    names = (record.get("GivenName"), record.get("FamilyName"))
    assert names == (filled or (None, None))
    assert record["PrimaryPhone"] == {"FreeFormNumber": "8135550101"}
    assert (sides.owner("Customer", number), sides.left("pull_customers")) == ("700001", {})


@pytest.mark.case("F9")
def test_an_address_of_which_each_side_knows_a_part_is_filled_and_not_asked_about(
    sides: TwoSides,
) -> None:
    sides.mobiwork.put(a_customer(address={"address1": "12 Canal St", "city": "Tampa"}))
    sides.in_quickbooks(
        "Customer", **HERON, BillAddr={"Line1": "12 canal st", "PostalCode": "33602"}
    )
    sides.look("Customer")
    assert sides.pull("pull_customers") == {"linked": 1}
    assert sides.text("customer", "700001", "address/zipCode") == "33602"
    assert sides.text("customer", "700001", "address/city") == "Tampa"


def test_a_dry_run_shows_an_undecided_match_as_a_run_would_leave_it(sides: TwoSides) -> None:
    history(sides)
    looked(sides)
    planned = run_all(sides, dry_run=True)
    assert planned["customer"] == {"waiting": 1}
    sides.run_id = "r2"
    assert run_all(sides)["customer"] == planned["customer"]
