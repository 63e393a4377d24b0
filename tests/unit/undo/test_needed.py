from connector.model.links import Link
from connector.model.undoing.undo import UndoState, UndoStep, UndoWay
from connector.undo.needed import referred_to
from tests.builders import CONNECTION, a_payment, an_invoice
from tests.unit.undo.world import NO_TAX, World


def unpaid() -> World:
    """Return a world whose first run posted an invoice that nobody has paid yet."""
    world = World()
    del world.mobiwork.records_of["payment"]
    world.run("r1")
    return world


def test_an_invoice_that_a_later_run_paid_stays_with_all_it_needs() -> None:
    world = unpaid()
    world.mobiwork.put(a_payment(amount="9.00"))
    world.run("r2")

    told = world.undo("r1")

    assert told == {
        "push_invoices 5501": (UndoStep.KEPT, "Invoice 1 is linked to Payment 2 in QuickBooks."),
        "push_products 307001": (UndoStep.KEPT, f"{_item(world)} is still needed by Invoice 1."),
        "push_customers 700001": (UndoStep.KEPT, "Customer 1 is still needed by Invoice 1."),
    }
    assert [one["Active"] for one in world.books.all("Customer")] == [True]


def _item(world: World) -> str:
    link = world.store.links.read(CONNECTION, "product", "307001")
    assert isinstance(link, Link)
    return f"Product {link.quickbooks_id}"


def test_an_invoice_that_is_paid_after_the_preview_stays_with_all_it_needs() -> None:
    world = unpaid()
    planned = world.preview("r1")
    assert UndoWay.KEEP not in {way for way, _ in planned.values()}
    payment = {
        "CustomerRef": {"value": "1"},
        "TotalAmt": 9,
        "Line": [{"Amount": 9, "LinkedTxn": [{"TxnId": "1", "TxnType": "Invoice"}]}],
    }
    world.books.client.create("Payment", payment, requestid="by-hand")

    world.asked("r1", UndoState.UNDOING)
    world.work("r1")

    assert {one.step for one in world.all("r1")} == {UndoStep.KEPT}
    assert "is still needed by Invoice 1." in world.entries("r1")["push_customers 700001"][1]


def test_a_customer_whom_a_later_run_invoiced_stays_active() -> None:
    world = World()
    world.run("r1")
    world.mobiwork.put(an_invoice("5502", **NO_TAX))
    world.mobiwork.put(a_payment("902", invoiceId="5502", amount="9.00", paymentReference="9"))
    world.run("r2")
    later = world.store.links.read(CONNECTION, "invoice", "5502")
    assert isinstance(later, Link)

    told = world.undo("r1")

    needed = f"is still needed by Invoice {later.quickbooks_id}."
    assert told["push_invoices 5501"][0] is UndoStep.DONE
    assert told["push_customers 700001"] == (UndoStep.KEPT, f"Customer 1 {needed}")
    assert told["push_products 307001"] == (UndoStep.KEPT, f"{_item(world)} {needed}")


def test_a_customer_for_whom_somebody_entered_a_document_stays_active() -> None:
    world = unpaid()
    line = {"Amount": 5, "DetailType": "SalesItemLineDetail", "SalesItemLineDetail": {}}
    line["SalesItemLineDetail"] = {"ItemRef": {"value": "1"}}
    quote = {"CustomerRef": {"value": "1"}, "Line": [line]}
    own = world.books.client.create("Estimate", quote, requestid="by-hand")["Id"]

    told = world.undo("r1")

    assert told["push_invoices 5501"][0] is UndoStep.DONE
    assert told["push_customers 700001"] == (
        UndoStep.KEPT,
        f"Customer 1 is needed by Estimate {own} in QuickBooks.",
    )


def test_what_a_run_needs_goes_once_the_other_run_is_undone() -> None:
    world = unpaid()
    world.mobiwork.put(a_payment(amount="9.00"))
    world.run("r2")
    world.undo("r1")
    world.undo("r2")

    told = world.undo("r1")

    assert {step for step, _ in told.values()} == {UndoStep.DONE}
    assert [one["Active"] for one in world.books.all("Customer")] == [False]


def test_a_second_preview_keeps_what_was_undone_in_sight() -> None:
    world = World()
    world.run("r1")
    told = world.undo("r1")
    before = world.store.undos.read(CONNECTION, "r1")
    assert before
    assert before.state is UndoState.DONE

    world.preview("r1")

    after = world.store.undos.read(CONNECTION, "r1")
    assert after
    assert len(told) == 4
    assert {one.step for one in world.all("r1")} == {UndoStep.DONE}
    assert after.sums == before.sums
    assert sum((one.count for one in after.sums.values()), 0) == 4


def test_a_body_refers_to_entries_of_lists_in_its_head_and_its_lines() -> None:
    line = {"ItemRef": {"value": "7"}, "CustomerRef": {"value": "3"}}
    body = {
        "VendorRef": {"value": "5"},
        "EntityRef": {"value": "6", "type": "Vendor"},
        "Line": [{"Amount": 1, "ItemBasedExpenseLineDetail": line}],
    }
    found = {("Vendor", "5"), ("Vendor", "6"), ("Item", "7"), ("Customer", "3")}
    assert set(referred_to(body)) == found
    assert set(referred_to({"EntityRef": {"value": "6"}})) == {("Vendor", "6"), ("Customer", "6")}
