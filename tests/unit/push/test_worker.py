from dataclasses import replace
from decimal import Decimal

import pytest

from connector.entities.customers import model
from connector.entities.customers import push as push_customers
from connector.errors import RejectedError
from connector.model.flows.push_flow import PushReferences
from connector.model.outcomes import Outcome
from connector.model.plans import Reference
from connector.push.worker import push
from tests.builders import (
    a_customer,
    a_line,
    a_payment,
    a_product,
    an_invoice,
    settings,
)
from tests.fakes import Record
from tests.unit.engine.world import World

ALL = ("customer", "product", "invoice", "payment")


@pytest.fixture
def world() -> World:
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
        "payment": {"created": 1, "waiting": 1, "left out": 1},
    }


def test_a_waiting_payment_goes_by_itself_once_its_invoice_is_corrected(world: World) -> None:
    masters = (a_customer(), a_product())
    world.find(*masters, an_invoice(total="19.63"), a_payment())
    world.push(*ALL)
    world.find(*masters, an_invoice(), a_payment())
    world.run_id = "r2"
    assert world.push(*ALL)["payment"] == {"created": 1}


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
    assert world.push("customer") == {"customer": {"linked": 1}}
    assert world.link("customer", "700001") == "1"


def test_two_customers_of_one_name_are_not_linked_to_the_same_record(world: World) -> None:
    world.find(a_customer(), a_customer("700002"))
    assert world.push("customer") == {"customer": {"created": 1, "refused": 1}}
    assert "belongs to customer 700001" in world.note("customer", "700002")[1]


@pytest.mark.case("M6")
def test_a_payment_of_an_invoice_that_owes_less_is_an_entry_and_no_credit(world: World) -> None:
    world.find(a_customer(), a_product(), an_invoice(), a_payment())
    world.push("customer", "product", "invoice")
    world.quickbooks.edit("Invoice", "3", Balance=Decimal("5.00"))

    def refuse_more_than_owed(_entity: str, body: Record) -> None:
        if body["Line"][0]["Amount"] > 5:
            raise RejectedError("More than is owed.", code="6000")

    world.quickbooks.before = refuse_more_than_owed
    assert world.push("payment") == {"payment": {"refused": 1}}
    assert "owes 5.00 in QuickBooks of 9.63" in world.note("payment", "901")[1]
    assert "Payment" not in world.quickbooks.records


@pytest.mark.case("M6b")
def test_a_payment_that_quickbooks_has_by_our_mark_is_linked_and_not_posted_again(
    world: World,
) -> None:
    world.find(a_customer(), a_product(), an_invoice(), a_payment())
    world.push("customer", "product", "invoice")
    in_quickbooks = {
        "PrivateNote": str(world.run().marker("payment", "901")),
        "TotalAmt": Decimal("9.63"),
    }
    ours = world.quickbooks.create("Payment", in_quickbooks, requestid="lost")
    applied = [{"TxnType": "Payment", "TxnId": ours["Id"]}]
    world.quickbooks.edit("Invoice", "3", Balance=Decimal(0), LinkedTxn=applied)

    def refuse(_entity: str, _body: Record) -> None:
        raise RejectedError("More than is owed.", code="6000")

    world.quickbooks.before = refuse
    assert world.push("payment") == {"payment": {"linked": 1}}
    assert (world.link("payment", "901"), len(world.quickbooks.records["Payment"])) == ("4", 1)


def test_an_invoice_that_quickbooks_totals_otherwise_is_posted_with_difference(
    world: World,
) -> None:
    world.find(a_customer(), a_product(), an_invoice())
    world.push("customer", "product")
    world.quickbooks.before = lambda _entity, body: body.update(TotalAmt=Decimal("9.62"))
    assert world.push("invoice") == {"invoice": {"posted with difference": 1}}
    assert (
        "total is 9.63 with 0.63 tax, but QuickBooks calculated 9.62"
        in world.note("invoice", "5501")[1]
    )


def test_the_quantity_is_sent_when_the_item_is_created_and_never_again(world: World) -> None:
    chosen = settings(
        handle_inventory=True, asset_account="Inventory Asset", inventory_start_date="2025-01-01"
    )
    world.save(chosen)
    world.find(a_product(quantity="12"))
    world.push("product")
    world.find(a_product(quantity="7", price="5.00"))
    world.run_id = "r2"
    assert world.push("product") == {"product": {"updated": 1}}
    item = world.quickbooks.records["Item"][0]
    assert (item["QtyOnHand"], item["UnitPrice"]) == (Decimal(12), Decimal("5.00"))


def test_a_record_that_the_native_connector_linked_is_adopted_by_its_id(world: World) -> None:
    named = replace(push_customers.PUSH.records, external_id=lambda _record: "1,QBO")
    flow = replace(push_customers.PUSH, records=named)
    world.quickbooks.create("Customer", {"DisplayName": "Heron, Blue"}, requestid="x")
    world.find(a_customer())
    report = push(flow, world.run())
    assert report.outcomes == {Outcome.LINKED: 1}
    assert world.quickbooks.records["Customer"][0]["DisplayName"] == "Heron, Blue"


def test_a_child_of_the_same_flow_follows_its_parent_in_the_same_run(world: World) -> None:
    def parent(customer: model.Customer, *_: object) -> tuple[Reference, ...]:
        if customer.id == "700009":
            return ()
        return (Reference("customer", str(int(customer.id or 0) + 1), "its parent"),)

    flow = replace(push_customers.PUSH, references=PushReferences(needed=parent))
    world.find(*[a_customer(f"70000{n}", companyName=f"Customer {n}") for n in range(6, 10)])
    assert push(flow, world.run()).outcomes == {Outcome.CREATED: 4}
