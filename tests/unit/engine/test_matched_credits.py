"""A credit or refund that the office typed in QuickBooks is asked about before it is posted."""

from decimal import Decimal
from typing import Any

import pytest

from connector.mobiwork.xml import RawRecord
from connector.model.company import Account
from connector.model.connection import Mode
from connector.model.matching.comparison import Grade
from connector.model.matching.matches import MatchDecision
from connector.model.review.planned import REVIEW, Decision
from connector.model.worklist.instructions import Instruction, Wish
from tests.builders import CONNECTION, a_company, a_payment, an_invoice, settings
from tests.unit.engine.test_matched import looked, match_of, say
from tests.unit.engine.test_matched_entries import journalled, posting
from tests.unit.engine.test_matched_voids import VOID, an_invoice_there, entered, posted
from tests.unit.engine.two_sides import TwoSides

BOOKED = {"credit_product": "307001", "write_off_product": "307001", "refund_product": "307001"}
VENDOR = {"value": "990", "name": "Gulf Supply", "type": "Vendor"}
TYPED = [
    ("CREDIT", "CreditMemo", "credit"),
    ("WRITE_OFF", "CreditMemo", "credit"),
    ("REFUND", "RefundReceipt", "refund"),
]


@pytest.fixture
def sides() -> TwoSides:
    return TwoSides(settings=settings(**BOOKED, refund_account="Checking"))


def a_credit(kind: str = "CREDIT", **changes: Any) -> RawRecord:
    told = {"paymentType": kind, "paymentReference": "", "customerId": "700001", "amount": "4.00"}
    return a_payment("905", **(told | {"paymentMethod": ""} | changes))


def typed(sides: TwoSides, target: str, **members: Any) -> str:
    """Let the office type a document of the credit's customer, day and amount."""
    if not sides.quickbooks.records.get("Invoice"):
        an_invoice_there(sides)
    customer = sides.quickbooks.records["Customer"][0]["Id"]
    told: dict[str, Any] = {
        "CustomerRef": {"value": customer, "name": "Blue Heron Plumbing"},
        "TxnDate": "2025-11-10",
        "DocNumber": "1002",
        "TotalAmt": Decimal("4.00"),
    }
    if target == "RefundReceipt":
        told["DepositToAccountRef"] = {"value": "35", "name": "Checking"}
    return sides.in_quickbooks(target, **(told | members))


def pushed(sides: TwoSides, run_id: str = "r1") -> dict[str, int]:
    """Push credits, with what they refer to linked before."""
    posted(sides, run_id)
    return sides.push("credit")


@pytest.mark.case("F1l")
@pytest.mark.parametrize(("kind", "target", "entity"), TYPED)
def test_a_credit_or_refund_that_was_typed_there_is_linked_by_one_decision_and_not_doubled(
    sides: TwoSides, kind: str, target: str, entity: str
) -> None:
    entered(sides, an_invoice(), a_credit(kind))
    there = typed(sides, target)
    looked(sides)
    found = match_of(sides, target, entity, "905")
    assert (found.grade, found.quickbooks_ids) == (Grade.CERTAIN, (there,))
    assert pushed(sides) == {"linked": 1}
    assert sides.owner(target, there) == "905"
    assert len(sides.quickbooks.records[target]) == 1


@pytest.mark.case("F1l")
@pytest.mark.parametrize(("kind", "target", "entity"), TYPED)
@pytest.mark.parametrize(
    ("decision", "outcome", "documents"),
    [
        (MatchDecision.SAME, "linked", 1),
        (MatchDecision.DIFFERENT, "created", 2),
        (MatchDecision.LEFT_OUT, "left out", 1),
    ],
)
def test_one_of_another_day_is_asked_about_and_a_person_says_what_becomes_of_it(  # noqa: PLR0913, PLR0917 - two tables
    sides: TwoSides,
    kind: str,
    target: str,
    entity: str,
    decision: MatchDecision,
    outcome: str,
    documents: int,
) -> None:
    entered(sides, an_invoice(), a_credit(kind))
    there = typed(sides, target, TxnDate="2025-11-12")
    looked(sides)
    found = match_of(sides, target, entity, "905")
    assert found.grade is Grade.LIKELY
    assert pushed(sides) == {"waiting": 1}
    assert '"2025-11-10" in MobiWork' in sides.note("push_credits", "905")[1]
    say(sides, found, decision, there if decision is MatchDecision.SAME else None)
    assert pushed(sides, "r2") == {outcome: 1}
    assert len(sides.quickbooks.records[target]) == documents


@pytest.mark.case("F1l")
@pytest.mark.parametrize(("kind", "target", "entity"), TYPED)
def test_one_that_was_voided_there_is_asked_about_before_it_is_posted(
    sides: TwoSides, kind: str, target: str, entity: str
) -> None:
    entered(sides, an_invoice(), a_credit(kind))
    void = typed(sides, target, **VOID)
    looked(sides)
    found = match_of(sides, target, entity, "905")
    assert (found.grade, found.quickbooks_ids) == (Grade.CONTRADICTS, (void,))
    assert pushed(sides) == {"waiting": 1}
    say(sides, found, MatchDecision.SAME, void)
    assert pushed(sides, "r2") == {"linked": 1}
    assert sides.link(entity, "905").gone
    assert sides.push("creditApplication") == {"waiting" if entity == "credit" else "left out": 1}
    if entity == "credit":
        assert "is gone from QuickBooks" in sides.note("push_credit_applications", "905")[1]


@pytest.mark.case("F1l")
@pytest.mark.parametrize(
    "there",
    [
        {"CustomerRef": {"value": "99", "name": "Other Co"}},
        {"TotalAmt": Decimal("80")},
        {"TxnDate": "2025-08-10"},
    ],
    ids=["another customer", "another total", "another month"],
)
@pytest.mark.parametrize(("kind", "target", "entity"), TYPED)
def test_one_that_doubles_nothing_is_not_asked_about(
    sides: TwoSides, kind: str, target: str, entity: str, there: dict[str, Any]
) -> None:
    entered(sides, an_invoice(), a_credit(kind))
    typed(sides, target, **there)
    looked(sides)
    assert [*sides.store.matches.read_all(CONNECTION, target)] == []
    assert pushed(sides) == {"created": 1}
    assert sides.link(entity, "905").target == target


@pytest.mark.case("F1l")
def test_the_reference_of_a_refund_receipt_counts_as_its_number(sides: TwoSides) -> None:
    entered(sides, an_invoice(), a_credit("REFUND", paymentReference="R-2001", customerId="null"))
    there = typed(sides, "RefundReceipt", PaymentRefNum="R-2001", PaymentType="Check")
    looked(sides)
    found = match_of(sides, "RefundReceipt", "refund", "905")
    assert (found.grade, found.quickbooks_ids) == (Grade.CERTAIN, (there,))


@pytest.mark.case("F1l")
def test_a_credit_that_was_typed_there_is_applied_to_its_invoice_once_it_is_linked(
    sides: TwoSides,
) -> None:
    entered(sides, an_invoice(), a_credit())
    memo = typed(sides, "CreditMemo", TxnDate="2025-11-12")
    looked(sides)
    posted(sides)
    assert sides.push("credit") == {"waiting": 1}
    assert sides.push("creditApplication") == {"waiting": 1}
    assert "the credit memo of credit 905" in sides.note("push_credit_applications", "905")[1]
    say(sides, match_of(sides, "CreditMemo", "credit", "905"), MatchDecision.SAME, memo)
    assert pushed(sides, "r2") == {"linked": 1}
    assert sides.push("creditApplication") == {"created": 1}
    [applied] = sides.quickbooks.records["Payment"]
    linked = [one["LinkedTxn"][0] for one in applied["Line"]]
    invoice = sides.quickbooks.records["Invoice"][0]["Id"]
    assert linked == [
        {"TxnId": invoice, "TxnType": "Invoice"},
        {"TxnId": memo, "TxnType": "CreditMemo"},
    ]


@pytest.mark.case("F1l")
def test_in_review_a_credit_that_was_typed_there_and_its_application_are_planned(
    sides: TwoSides,
) -> None:
    entered(sides, an_invoice(), a_credit())
    typed(sides, "CreditMemo")
    looked(sides)
    for source in ("customer", "product", "invoice", "credit", "creditApplication"):
        assert sides.push(source, mode=Mode.REVIEW) == {"planned": 1}
    decided = {
        flow: sides.store.plans.read_many(CONNECTION, REVIEW, flow, ["905"])["905"].decision
        for flow in ("push_credits", "push_credit_applications")
    }
    assert decided == {
        "push_credits": Decision.LINK,
        "push_credit_applications": Decision.CREATE,
    }


def a_payout(sides: TwoSides) -> str:
    company = a_company()
    receivable = Account(id="84", name="Receivable", type="Accounts Receivable")
    accounts = (*company.accounts, receivable)
    known = company.model_copy(update={"accounts": accounts})
    sides.store.settings.save_company(CONNECTION, known)
    entered(sides, an_invoice(), a_credit("REFUND", invoiceId="null"))
    an_invoice_there(sides)
    customer = sides.quickbooks.records["Customer"][0]["Id"]
    return sides.in_quickbooks(
        "Purchase",
        TxnDate="2025-11-10",
        PaymentType="Check",
        AccountRef={"value": "35", "name": "Checking"},
        EntityRef={"value": customer, "name": "Blue Heron Plumbing", "type": "Customer"},
        TotalAmt=Decimal("4.00"),
        Line=[{"Amount": Decimal("4.00")}],
    )


@pytest.mark.case("F1l")
@pytest.mark.parametrize(
    ("decision", "outcome"),
    [(MatchDecision.SAME, "linked"), (MatchDecision.DIFFERENT, "created")],
)
def test_money_on_account_that_was_paid_out_by_hand_is_asked_about_and_never_certain(
    sides: TwoSides, decision: MatchDecision, outcome: str
) -> None:
    there = a_payout(sides)
    looked(sides)
    found = match_of(sides, "Purchase", "payout", "905")
    assert (found.grade, found.quickbooks_ids) == (Grade.LIKELY, (there,))
    assert pushed(sides) == {"waiting": 1}
    say(sides, found, decision, there if decision is MatchDecision.SAME else None)
    assert pushed(sides, "r2") == {outcome: 1}


@pytest.mark.case("F1l")
def test_money_that_was_paid_back_by_hand_is_not_compared_with_bills(sides: TwoSides) -> None:
    a_payout(sides)
    [out] = sides.quickbooks.records.pop("Purchase")
    sides.in_quickbooks("Bill", TxnDate=out["TxnDate"], TotalAmt=out["TotalAmt"])
    looked(sides)
    assert not [*sides.store.matches.read_all(CONNECTION, "Purchase")]
    assert not [*sides.store.matches.read_facts(CONNECTION, "Bill")]


@pytest.mark.case("F3g")
@pytest.mark.parametrize("how", ["match", "instruction"])
def test_the_application_of_a_credit_that_a_person_left_out_is_left_out_with_it(
    sides: TwoSides, how: str
) -> None:
    entered(sides, an_invoice(), a_credit())
    typed(sides, "CreditMemo", TxnDate="2025-11-12")
    looked(sides)
    posted(sides)
    assert sides.push("credit") == {"waiting": 1}
    assert sides.push("creditApplication") == {"waiting": 1}
    say(sides, match_of(sides, "CreditMemo", "credit", "905"), MatchDecision.LEFT_OUT)
    if how == "instruction":
        say(sides, match_of(sides, "CreditMemo", "credit", "905"), MatchDecision.DIFFERENT)
        [item] = sides.store.pending.read_all(CONNECTION, "push_credits")
        sides.store.instructions.keep(
            Instruction(
                connection_id=CONNECTION,
                flow=item.flow,
                record_id=item.record_id,
                wish=Wish.LEAVE_OUT,
                by="ann",
                at="2026-11-30T10:00:00+00:00",
            )
        )
    assert pushed(sides, "r2") == {"left out": 1}
    assert sides.push("creditApplication") == {"left out": 1}
    told = sides.note("push_credit_applications", "905")[1]
    assert told == "Its credit memo is left out, so that there is nothing to apply to its invoice."


@pytest.mark.case("F1l")
@pytest.mark.parametrize(("kind", "target", "_entity"), TYPED)
def test_nothing_is_read_of_credits_while_the_settings_post_none(
    sides: TwoSides, kind: str, target: str, _entity: str
) -> None:
    sides.save(settings())
    entered(sides, an_invoice(), a_credit(kind))
    typed(sides, target)
    looked(sides)
    assert sides.store.matches.look(CONNECTION)["read"] == ["Invoice"]
    assert pushed(sides) == {"refused": 1}
    assert "and not posted" in sides.note("push_credits", "905")[1]


@pytest.mark.case("F1l")
def test_what_is_decided_is_asked_again_where_the_memo_says_something_else_by_then(
    sides: TwoSides,
) -> None:
    entered(sides, an_invoice(), a_credit())
    memo = typed(sides, "CreditMemo")
    looked(sides)
    found = match_of(sides, "CreditMemo", "credit", "905")
    say(sides, found, MatchDecision.SAME, memo)
    sides.quickbooks.records["CreditMemo"][0]["TotalAmt"] = Decimal("40.00")
    assert pushed(sides) == {"refused": 1}
    assert "this has changed" in sides.note("push_credits", "905")[1]


@pytest.mark.case("F4j")
@pytest.mark.parametrize(
    ("kind", "side", "target"),
    [("CREDIT", "Credit", "CreditMemo"), ("REFUND", "Debit", "RefundReceipt")],
)
def test_a_credit_that_is_a_line_of_a_journal_entry_there_is_asked_about(
    sides: TwoSides, kind: str, side: str, target: str
) -> None:
    entered(sides, an_invoice(), a_credit(kind))
    an_invoice_there(sides, DocNumber="INV-5501")
    customer = {"value": sides.quickbooks.records["Customer"][0]["Id"]}
    own = journalled(sides, posting(side, "4.00", customer), day="2025-11-10")
    looked(sides)
    [found] = sides.store.matches.read_all(CONNECTION, target)
    assert found.quickbooks_ids == (f"JournalEntry:{own}/0",)
    assert pushed(sides) == {"waiting": 1}
    assert target not in sides.quickbooks.records


def a_check_to_him(sides: TwoSides, **members: Any) -> str:
    an_invoice_there(sides)
    him = sides.quickbooks.records["Customer"][0]["Id"]
    told = {"TxnDate": "2025-11-11", "TotalAmt": Decimal("4.00"), "PaymentType": "Check"}
    payee = {"value": him, "name": "Blue Heron Plumbing", "type": "Customer"}
    return sides.in_quickbooks("Purchase", **(told | {"EntityRef": payee} | members))


@pytest.mark.case("F17h")
def test_a_refund_that_was_typed_as_a_credit_memo_is_asked_about(sides: TwoSides) -> None:
    entered(sides, an_invoice(), a_credit("REFUND"))
    an_invoice_there(sides)
    him = sides.quickbooks.records["Customer"][0]["Id"]
    whom = {"CustomerRef": {"value": him, "name": "Blue Heron Plumbing"}}
    memo = sides.in_quickbooks(
        "CreditMemo", TxnDate="2025-11-11", TotalAmt=Decimal("4.00"), DocNumber="7", **whom
    )
    looked(sides)
    found = match_of(sides, "RefundReceipt", "refund", "905")
    assert found.quickbooks_ids == (f"CreditMemo:{memo}",)
    assert pushed(sides) == {"waiting": 1}
    say(sides, found, MatchDecision.SAME, f"CreditMemo:{memo}")
    assert pushed(sides, "r2") == {"left out": 1}


@pytest.mark.case("F1l")
def test_a_refund_that_was_typed_as_a_check_to_the_customer_is_asked_about(
    sides: TwoSides,
) -> None:
    entered(sides, an_invoice(), a_credit("REFUND"))
    check = a_check_to_him(sides)
    looked(sides)
    found = match_of(sides, "RefundReceipt", "refund", "905")
    assert found.quickbooks_ids == (f"Purchase:{check}",)
    assert pushed(sides) == {"waiting": 1}
    say(sides, found, MatchDecision.SAME, f"Purchase:{check}")
    assert pushed(sides, "r2") == {"left out": 1}
    assert not sides.quickbooks.records.get("RefundReceipt")


@pytest.mark.case("F1l")
@pytest.mark.parametrize(
    "members", [{"TotalAmt": Decimal("80")}, {"TxnDate": "2025-08-10"}, {"EntityRef": VENDOR}]
)
def test_another_check_is_no_refund(sides: TwoSides, members: dict[str, Any]) -> None:
    entered(sides, an_invoice(), a_credit("REFUND"))
    a_check_to_him(sides, **members)
    looked(sides)
    assert [*sides.store.matches.read_all(CONNECTION, "RefundReceipt")] == []
    assert pushed(sides) == {"created": 1}
