from typing import Any

import pytest

from connector.entities.registry import BY_ENTITY
from connector.mobiwork.xml import RawRecord
from connector.model.outcomes import Tally
from connector.model.pending import PendingItem
from connector.model.policy.postable import Question
from tests.builders import (
    CONNECTION,
    a_company,
    a_customer,
    a_line,
    a_payment,
    a_product,
    an_invoice,
    settings,
)
from tests.unit.engine.world import World

LARGER: dict[str, Any] = {
    "lineItems": {"lineItem": [a_line(), a_line()]},
    "subTotal": "18.00",
    "taxAmount": "1.26",
    "total": "19.26",
}


@pytest.fixture
def world() -> World:
    """Have an invoice of 9.63 and its payment in QuickBooks."""
    world = World()
    world.find(a_customer(), a_product(), an_invoice(), a_payment())
    world.push("customer", "product", "invoice", "payment")
    return world


def seen_again(world: World, source: str, *records: RawRecord) -> PendingItem | None:
    """Let MobiWork show other records; return the entry of the worklist, if there is one."""
    world.run_id = "r2"
    world.find(a_customer(), a_product(), *records)
    world.push(source)
    entries = list(world.store.pending.worklist(CONNECTION, BY_ENTITY[source].name))
    assert len(entries) <= 1
    return entries[0] if entries else None


def reason(entry: PendingItem | None) -> str:
    assert entry is not None
    return entry.reason or ""


@pytest.mark.case("M1")
def test_a_draft_is_posted_only_once_its_status_says_so_and_at_that_total(world: World) -> None:
    draft = an_invoice("5502", status="OPEN")
    world.run_id = "r2"
    world.find(a_customer(), a_product(), an_invoice(), draft)
    assert world.push("invoice")["invoice"] == {"left out": 1}
    world.run_id = "r3"
    world.find(a_customer(), a_product(), an_invoice(), an_invoice("5502", **LARGER))
    assert world.push("invoice")["invoice"] == {"created": 1}
    assert [str(one["TotalAmt"]) for one in world.quickbooks.records["Invoice"]] == [
        "9.63",
        "19.26",
    ]


@pytest.mark.case("M1a")
def test_an_amount_that_changes_after_the_post_is_an_entry_with_both_totals(world: World) -> None:
    told = reason(seen_again(world, "invoice", an_invoice(**LARGER), a_payment()))
    assert "The amount was 9.63 and is 19.26 now." in told
    assert "The sales tax was 0.63 and is 1.26 now." in told
    assert "stays as it was posted" in told


@pytest.mark.case("M1f")
def test_a_payment_of_what_changed_after_the_post_leaves_no_credit(world: World) -> None:
    world.find(a_customer(), a_product(), an_invoice(), an_invoice("5502"))
    world.push("invoice")
    world.run_id = "r2"
    world.find(
        a_customer(),
        a_product(),
        an_invoice(),
        an_invoice("5502", **LARGER),
        a_payment("902", invoiceId="5502", amount="19.26"),
    )
    world.push("invoice", "payment")
    posted = world.quickbooks.records["Payment"][-1]
    assert [str(one["Amount"]) for one in posted["Line"]] == ["19.26"]


@pytest.mark.case("M1b")
@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"customerId": "700002"}, "The customer was 700001 and is 700002 now."),
        (
            {"invoiceDate": "Mon Nov 03 00:00:00 EST 2025"},
            "The date was 2025-11-02 and is 2025-11-03 now.",
        ),
        (
            {"taxAmount": "0.00", "total": "9.00"},
            "The sales tax was 0.63 and is 0.00 now.",
        ),
        (
            {"dueDate": "Wed Dec 03 00:00:00 EST 2025"},
            "The due date was 2025-12-02 and is 2025-12-03 now.",
        ),
    ],
)
def test_party_date_and_tax_that_change_after_the_post_are_entries(
    world: World, changes: dict[str, Any], told: str
) -> None:
    assert told in reason(seen_again(world, "invoice", an_invoice(**changes), a_payment()))


@pytest.mark.case("M1j")
@pytest.mark.parametrize(
    ("changes", "told"),
    [
        (
            {"lineItems": {"lineItem": [a_line(productId="307002")]}},
            "The product 307001 was 2 for 9.00 taxable and is nothing now. The product 307002 was "
            "nothing and is 2 for 9.00 taxable now.",
        ),
        (
            {"lineItems": {"lineItem": [a_line(quantity="1", price="9")]}},
            'The product "Copper elbow 307001" was 2 for 9.00 taxable and is 1 for 9.00 taxable',
        ),
        (
            {"lineItems": {"lineItem": [a_line(taxable="false")]}},
            'The product "Copper elbow 307001" was 2 for 9.00 taxable and is 2 for 9.00 now.',
        ),
        (
            {"shippingCost": "2", "discountAmount": "2"},
            "The discount was nothing and is 2.00 now. The shipping was nothing and is 2.00 now.",
        ),
    ],
)
def test_what_was_sold_that_changes_at_the_same_total_is_an_entry_with_both_figures(
    world: World, changes: dict[str, Any], told: str
) -> None:
    assert told in reason(seen_again(world, "invoice", an_invoice(**changes), a_payment()))


@pytest.mark.case("M1k")
def test_lines_that_say_the_same_otherwise_are_no_entry(world: World) -> None:
    halves = [a_line(quantity="1", total="4.50"), a_line(quantity="1.0", total="4.5")]
    changed = an_invoice(lineItems={"lineItem": [{"description": "Thanks"}, *halves]})
    assert seen_again(world, "invoice", changed, a_payment()) is None


@pytest.mark.case("M1c")
def test_a_change_is_told_though_it_could_not_be_posted_any_more(world: World) -> None:
    world.store.settings.save_company(CONNECTION, a_company(closed_until="2026-12-31"))
    changed = an_invoice(total="700.00", customerId="700009")
    told = reason(seen_again(world, "invoice", changed, a_payment()))
    assert "The amount was 9.63 and is 700.00 now." in told


@pytest.mark.case("M1d")
@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"amount": "5.00"}, "The amount was 9.63 and is 5.00 now."),
        ({"invoiceId": "5502"}, "The invoice was 5501 and is 5502 now."),
        ({"invoiceId": "0"}, "The invoice was 5501 and is nothing now."),
        ({"paymentDate": "2025/11/11"}, "The date was 2025-11-10 and is 2025-11-11 now."),
    ],
)
def test_a_payment_that_changes_after_the_post_is_an_entry(
    world: World, changes: dict[str, Any], told: str
) -> None:
    assert told in reason(seen_again(world, "payment", an_invoice(), a_payment(**changes)))


@pytest.mark.case("M1d")
def test_what_changed_of_a_payment_is_told_once_and_with_mobiworks_own_numbers(
    world: World,
) -> None:
    moved = a_payment(invoiceId="5502", amount="9.00", paymentMethod="Cash")
    told = reason(seen_again(world, "payment", an_invoice(), an_invoice("5502"), moved))
    assert "The amount was 9.63 and is 9.00 now." in told
    assert "The invoice was 5501 and is 5502 now." in told
    assert "line 1" not in told
    assert told.count("method") == 1


@pytest.mark.case("M3b")
def test_of_a_posted_draft_nobody_says_that_it_will_be_posted(world: World) -> None:
    told = reason(seen_again(world, "invoice", an_invoice(status="Draft"), a_payment()))
    assert told.startswith('Its status is "Draft": its lines can still change. It is in QuickBooks')


@pytest.mark.case("M1e")
def test_what_only_the_settings_changed_is_no_entry(world: World) -> None:
    world.save(settings(send_tax=False, online_card_payment=True))
    assert seen_again(world, "invoice", an_invoice(comments="Thanks"), a_payment()) is None


@pytest.mark.case("M3a")
@pytest.mark.parametrize(
    "status", ["REFUNDED", "CHARGEBACK", "Payment failed", "NSF", "SCHEDULED", "Voided"]
)
def test_a_posted_payment_that_becomes_bad_is_an_entry(world: World, status: str) -> None:
    told = reason(seen_again(world, "payment", an_invoice(), a_payment(status=status)))
    assert told.startswith(f'Its status is "{status}": ')
    assert "It is in QuickBooks already" in told


@pytest.mark.case("M3b")
@pytest.mark.parametrize("status", ["Void - duplicate", "Refunded", "Draft", "On hold"])
def test_a_posted_invoice_that_becomes_bad_is_an_entry(world: World, status: str) -> None:
    told = reason(seen_again(world, "invoice", an_invoice(status=status), a_payment()))
    assert told.startswith(f'Its status is "{status}": ')


@pytest.mark.case("M3c")
def test_a_posted_invoice_of_an_undecided_status_is_still_compared(world: World) -> None:
    changed = an_invoice(status="Collections", **LARGER)
    assert "The amount was 9.63" in reason(seen_again(world, "invoice", changed, a_payment()))


@pytest.mark.case("M3d")
@pytest.mark.parametrize(
    ("source", "changes"),
    [
        ("invoice", {"status": "Superseded"}),
        ("payment", {"status": "Account frozen"}),
        ("payment", {"status": "Partially refunded"}),
    ],
)
def test_what_a_posted_record_says_now_is_asked_about_where_nobody_decided_it(
    world: World, source: str, changes: dict[str, Any]
) -> None:
    invoice = an_invoice(**changes) if source == "invoice" else an_invoice()
    payment = a_payment(**changes) if source == "payment" else a_payment()
    entry = seen_again(world, source, invoice, payment)
    (said,) = changes.values()
    assert f'1 {source} of 9.63 with the status "{said}" is in QuickBooks already' in reason(entry)
    assert len(world.quickbooks.records["Payment"]) == 1


@pytest.mark.case("M3f")
def test_what_is_posted_is_no_money_that_a_question_holds_back(world: World) -> None:
    paid, another = a_payment(status="On the way"), a_payment("902", amount="2.00", status="")
    second = a_payment("903", amount="3.00", status="On the way")
    world.run_id = "r2"
    world.find(a_customer(), a_product(), an_invoice(), paid, another, second)
    world.push("payment")
    told = {
        one.label: one.reason or ""
        for one in world.store.pending.worklist(CONNECTION, BY_ENTITY["payment"].name)
    }
    assert told['2 payments with the status "On the way"'].startswith(
        '1 payment of 3.00 with the status "On the way" waits for a decision. 1 more payment of '
        '9.63 with the status "On the way" is in QuickBooks already and stays there as posted.'
    )
    tally = Tally.of(world.store.runs.outcomes(CONNECTION, "r2", "push_payments"))
    assert tally.as_json()["worth"] == {"waiting": "5.00"}


@pytest.mark.case("M3g")
def test_a_payment_refunded_in_part_tells_what_was_refunded_and_what_is_left(
    world: World,
) -> None:
    refunded = a_payment(status="PARTIALLY_REFUNDED", refundedAmount="3.00")
    told = reason(seen_again(world, "payment", an_invoice(), refunded))
    assert "The refunded amount was 0.00 and is 3.00 (6.63 is left) now." in told


@pytest.mark.case("M3g")
def test_before_it_is_posted_the_question_says_that_the_whole_would_be(world: World) -> None:
    refunded = a_payment("902", status="PARTIALLY_REFUNDED", refundedAmount="3.00")
    entry = seen_again(world, "payment", an_invoice(), a_payment(), refunded)
    assert "Each is posted at its whole amount" in reason(entry)
    _, told = world.note("payment", "902")
    assert told.endswith("Refunded of it: 3.00 (6.63 is left).")


@pytest.mark.case("M3h")
def test_what_waits_for_a_decision_keeps_its_question_and_goes_on_when_it_changes(
    world: World,
) -> None:
    seen_again(world, "payment", an_invoice(), a_payment(), a_payment("902", status="On the way"))
    (item,) = world.store.pending.undecided(CONNECTION, "push_payments")
    assert item.question == Question(
        "status", "On the way", "payment_statuses", "left_out_statuses"
    )
    world.run_id = "r3"
    world.find(a_customer(), a_product(), an_invoice(), a_payment(), a_payment("902"))
    assert world.push("payment") == {"payment": {"created": 1}}
    assert world.left("payment") == {}


@pytest.mark.case("M3h")
def test_what_is_deleted_while_it_waits_for_a_decision_is_asked_about_no_more(
    world: World,
) -> None:
    seen_again(world, "payment", an_invoice(), a_payment(), a_payment("902", status="On the way"))
    assert seen_again(world, "payment", an_invoice(), a_payment()) is None


@pytest.mark.case("M3d")
def test_a_decision_ends_the_question_about_what_is_posted(world: World) -> None:
    overdue = an_invoice(status="Overdue")
    seen_again(world, "invoice", overdue, a_payment())
    world.save(settings(invoice_statuses=("Customer Invoiced", "Overdue")))
    world.store.pending.replay(CONNECTION, BY_ENTITY["invoice"].name, "5501")
    assert seen_again(world, "invoice", overdue, a_payment()) is None
    assert len(world.quickbooks.records["Invoice"]) == 1


@pytest.mark.case("M3e")
def test_a_posted_invoice_is_not_updated_while_nobody_decided_on_its_status(world: World) -> None:
    world.save(settings(repush_invoices=True))
    entry = seen_again(world, "invoice", an_invoice(status="Superseded", **LARGER), a_payment())
    assert 'with the status "Superseded" is in QuickBooks already' in reason(entry)
    (invoice,) = world.quickbooks.records["Invoice"]
    assert str(invoice["TotalAmt"]) == "9.63"
