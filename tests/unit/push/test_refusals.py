from dataclasses import replace

import pytest

from connector.entities.customers import push as push_customers
from connector.errors import Fix, RecordError
from connector.model.outcomes import Outcome
from connector.model.pending import Need
from connector.push.worker import push
from tests.builders import (
    CONNECTION,
    a_customer,
    a_line,
    a_payment,
    a_product,
    an_invoice,
    settings,
)
from tests.unit.engine.world import World
from tests.unit.entities.sales.selling import an_order

ALL = ("customer", "product", "invoice", "payment")


@pytest.fixture
def world() -> World:
    return World()


def test_a_payment_waits_and_names_its_invoice_and_why_that_was_refused(world: World) -> None:
    world.find(a_customer(), a_product(), an_invoice(total="19.63"), a_payment())
    world.push(*ALL)
    outcome, reason = world.note("payment", "901")
    assert outcome is Outcome.WAITING
    assert reason.startswith("It is waiting for invoice INV-5501 of Blue Heron Plumbing, which")
    assert "its total says 19.63" in reason


def test_a_payment_asked_for_by_hand_before_its_invoice_is_an_error_that_says_so(
    world: World,
) -> None:
    world.find(a_customer(), a_product(), an_invoice(), a_payment())
    with pytest.raises(RecordError, match="waiting for invoice 5501"):
        world.push("payment", selection={"payment": ("901",)}, by_hand=True)


def test_by_hand_with_invoices_only_the_invoices_of_those_payments_go(world: World) -> None:
    world.find(
        a_customer(), a_product(), an_invoice(), an_invoice("5502"), a_payment(), a_payment("902")
    )
    world.push("customer", "product")
    chosen = {"selection": {"payment": ("901",)}, "by_hand": True}
    done = world.push("invoice", "payment", **chosen)
    assert done == {"invoice": {"created": 1}, "payment": {"created": 1}}
    assert world.left("invoice") == {"5502": "changed"}


CHOSEN = {"selection": {"payment": ("901",)}, "by_hand": True}


@pytest.mark.case("F14b")
def test_by_hand_with_invoices_the_checked_out_order_that_is_paid_goes_alone(world: World) -> None:
    orders = (
        an_order(),
        replace(an_order(salesOrderId="61002", orderNumber="SO-10002"), id="61002"),
    )
    world.find(a_customer(), a_product(), *orders, a_payment(invoiceId="61001"))
    world.push("customer", "product")
    done = world.push("invoice", "salesOrder", "payment", **CHOSEN)
    assert done == {"invoice": {}, "salesOrder": {"created": 1}, "payment": {"created": 1}}
    assert world.left("salesOrder") == {"61002": "changed"}


@pytest.mark.case("F14b")
def test_by_hand_with_invoices_no_estimate_is_made_of_an_open_order(world: World) -> None:
    order = an_order(status="WAITING_FOR_STOCK", checkoutDate="null")
    world.find(a_customer(), a_product(), order, a_payment(invoiceId="61001"))
    world.push("customer", "product")
    assert world.push("salesOrder", **CHOSEN) == {"salesOrder": {}}


@pytest.mark.case("F14b")
@pytest.mark.parametrize("standing", ["posted", "refused", "left out"])
def test_by_hand_no_order_goes_that_has_the_id_of_an_invoice_only(
    world: World, standing: str
) -> None:
    changes = {"refused": {"total": "12.00"}, "left out": {"status": "Draft"}}.get(standing, {})
    world.find(a_customer(), a_product(), an_invoice("61001", **changes), an_order())
    world.find(a_payment(invoiceId="61001"))
    world.push("customer", "product", "invoice")
    assert world.push("salesOrder", **CHOSEN) == {"salesOrder": {}}


def test_a_payment_pushed_before_is_unchanged_when_asked_for_by_hand(world: World) -> None:
    world.find(a_customer(), a_product(), an_invoice(), a_payment())
    world.push(*ALL)
    world.run_id = "r2"
    done = world.push("payment", selection={"payment": ("901",)}, by_hand=True)
    assert done == {"payment": {"unchanged": 1}}


def test_a_payment_nobody_has_seen_is_an_error_when_asked_for_by_hand(world: World) -> None:
    with pytest.raises(RecordError, match="no payment 999"):
        world.push("payment", selection={"payment": ("999",)}, by_hand=True)


def test_an_unknown_product_on_a_line_is_named_and_the_rest_goes_on(world: World) -> None:
    world.find(
        a_customer(),
        a_product(),
        an_invoice(lineItems={"lineItem": a_line(productId="999", productName="Ghost")}),
        an_invoice("5502"),
    )
    assert world.push(*ALL)["invoice"] == {"created": 1, "waiting": 1}
    assert 'product "Ghost"' in world.note("invoice", "5501")[1]


def test_an_unreadable_amount_is_refused_with_the_element_and_what_it_held(world: World) -> None:
    world.find(a_customer(), a_product(), an_invoice(total="twelve"))
    assert world.push("invoice") == {"invoice": {"refused": 1}}
    assert 'its total says "twelve"' in world.note("invoice", "5501")[1]


def test_a_missing_setting_refuses_only_products_and_names_itself(world: World) -> None:
    world.find(a_customer(), a_product())
    world.save(settings(income_account="sales"))
    assert world.push("customer", "product") == {
        "customer": {"created": 1},
        "product": {"refused": 1},
    }
    assert '"Income Account" says "sales"' in world.note("product", "307001")[1]
    assert "Did you mean Sales?" in world.note("product", "307001")[1]


def test_a_record_without_an_id_is_refused(world: World) -> None:
    world.find(a_customer(""))
    assert world.push("customer") == {"customer": {"refused": 1}}


def test_what_was_left_out_of_a_customer_is_told_on_its_outcome(world: World) -> None:
    contact = {"firstName": "Ana", "lastName": "Lopez", "email": "ana at home"}
    world.find(a_customer(contact=contact))
    world.push("customer")
    outcome, note = world.note("customer", "700001")
    assert outcome is Outcome.CREATED
    assert note == 'The e-mail "ana at home" was left out: it is not an address.'


def test_a_part_that_became_a_service_is_refused_in_words(world: World) -> None:
    world.find(a_product())
    world.push("product")
    world.find(a_product(type="SERVICES"))
    world.run_id = "r2"
    assert world.push("product") == {"product": {"refused": 1}}
    assert "It was a part when it was linked" in world.note("product", "307001")[1]


def test_a_native_link_to_nothing_is_refused_with_what_to_do(world: World) -> None:
    named = replace(push_customers.PUSH.records, external_id=lambda _record: "74,QBO")
    flow = replace(push_customers.PUSH, records=named)
    world.find(a_customer())
    push(flow, world.run())
    outcome, reason = world.note("customer", "700001")
    assert outcome is Outcome.REFUSED
    assert "Customer 74" in reason


def test_a_taken_name_is_refused_with_a_name_to_create_it_under(world: World) -> None:
    world.quickbooks.records["Customer"] = [
        {"Id": "9", "SyncToken": "0", "DisplayName": "Blue Heron Plumbing", "Active": False}
    ]
    world.find(a_customer())
    matching = replace(
        push_customers.PUSH.matching, another_name=lambda body: f"{body['DisplayName']} (Tampa)"
    )
    flow = replace(push_customers.PUSH, matching=matching)
    push(flow, world.run())
    item = next(world.store.pending.worklist(CONNECTION, flow.name))
    named = "Blue Heron Plumbing (Tampa)"
    assert Fix(action="create_as", label=f'Create it as "{named}"', target=named) in item.fixes


def test_what_waits_for_a_record_that_is_left_out_says_why_it_is(world: World) -> None:
    world.find(a_customer(prospectFlag="true"), a_product(), an_invoice())
    world.push("customer", "product", "invoice")
    assert "is left out: It is still a prospect" in world.note("invoice", "5501")[1]


def test_a_record_that_was_left_out_goes_once_the_settings_let_it(world: World) -> None:
    world.find(a_customer(prospectFlag="true"))
    assert world.push("customer") == {"customer": {"left out": 1}}
    world.save(settings(push_prospects=True))
    assert world.store.left_out.replay(CONNECTION, "push_customers", most=100) == 1
    world.run_id = "r2"
    assert world.push("customer") == {"customer": {"created": 1}}


def test_what_waits_is_planned_in_the_next_run_after_a_push_by_hand(world: World) -> None:
    world.find(a_customer(), a_product(), an_invoice(), a_payment(), a_payment("902"))
    world.push("customer", "product", "payment")
    chosen = {"selection": {"payment": ("901",)}, "by_hand": True}
    world.push("invoice", "payment", **chosen)
    assert world.left("payment") == {"902": "waiting"}
    assert world.store.pending.need(CONNECTION, "push_payments") is Need.START
