from decimal import Decimal

import pytest

from connector.model.links import Released
from connector.model.outcomes import Sum
from connector.model.undoing.undo import UndoState, UndoStep, UndoWay
from tests.builders import CONNECTION, a_customer, a_payment, an_invoice
from tests.unit.undo.world import NO_TAX, World

ALL = {
    "push_payments 901": UndoWay.DELETE,
    "push_invoices 5501": UndoWay.DELETE,
    "push_products 307001": UndoWay.DEACTIVATE,
    "push_customers 700001": UndoWay.DEACTIVATE,
}


def posted() -> World:
    """Return a world whose first run posted everything."""
    world = World()
    world.run("r1")
    return world


def test_a_preview_says_what_would_be_done_with_sums_and_changes_nothing() -> None:
    world = posted()
    before, calls = world.books.balances(), len(world.books.calls)

    told = world.preview("r1")

    assert {name: way for name, (way, _) in told.items()} == ALL
    assert list(told) == list(ALL), "what refers to others comes first"
    assert {one.partition(" ")[0] for one in world.books.calls[calls:]} == {"POST"}
    assert set(world.books.calls[calls:]) == {"POST query"}
    assert world.books.balances() == before
    undoing = world.store.undos.read(CONNECTION, "r1")
    assert undoing
    assert undoing.state is UndoState.PREVIEWED
    assert undoing.sums == {
        f"{UndoWay.DELETE}|push_invoices": Sum(1, Decimal("9.00")),
        f"{UndoWay.DELETE}|push_payments": Sum(1, Decimal("9.00")),
        f"{UndoWay.DEACTIVATE}|push_customers": Sum(1),
        f"{UndoWay.DEACTIVATE}|push_products": Sum(1),
    }


def test_what_was_undone_is_not_there_any_more_and_not_posted_again() -> None:
    world = World()
    began = world.books.balances()
    world.run("r1")

    told = world.undo("r1")

    assert {step for step, _ in told.values()} == {UndoStep.DONE}
    assert world.books.balances() == began
    assert world.books.all("Invoice") == world.books.all("Payment") == []
    assert [one["Active"] for one in world.books.all("Customer")] == [False]
    world.run("r2")
    world.run("r3")
    assert world.books.balances() == began
    assert world.books.all("Invoice") == []


def test_who_undid_a_record_is_said_wherever_it_is_left_out() -> None:
    world = posted()
    world.undo("r1")

    standing = world.store.links.read(CONNECTION, "invoice", "5501")
    left = world.store.left_out.read_many(CONNECTION, "push_invoices", ["5501"])

    assert isinstance(standing, Released)
    assert standing.undone
    assert (standing.undone.by, standing.undone.run_id) == ("ann", "r1")
    assert left["5501"].reason == (
        "It was undone by ann on 2026-03-02 12:00 UTC, with run r1: Invoice 1 was deleted in "
        "QuickBooks. Nothing of it is sent again before somebody asks for that."
    )


def test_a_later_edit_in_mobiwork_is_told_and_not_posted() -> None:
    world = posted()
    world.undo("r1")
    world.mobiwork.put(
        an_invoice(**NO_TAX, poNumber="PO 7", dueDate="Wed Dec 03 00:00:00 EST 2025")
    )

    world.run("r2")

    told = world.store.pending.read_many(CONNECTION, "push_invoices", ["5501"])["5501"]
    assert "was read again since" in str(told.reason)
    assert world.books.all("Invoice") == []
    world.run("r3")
    assert world.books.all("Invoice") == []


def test_a_new_document_of_what_was_undone_waits_and_says_why() -> None:
    world = posted()
    world.undo("r1")
    world.mobiwork.put(an_invoice("5502", **NO_TAX))

    world.run("r2")

    waits = world.store.pending.read_many(CONNECTION, "push_invoices", ["5502"])["5502"]
    assert "is left out: It was undone by ann" in str(waits.reason)


def test_an_invoice_that_somebody_else_paid_stays_with_all_it_needs() -> None:
    world = World()
    del world.mobiwork.records_of["payment"]
    world.run("r1")
    world.books.client.create(
        "Payment",
        {
            "CustomerRef": {"value": "1"},
            "TotalAmt": 4,
            "Line": [{"Amount": 4, "LinkedTxn": [{"TxnId": "1", "TxnType": "Invoice"}]}],
        },
        requestid="by-hand",
    )

    told = world.undo("r1")

    assert told["push_invoices 5501"] == (
        UndoStep.KEPT,
        "Invoice 1 is linked to Payment 2 in QuickBooks.",
    )
    assert told["push_customers 700001"] == (
        UndoStep.KEPT,
        "5.00 of Customer 1 is open, which QuickBooks would write off if it became inactive.",
    )
    assert len(world.books.all("Invoice")) == 1


def test_an_unpaid_invoice_goes_before_its_customer_whose_balance_goes_with_it() -> None:
    world = World()
    del world.mobiwork.records_of["payment"]
    world.run("r1")

    preview = world.preview("r1")
    told = world.undo("r1")

    assert "9.00 is open; it stays if anything is open then." in preview["push_customers 700001"][1]
    assert {step for step, _ in told.values()} == {UndoStep.DONE}


@pytest.mark.parametrize(
    ("entity", "own", "body"),
    [
        ("Invoice", "1", {"CustomerMemo": {"value": "Thanks"}}),
        ("Payment", "2", {"PrivateNote": "checked"}),
        ("Customer", "1", {"Notes": "Call after 5"}),
    ],
)
def test_what_somebody_changed_since_stays(entity: str, own: str, body: dict[str, object]) -> None:
    world = posted()
    world.preview("r1")
    world.books.act("edit", entity=entity, id=own, body=body)

    told = world.undo("r1")

    kept = {why for step, why in told.values() if step is UndoStep.KEPT}
    assert f"{entity} {own} was changed in QuickBooks since it was written." in kept


def test_a_deposited_payment_stays_and_so_does_its_invoice() -> None:
    world = posted()
    payment = world.books.client.read("Payment", "2")
    deposit = {
        "DepositToAccountRef": {"value": _account(world, "Checking")},
        "Line": [
            {
                "Amount": payment["TotalAmt"],
                "LinkedTxn": [{"TxnId": "2", "TxnType": "Payment", "TxnLineId": "0"}],
            }
        ],
    }
    world.books.client.create("Deposit", deposit, requestid="by-hand")

    told = world.undo("r1")

    assert told["push_payments 901"] == (
        UndoStep.KEPT,
        "Payment 2 is linked to Deposit 3 in QuickBooks.",
    )
    assert told["push_invoices 5501"][0] is UndoStep.KEPT


def _account(world: World, name: str) -> str:
    return str(next(one["Id"] for one in world.books.all("Account") if one["Name"] == name))


def test_books_that_are_closed_keep_their_documents() -> None:
    world = posted()
    world.books.world.switches.close_date = "2025-12-31"
    world.remember_company()

    told = world.undo("r1")

    assert told["push_payments 901"] == (
        UndoStep.KEPT,
        "Payment 2 is dated 2025-11-10, and the books in QuickBooks are closed up to 2025-12-31.",
    )


def test_what_was_paid_after_the_preview_stays() -> None:
    world = World()
    world.run("r1")
    world.preview("r1")
    world.mobiwork.put(a_payment("902", amount="0.00"))
    world.books.act("void", entity="Payment", id="2")
    world.asked("r1", UndoState.UNDOING)
    world.work("r1")

    told = {f"{one.flow} {one.mobiwork_id}": (one.step, one.why) for one in world.all("r1")}
    assert told["push_payments 901"] == (
        UndoStep.KEPT,
        "Payment 2 was voided in QuickBooks already.",
    )


def test_an_update_gets_back_what_was_there_before() -> None:
    world = posted()
    contact = {"firstName": "TBD", "lastName": "TBD", "email": "new@blueheron.example"}
    world.mobiwork.put(a_customer(contact=contact))
    world.run("r2")
    assert world.books.all("Customer")[0]["PrimaryEmailAddr"]["Address"] == "new@blueheron.example"

    told = world.undo("r2")

    assert told == {"push_customers 700001": (UndoStep.DONE, "Customer 1 gets back what it held.")}
    customer = world.books.all("Customer")[0]
    assert customer["PrimaryEmailAddr"]["Address"] == "office@blueheron.example"
    assert customer["PrimaryPhone"]["FreeFormNumber"] == "8135550100"
    world.run("r3")
    assert world.books.all("Customer")[0]["SyncToken"] == customer["SyncToken"]


def test_an_update_that_was_written_over_is_not_restored() -> None:
    world = posted()
    contact = {"firstName": "TBD", "lastName": "TBD", "email": "new@blueheron.example"}
    world.mobiwork.put(a_customer(contact=contact))
    world.run("r2")
    world.books.act("edit", entity="Customer", id="1", body={"Notes": "Call after 5"})

    told = world.undo("r2")

    assert told == {
        "push_customers 700001": (
            UndoStep.KEPT,
            "Customer 1 was changed in QuickBooks since it was written.",
        )
    }
    assert world.books.all("Customer")[0]["PrimaryEmailAddr"]["Address"] == "new@blueheron.example"
