import json
from dataclasses import replace
from decimal import Decimal

import pytest

from connector.entities import customers
from connector.errors import RateLimitedError, RecordError, RejectedError
from connector.flow import Outcome, Reference
from connector.store import left_out, pending, pulled
from connector.store import settings as saved
from connector.sync.push import push
from tests.builders import (
    CONNECTION,
    a_customer,
    a_line,
    a_payment,
    a_product,
    an_invoice,
    settings,
)
from tests.fakes import Record, lost_answer, unreachable
from tests.unit.sync.world import World

ALL = ("customer", "product", "invoice", "payment")


class KilledError(Exception):
    """The worker died."""


def killed_before_the_link(step: str) -> None:
    if step == "answer received":
        raise KilledError


@pytest.fixture
def world(table: None) -> World:
    return World()


def test_an_invoice_and_its_payment_arrive_with_what_they_refer_to(world: World) -> None:
    world.find(a_customer(), a_product(), an_invoice(), a_payment())
    assert world.push(*ALL) == {source: {"created": 1} for source in ALL}
    invoice = world.quickbooks.records["Invoice"][0]
    assert invoice["CustomerRef"] == {"value": world.link("customer", "700001")}
    payment = world.quickbooks.records["Payment"][0]
    assert payment["Line"] == [
        {
            "Amount": Decimal("9.63"),
            "LinkedTxn": [{"TxnId": invoice["Id"], "TxnType": "Invoice"}],
        }
    ]


def test_a_second_run_after_the_same_reading_finds_nothing(world: World) -> None:
    records = (a_customer(), a_product(), an_invoice(), a_payment())
    world.find(*records)
    world.push(*ALL)
    world.find(*records)
    world.run_id = "r2"
    assert world.push(*ALL) == {source: {} for source in ALL}


def test_no_metered_call_is_made_for_records_that_go_through(world: World) -> None:
    world.find(a_customer(), a_product(), an_invoice(), a_payment())
    world.push(*ALL)
    assert world.quickbooks.queries == 0


def test_outcomes_add_up_to_what_was_found(world: World) -> None:
    world.find(
        a_customer(),
        a_customer("700002", companyName="-"),
        a_product(),
        an_invoice(),
        an_invoice("5502", customerId="700002"),
        an_invoice("5503", total="19.63"),
        a_payment(),
        a_payment("902", invoiceId="5502"),
        a_payment("903", status="FAILED"),
    )
    done = world.push(*ALL)
    assert done == {
        "customer": {"created": 1, "refused": 1},
        "product": {"created": 1},
        "invoice": {"created": 1, "waiting": 1, "refused": 1},
        "payment": {"created": 1, "waiting": 1, "unchanged": 1},
    }


def test_a_payment_waits_and_names_its_invoice_and_why_that_was_refused(world: World) -> None:
    world.find(a_customer(), a_product(), an_invoice(total="19.63"), a_payment())
    world.push(*ALL)
    outcome, reason = world.note("payment", "901")
    assert outcome is Outcome.WAITING
    assert "invoice 5501" in reason
    assert "its total says 19.63" in reason


def test_a_waiting_payment_goes_by_itself_once_its_invoice_is_corrected(world: World) -> None:
    masters = (a_customer(), a_product())
    world.find(*masters, an_invoice(total="19.63"), a_payment())
    world.push(*ALL)
    world.find(*masters, an_invoice(), a_payment())
    world.run_id = "r2"
    assert world.push(*ALL)["payment"] == {"created": 1}


def test_a_payment_asked_for_by_hand_before_its_invoice_is_an_error_that_says_so(
    world: World,
) -> None:
    world.find(a_customer(), a_product(), an_invoice(), a_payment())
    with pytest.raises(RecordError, match="waits for invoice 5501"):
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


def test_a_payment_pushed_before_is_unchanged_when_asked_for_by_hand(world: World) -> None:
    world.find(a_customer(), a_product(), an_invoice(), a_payment())
    world.push(*ALL)
    world.run_id = "r2"
    done = world.push("payment", selection={"payment": ("901",)}, by_hand=True)
    assert done == {"payment": {"unchanged": 1}}


def test_a_payment_nobody_has_seen_is_an_error_when_asked_for_by_hand(world: World) -> None:
    with pytest.raises(RecordError, match="no payment 999"):
        world.push("payment", selection={"payment": ("999",)}, by_hand=True)


def test_a_changed_customer_is_updated_with_only_what_changed(world: World) -> None:
    world.find(a_customer())
    world.push("customer")
    world.find(a_customer(companyName="Blue Heron Plumbing LLC"))
    world.run_id = "r2"
    assert world.push("customer") == {"customer": {"updated": 1}}
    stored = world.quickbooks.records["Customer"][0]
    assert (stored["DisplayName"], stored["SyncToken"]) == ("Blue Heron Plumbing LLC", "1")


def test_an_update_survives_a_change_of_another_field_in_quickbooks(world: World) -> None:
    world.find(a_customer())
    world.push("customer")
    world.quickbooks.edit("Customer", "1", Notes="calls after 5")
    world.find(a_customer(companyName="Blue Heron Plumbing LLC"))
    world.run_id = "r2"
    assert world.push("customer") == {"customer": {"updated": 1}}
    assert world.quickbooks.records["Customer"][0]["Notes"] == "calls after 5"


def test_the_same_field_changed_on_both_sides_is_refused_and_named(world: World) -> None:
    world.find(a_customer())
    world.push("customer")
    world.quickbooks.edit("Customer", "1", DisplayName="Heron Plumbing")
    world.find(a_customer(companyName="Blue Heron Plumbing LLC"))
    world.run_id = "r2"
    world.push("customer")
    outcome, reason = world.note("customer", "700001")
    assert outcome is Outcome.REFUSED
    assert "at once (name)" in reason


def test_a_pushed_invoice_is_not_pushed_again_when_it_changes(world: World) -> None:
    masters = (a_customer(), a_product())
    world.find(*masters, an_invoice())
    world.push("customer", "product", "invoice")
    line = a_line(quantity="4.0", total="18.0")
    world.find(*masters, an_invoice(lineItems={"lineItem": line}, total="18.63"))
    world.run_id = "r2"
    assert world.push("invoice") == {"invoice": {"unchanged": 1}}
    assert "changed in MobiWork after it was posted" in world.note("invoice", "5501")[1]
    assert len(world.quickbooks.records["Invoice"]) == 1


def test_a_customer_whose_name_exists_in_quickbooks_is_adopted_not_doubled(world: World) -> None:
    world.quickbooks.create("Customer", {"DisplayName": "Blue Heron Plumbing"}, requestid="x")
    world.find(a_customer())
    assert world.push("customer") == {"customer": {"adopted": 1}}
    assert world.link("customer", "700001") == "1"


def test_two_customers_of_one_name_are_not_linked_to_the_same_record(world: World) -> None:
    world.find(a_customer(), a_customer("700002"))
    assert world.push("customer") == {"customer": {"created": 1, "refused": 1}}
    assert "belongs to customer 700001" in world.note("customer", "700002")[1]


def test_a_lost_answer_is_looked_up_before_anything_is_sent_again(world: World) -> None:
    world.find(a_customer(), a_product(), an_invoice())
    world.push("customer", "product")
    world.quickbooks.after = lost_answer
    world.quickbooks.honours_request_ids = False
    assert world.push("invoice") == {"invoice": {"created": 1}}
    assert len(world.quickbooks.records["Invoice"]) == 1


def test_what_changed_while_an_answer_was_lost_is_sent_after_the_look(world: World) -> None:
    world.find(a_customer())
    world.checkpoint = killed_before_the_link
    with pytest.raises(KilledError):
        world.push("customer")
    world.checkpoint = lambda _step: None
    world.find(a_customer(companyName="Blue Heron Plumbing and Heating"))
    world.run_id = "r2"
    world.push("customer")
    assert [one["DisplayName"] for one in world.quickbooks.records["Customer"]] == [
        "Blue Heron Plumbing and Heating"
    ]
    assert world.left("customer") == {}


def test_an_unheard_invoice_whose_customer_was_merged_meanwhile_is_not_posted_twice(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.find(a_customer(), a_product(), an_invoice())
    world.push("customer", "product")
    world.checkpoint = killed_before_the_link
    with pytest.raises(KilledError):
        world.push("invoice")
    world.checkpoint = lambda _step: None
    loser = str(world.link("customer", "700001"))
    pulled.follow(
        CONNECTION,
        ("customer", "700001"),
        target="Customer",
        loser=loser,
        survivor="99",
        merged_into="",
    )
    world.quickbooks.records["Invoice"][0]["CustomerRef"] = {"value": "99"}
    everything = world.quickbooks.query
    monkeypatch.setattr(
        world.quickbooks,
        "query",
        lambda asked: (one for one in everything(asked) if _is_asked_for(one, asked)),
    )
    world.quickbooks.honours_request_ids = False
    world.run_id = "r2"
    world.push("invoice")
    assert len(world.quickbooks.records["Invoice"]) == 1


def _is_asked_for(record: Record, statement: str) -> bool:
    return f"CustomerRef = '{record['CustomerRef']['value']}'" in statement


def test_what_a_lagging_query_hides_is_not_doubled(world: World) -> None:
    world.find(a_customer(), a_product(), an_invoice())
    world.push("customer", "product")
    world.quickbooks.after = lost_answer
    world.quickbooks.hidden = True
    assert world.push("invoice") == {"invoice": {"created": 1}}
    assert len(world.quickbooks.records["Invoice"]) == 1


def test_quickbooks_down_leaves_everything_waiting_and_nothing_half(world: World) -> None:
    world.find(a_customer(), a_customer("700002", companyName="Second"), a_product())
    world.quickbooks.before = unreachable
    assert world.push("customer", "product") == {
        "customer": {"waiting": 2},
        "product": {"waiting": 1},
    }
    world.quickbooks.before = lambda _entity, _body: None
    world.run_id = "r2"
    assert world.push("customer", "product") == {
        "customer": {"created": 2},
        "product": {"created": 1},
    }


def test_a_throttled_company_rests_and_then_goes_on(world: World) -> None:
    world.find(a_customer(), a_customer("700002", companyName="Second"))
    calls = iter([True, False, False])

    def once(_entity: str, _body: Record) -> None:
        if next(calls):
            raise RateLimitedError("Slow down.", retry_after=60)

    world.quickbooks.before = once
    assert world.push("customer") == {"customer": {"created": 2}}
    assert world.clock.now == 60


def test_a_refused_record_is_sent_with_another_request_id_later(world: World) -> None:
    refusals = iter([True, False])

    def once(_entity: str, _body: Record) -> None:
        if next(refusals):
            raise RejectedError("The books are closed.", code="6200")

    world.quickbooks.before = once
    world.find(a_customer())
    assert world.push("customer") == {"customer": {"refused": 1}}
    assert world.left("customer") == {"700001": "refused"}
    world.find(a_customer(companyName="Blue Heron Plumbing LLC"))
    world.run_id = "r2"
    assert world.push("customer") == {"customer": {"created": 1}}


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
    saved.save_settings(CONNECTION, settings(income_account="sales"), saved_at="", saved_by="t")
    assert world.push("customer", "product") == {
        "customer": {"created": 1},
        "product": {"refused": 1},
    }
    assert '"Income Account" says "sales"' in world.note("product", "307001")[1]
    assert "Did you mean Sales?" in world.note("product", "307001")[1]


def test_a_record_without_an_id_is_refused(world: World) -> None:
    world.find(a_customer(""))
    assert world.push("customer") == {"customer": {"refused": 1}}


def test_time_running_out_asks_for_another_call_and_loses_nothing(world: World) -> None:
    world.find(*[a_customer(str(700000 + n), companyName=f"Customer {n}") for n in range(60)])
    left = iter([900.0, 10.0])
    first = push(customers.PUSH, world.run(remaining=lambda: next(left)))
    second = push(customers.PUSH, world.run())
    assert (first.more, first.outcomes) == (True, {Outcome.CREATED: 50})
    assert (second.more, second.outcomes) == (False, {Outcome.CREATED: 60})


def test_what_was_left_out_of_a_customer_is_told_on_its_outcome(world: World) -> None:
    contact = {"firstName": "Ana", "lastName": "Lopez", "email": "ana at home"}
    world.find(a_customer(contact=contact))
    world.push("customer")
    outcome, note = world.note("customer", "700001")
    assert outcome is Outcome.CREATED
    assert note == 'The e-mail "ana at home" was left out: it is not an address.'


def test_the_second_payment_of_an_invoice_that_owes_less_leaves_the_rest_as_credit(
    world: World,
) -> None:
    world.find(a_customer(), a_product(), an_invoice(), a_payment())
    world.push("customer", "product", "invoice")
    world.quickbooks.edit("Invoice", "3", Balance=Decimal("5.00"))

    def refuse_more_than_owed(_entity: str, body: Record) -> None:
        if body["Line"][0]["Amount"] > 5:
            raise RejectedError("More than is owed.", code="6000")

    world.quickbooks.before = refuse_more_than_owed
    assert world.push("payment") == {"payment": {"created": 1}}
    payment = world.quickbooks.records["Payment"][0]
    assert (payment["TotalAmt"], payment["Line"][0]["Amount"]) == (Decimal("9.63"), 5)


def test_an_invoice_that_quickbooks_totals_otherwise_is_posted_with_difference(
    world: World,
) -> None:
    world.find(a_customer(), a_product(), an_invoice())
    world.push("customer", "product")
    world.quickbooks.before = lambda _entity, body: body.update(TotalAmt=Decimal("9.62"))
    assert world.push("invoice") == {"invoice": {"posted with difference": 1}}
    assert (
        "total is 9.63 with 0.63 tax, QuickBooks made it 9.62" in world.note("invoice", "5501")[1]
    )


def test_a_part_that_became_a_service_is_refused_in_words(world: World) -> None:
    world.find(a_product())
    world.push("product")
    world.find(a_product(type="SERVICES"))
    world.run_id = "r2"
    assert world.push("product") == {"product": {"refused": 1}}
    assert "It was a part when it was linked" in world.note("product", "307001")[1]


def test_the_quantity_is_sent_when_the_item_is_created_and_never_again(world: World) -> None:
    chosen = settings(
        handle_inventory=True, asset_account="Inventory Asset", inventory_start_date="2025-01-01"
    )
    saved.save_settings(CONNECTION, chosen, saved_at="", saved_by="t")
    world.find(a_product(quantity="12"))
    world.push("product")
    world.find(a_product(quantity="7", price="5.00"))
    world.run_id = "r2"
    assert world.push("product") == {"product": {"updated": 1}}
    item = world.quickbooks.records["Item"][0]
    assert (item["QtyOnHand"], item["UnitPrice"]) == (Decimal(12), Decimal("5.00"))


def test_a_pushed_invoice_deleted_in_mobiwork_is_reported_and_left_in_quickbooks(
    world: World,
) -> None:
    masters = (a_customer(), a_product())
    world.find(*masters, an_invoice())
    world.push("customer", "product", "invoice")
    world.find(*masters)
    assert world.left("invoice") == {"5501": "deleted"}
    assert len(world.quickbooks.records["Invoice"]) == 1


def test_a_record_deleted_before_it_was_pushed_is_not_pending_any_more(world: World) -> None:
    world.find(a_customer(), a_customer("700002", companyName="Second"))
    world.find(a_customer())
    assert world.left("customer") == {"700001": "changed"}


def test_a_deleted_record_that_comes_back_is_pushed_as_before(world: World) -> None:
    world.find(a_customer())
    world.push("customer")
    world.find()
    world.find(a_customer(companyName="Blue Heron LLC"))
    world.run_id = "r2"
    assert world.push("customer") == {"customer": {"updated": 1}}


def test_a_record_that_the_native_connector_linked_is_adopted_by_its_id(world: World) -> None:
    flow = replace(customers.PUSH, native_id=lambda _record, _form: "1")
    world.quickbooks.create("Customer", {"DisplayName": "Heron, Blue"}, requestid="x")
    world.find(a_customer())
    report = push(flow, world.run())
    assert report.outcomes == {Outcome.ADOPTED: 1}
    assert world.quickbooks.records["Customer"][0]["DisplayName"] == "Heron, Blue"


def test_a_native_link_to_nothing_is_refused_with_what_to_do(world: World) -> None:
    flow = replace(customers.PUSH, native_id=lambda _record, _form: "74")
    world.find(a_customer())
    push(flow, world.run())
    outcome, reason = world.note("customer", "700001")
    assert outcome is Outcome.REFUSED
    assert "Customer 74" in reason


def test_a_child_of_the_same_flow_follows_its_parent_in_the_same_run(world: World) -> None:
    def parent(customer: customers.Customer) -> tuple[Reference, ...]:
        if customer.id == "700009":
            return ()
        return (Reference("customer", str(int(customer.id or 0) + 1), "its parent"),)

    flow = replace(customers.PUSH, refers_to=parent)
    world.find(*[a_customer(f"70000{n}", companyName=f"Customer {n}") for n in range(6, 10)])
    assert push(flow, world.run()).outcomes == {Outcome.CREATED: 4}


def test_a_list_that_suddenly_lacks_most_records_marks_none_as_deleted(world: World) -> None:
    world.find(*[a_customer(str(700000 + n), companyName=f"Customer {n}") for n in range(30)])
    found = world.find(a_customer("700001", companyName="Customer 1"))
    assert found["push_customers"].deleted == 0
    assert "listed 1 of 30 known records" in found["push_customers"].problem


def test_a_taken_name_is_refused_with_a_name_to_create_it_under(world: World) -> None:
    world.quickbooks.records["Customer"] = [
        {"Id": "9", "SyncToken": "0", "DisplayName": "Blue Heron Plumbing", "Active": False}
    ]
    world.find(a_customer())
    flow = replace(customers.PUSH, another_name=lambda body: f"{body['DisplayName']} (Tampa)")
    push(flow, world.run())
    item = next(pending.worklist(CONNECTION, flow.name))
    named = "Blue Heron Plumbing (Tampa)"
    assert ["create_as", f'Create it as "{named}"', named] in json.loads(item.fixes)


def test_what_waits_for_a_record_that_is_left_out_says_why_it_is(world: World) -> None:
    world.find(a_customer(prospectFlag="true"), a_product(), an_invoice())
    world.push("customer", "product", "invoice")
    assert "is left out: It is a prospect" in world.note("invoice", "5501")[1]


def test_a_record_that_was_left_out_goes_once_the_settings_let_it(world: World) -> None:
    world.find(a_customer(prospectFlag="true"))
    assert world.push("customer") == {"customer": {"unchanged": 1}}
    saved.save_settings(CONNECTION, settings(push_prospects=True), saved_at="", saved_by="t")
    assert left_out.replay_all(CONNECTION, "push_customers") == 1
    world.run_id = "r2"
    assert world.push("customer") == {"customer": {"created": 1}}


def test_what_waits_is_planned_in_the_next_run_after_a_push_by_hand(world: World) -> None:
    world.find(a_customer(), a_product(), an_invoice(), a_payment(), a_payment("902"))
    world.push("customer", "product", "payment")
    chosen = {"selection": {"payment": ("901",)}, "by_hand": True}
    world.push("invoice", "payment", **chosen)
    assert world.left("payment") == {"902": "changed"}


def test_an_invoice_voided_in_mobiwork_after_the_push_is_told_and_not_mirrored(
    world: World,
) -> None:
    masters = (a_customer(), a_product())
    world.find(*masters, an_invoice())
    world.push("customer", "product", "invoice")
    world.find(*masters, an_invoice(status="VOID", total="0.00"))
    world.run_id = "r2"
    assert world.push("invoice") == {"invoice": {"unchanged": 1}}
    assert world.left("invoice") == {"5501": "deleted"}
    assert "void or delete it there" in world.note("invoice", "5501")[1]


def test_a_void_invoice_is_not_pushed(world: World) -> None:
    world.find(a_customer(), a_product(), an_invoice(status="VOID"))
    assert world.push("customer", "product", "invoice")["invoice"] == {"unchanged": 1}
    assert "Invoice" not in world.quickbooks.records
