"""An invoice that is paid in QuickBooks by what does not count, or not so, in MobiWork any more."""

from datetime import UTC, datetime
from typing import Any

import pytest

from connector.changes import voided_documents
from connector.changes.company import ask_company
from connector.model.cursor import Cursor
from connector.model.outcomes import Outcome
from connector.quickbooks.responses import ChangeData
from tests.builders import CONNECTION, a_customer, a_payment, a_product, an_invoice
from tests.unit.api.simulated import QuickBooks, settings
from tests.unit.engine.world import World

MASTERS = (a_customer(), a_product(), an_invoice())
NOW = datetime(2026, 3, 1, tzinfo=UTC)
FIRST = "and does not count in MobiWork any more. Void or delete that one in QuickBooks"


@pytest.fixture(params=[False, True], ids=["no credits", "credits are posted"])
def paid(request: Any) -> World:
    """An invoice of 9.63 that is paid in QuickBooks by payment 901."""
    world = World(quickbooks=QuickBooks())  # type: ignore[arg-type]
    company = ask_company(world.quickbooks.books.client, now=NOW)  # type: ignore[attr-defined]
    world.store.settings.save_company(CONNECTION, company)
    world.save(settings(payments_on_account=request.param, start_date="2020-01-01"))
    world.find(*MASTERS, a_payment())
    assert world.push("customer", "product", "invoice", "payment")["payment"] == {"created": 1}
    world.run_id = "r2"
    return world


def pay(world: World, *payments: Any) -> dict[str, int]:
    world.find(*MASTERS, *payments)
    return world.push("payment", now=lambda: NOW)["payment"]


def metered(world: World) -> int:
    found: int = world.quickbooks.books.meter.metered  # type: ignore[attr-defined]
    return found


def voided(world: World) -> None:
    world.quickbooks.books.act("void", entity="Payment", id="2")  # type: ignore[attr-defined]
    [gone] = world.quickbooks.records["Payment"]
    changes = ChangeData(records={"Payment": [gone]}, deleted={}, time=NOW, truncated=False)
    cursor = Cursor(connection_id=CONNECTION, since=NOW, read_at=NOW)
    voided_documents.report(cursor, changes, now=NOW, store=world.store)


@pytest.mark.case("M9h")
@pytest.mark.parametrize("first", [(), (a_payment(status="NSF"),)], ids=["deleted", "bounced"])
def test_what_is_paid_anew_in_another_amount_waits_for_the_void_of_the_first(
    paid: World, first: tuple[Any, ...]
) -> None:
    halves = (a_payment("902", amount="4.63"), a_payment("903", amount="5.00"))
    assert pay(paid, *first, *halves)["waiting"] == 2
    outcome, reason = paid.note("payment", "902")
    assert outcome is Outcome.WAITING
    assert "made from payment 901" in reason
    assert FIRST in reason
    voided(paid)
    paid.run_id = "r3"
    assert pay(paid, *first, *halves)["created"] == 2
    assert {one["UnappliedAmt"] for one in paid.quickbooks.records["Payment"]} == {0}


@pytest.mark.case("M9h")
def test_it_costs_no_further_metered_call_while_it_waits(paid: World) -> None:
    pay(paid, a_payment("902", amount="12.00"))
    before = metered(paid)
    paid.run_id = "r3"
    assert paid.push("payment", now=lambda: NOW)["payment"] == {"waiting": 1}
    assert paid.left("payment") == {"901": "deleted", "902": "waiting"}
    assert metered(paid) == before


@pytest.mark.case("M9h")
def test_a_payment_that_was_lowered_here_leaves_no_credit_of_another_one(paid: World) -> None:
    assert pay(paid, a_payment(amount="5.00"), a_payment("902", amount="4.63"))["refused"] == 1
    assert (
        "made from payment 901 of 5.00, which was changed in MobiWork since"
        in paid.note("payment", "902")[1]
    )


@pytest.mark.case("M6a")
def test_a_credit_that_the_office_applied_is_told_with_what_it_is_of(paid: World) -> None:
    books = paid.quickbooks.books  # type: ignore[attr-defined]
    paid.find(*MASTERS, a_payment(), an_invoice("5502", invoiceNumber="INV-2"))
    paid.push("invoice")
    [owner] = [one["Id"] for one in books.all("Customer")]
    detail = {"ItemRef": {"value": "1"}, "TaxCodeRef": {"value": "NON"}}
    line = {"Amount": 4, "DetailType": "SalesItemLineDetail", "SalesItemLineDetail": detail}
    memo = {"CustomerRef": {"value": owner}, "TxnDate": "2025-11-12", "Line": [line]}
    credit = books.act("create", entity="CreditMemo", body=memo)["Id"]
    invoice = paid.link("invoice", "5502")
    linked = (("Invoice", invoice), ("CreditMemo", credit))
    lines = [{"Amount": 4, "LinkedTxn": [{"TxnType": one, "TxnId": own}]} for one, own in linked]
    body = {"CustomerRef": {"value": owner}, "TotalAmt": 0, "TxnDate": "2025-11-12", "Line": lines}
    number = books.act("create", entity="Payment", body=body)["Id"]
    pay(paid, a_payment(), a_payment("904", invoiceId="5502"))
    assert (
        f"Paid there: a credit of 4.00 (Payment {number} on 2025-11-12)."
        in paid.note("payment", "904")[1]
    )
