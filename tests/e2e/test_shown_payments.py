import random
from typing import Any

import pytest
import requests

from connector.mobiwork.client import MobiWork
from connector.quickbooks.query import select
from tests.builders import CONNECTION, settings
from tests.e2e.both_sides import BothSides
from tests.e2e.conftest import ASSUMED, Judge
from tests.e2e.people import People


@pytest.fixture
def sides(judge: Judge, account: tuple[str, MobiWork]) -> BothSides:
    """Return two sides with two invoices, of which QuickBooks has the first one paid."""
    judge.admin("reset", {})
    requests.post(f"{account[0]}/_sim/reset", params={"empty": "true"}, timeout=60)
    sides = BothSides(
        connection_id=CONNECTION,
        quickbooks=judge.client,
        quickbooks_url=judge.url,
        mobiwork=account[1],
        mobiwork_url=account[0],
        chosen=settings(
            income_account="Sales of Product Income", show_payments=True, capabilities=ASSUMED
        ),
    )
    people = People(sides, random.Random(7))  # noqa: S311
    people.adds_customer_here()
    people.adds_item_there()
    sides.rest()
    for _ in range(2):
        people.invoices_here()
    sides.rest()
    people.pays_there()
    sides.rest()
    return sides


def payment(sides: BothSides) -> dict[str, Any]:
    (found,) = sides.quickbooks.query(select("Payment"))
    return dict(found)


def invoices(sides: BothSides) -> list[str]:
    """Return the invoices in QuickBooks, the paid one first."""
    paid = payment(sides)["Line"][0]["LinkedTxn"][0]["TxnId"]
    return sorted((one["Id"] for one in sides.quickbooks.query(select("Invoice"))), key=paid.__ne__)


def change(sides: BothSides, amount: str, invoice: str) -> None:
    """Let the accountant apply the payment otherwise."""
    linked = [{"TxnId": invoice, "TxnType": "Invoice"}]
    body: dict[str, Any] = {"TotalAmt": amount, "Line": [{"Amount": amount, "LinkedTxn": linked}]}
    body |= {"CustomerRef": {"value": payment(sides)["CustomerRef"]["value"]}}
    sides.person_there("edit", entity="Payment", id=payment(sides)["Id"], body=body)


def told(sides: BothSides) -> dict[str, str]:
    """Return what stands on the worklist of shown payments."""
    items = sides.store.pending.worklist(sides.connection_id, "pull_payments")
    return {one.record_id.partition("-")[2]: str(one.reason) for one in items}


def shown(sides: BothSides) -> list[str]:
    """Return the amounts of MobiWork's payments."""
    return sorted(str(row["amount"]) for row in sides.records_here("payment").values())


def at_rest(sides: BothSides) -> bool:
    """Tell whether two more turns write nothing."""
    before = sides.writes()
    sides.turn()
    sides.turn()
    return sides.writes() == before


def test_a_smaller_amount_is_told_with_both_figures(sides: BothSides) -> None:
    before, was = shown(sides), payment(sides)["TotalAmt"]
    invoice, _ = invoices(sides)
    change(sides, "0.50", invoice)
    sides.turn()
    said = f'The amount was "{was:.2f}" in QuickBooks and is "0.50" now.'
    assert told(sides)[invoice].startswith(said)
    assert (shown(sides), at_rest(sides)) == (before, True)


def test_a_payment_of_another_invoice_is_told_and_shown_there_too(sides: BothSides) -> None:
    before = shown(sides)
    first, second = invoices(sides)
    change(sides, "0.50", second)
    sides.turn()
    assert 'and is "0.00" now. In QuickBooks it is 0.50' in told(sides)[first]
    assert len(shown(sides)) == len(before) + 1
    assert at_rest(sides)


@pytest.mark.parametrize("how", ["void", "delete"])
def test_a_payment_that_is_gone_is_told_once_with_its_amount(sides: BothSides, how: str) -> None:
    before, was = shown(sides), payment(sides)["TotalAmt"]
    sides.person_there(how, entity="Payment", id=payment(sides)["Id"])
    sides.turn()
    (entry,) = sides.store.pending.worklist(sides.connection_id, "push_payments")
    assert f"It was {was:,.2f} in QuickBooks and is nothing now." in str(entry.reason)
    assert (told(sides), shown(sides), at_rest(sides)) == ({}, before, True)
