from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from connector.changes.enqueue import enqueue_changed
from connector.changes.voided_documents import report
from connector.mobiwork.xml import RawRecord
from connector.model.cursor import Cursor
from connector.model.links import Link, Linking
from connector.model.outcomes import Outcome
from connector.quickbooks.responses import ChangeData
from tests.builders import (
    CONNECTION,
    a_customer,
    a_payment,
    a_product,
    an_invoice,
    settings,
)
from tests.fake_mobiwork import lost, nothing
from tests.unit.engine.two_sides import PULL, TwoSides

NOON = datetime(2025, 11, 21, 12, tzinfo=UTC)


@pytest.fixture
def sides() -> TwoSides:
    """Return two sides with invoices 5501 and 5502 of MobiWork posted in QuickBooks."""
    sides = TwoSides()
    sides.save(settings(show_payments=True))
    for raw in (a_customer(), a_product(), an_invoice("5501"), an_invoice("5502")):
        sides.mobiwork.put(raw)
    sides.look()
    for source in ("customer", "product", "invoice"):
        sides.push(source)
    sides.run_id = "r2"
    return sides


def _paid_there(sides: TwoSides) -> str:
    """Let the accountant enter 5.00 for one invoice and 4.00 for the other."""
    lines = [
        {"Amount": Decimal(amount), "LinkedTxn": [{"TxnId": number, "TxnType": "Invoice"}]}
        for amount, number in (("5", _number(sides, "5501")), ("4", _number(sides, "5502")))
    ]
    number = sides.in_quickbooks(
        "Payment",
        CustomerRef={"value": "1", "name": "Blue Heron Plumbing"},
        TotalAmt=Decimal(9),
        TxnDate="2025-11-20",
        Line=lines,
    )
    del sides.quickbooks.records["Payment"][-1]["Active"]  # documents have none
    return number


def _number(sides: TwoSides, invoice: str) -> str:
    return str(sides.link("invoice", invoice).quickbooks_id)


def _shown(sides: TwoSides) -> dict[str, str | None]:
    """Return the amounts of MobiWork's payments by their invoice."""
    found = [raw.fields for raw in sides.mobiwork.records("payment")]
    return {str(one["invoiceid"]): one["amount"] for one in found}


def _links(sides: TwoSides) -> dict[str, str]:
    """Return which piece each of MobiWork's payments is linked to, by its invoice."""
    read: dict[str, Linking | None] = {
        str(raw.fields["invoiceid"]): sides.store.links.read(CONNECTION, "payment", raw.own_id)
        for raw in sides.mobiwork.records("payment")
    }
    return {invoice: link.quickbooks_id for invoice, link in read.items() if isinstance(link, Link)}


def _pulled(sides: TwoSides) -> str:
    number = _paid_there(sides)
    sides.look("Payment")
    sides.pull("pull_payments")
    return number


def _is_of(raw: RawRecord, invoice: str) -> bool:
    return bool(raw.fields["invoiceid"] == invoice)


def _next_run(sides: TwoSides) -> None:
    sides.run_id = f"{sides.run_id}+"
    sides.look()


def test_a_payment_of_two_invoices_is_shown_on_both(sides: TwoSides) -> None:
    _pulled(sides)
    assert _shown(sides) == {"5501": "5.00", "5502": "4.00"}


def test_each_piece_of_a_payment_has_a_link_of_its_own(sides: TwoSides) -> None:
    number = _pulled(sides)
    assert _links(sides) == {own: f"{number}-{_number(sides, own)}" for own in ("5501", "5502")}


def test_a_payment_that_was_pulled_is_never_posted(sides: TwoSides) -> None:
    _pulled(sides)
    _next_run(sides)
    sides.push("payment")
    assert len(sides.quickbooks.records["Payment"]) == 1


def test_pieces_whose_answers_were_lost_are_each_found_again(sides: TwoSides) -> None:
    sides.mobiwork.after = lost
    number = _pulled(sides)
    sides.mobiwork.after = nothing
    _next_run(sides)
    sides.pull("pull_payments")
    assert (sides.mobiwork.adds, _links(sides)) == (
        2,
        {own: f"{number}-{_number(sides, own)}" for own in ("5501", "5502")},
    )


def test_a_payment_of_mobiwork_that_was_posted_does_not_come_back(sides: TwoSides) -> None:
    sides.mobiwork.put(a_payment())
    sides.look()
    sides.push("payment")
    sides.tell("Payment")
    sides.pull("pull_payments")
    assert (sides.mobiwork.adds, _shown(sides)) == (0, {"5501": "9.63"})


def test_a_payment_that_is_changed_in_mobiwork_is_not_told_as_posted_differently(
    sides: TwoSides,
) -> None:
    _pulled(sides)
    own = next(sides.mobiwork.records("payment")).own_id
    sides.mobiwork.change("payment", own, {"paymentReference": "1044", "status": "Created"})
    _next_run(sides)
    sides.push("payment")
    outcome, note = sides.note("push_payments", own)
    assert (outcome, "was nothing" in note) == (Outcome.UNCHANGED, False)


@pytest.mark.parametrize("how", ["voided", "deleted"])
def test_a_payment_that_is_gone_from_quickbooks_is_told_for_each_of_its_pieces(
    sides: TwoSides, how: str
) -> None:
    number = _pulled(sides)
    _next_run(sides)
    gone = {"Id": number, "SyncToken": "1", "TotalAmt": 0, "PrivateNote": "Voided"}
    changes = ChangeData(
        records={"Payment": [gone] if how == "voided" else []},
        deleted={"Payment": [number] if how == "deleted" else []},
        time=NOON,
        truncated=False,
    )
    cursor = Cursor(connection_id=CONNECTION, since=NOON, read_at=NOON)
    report(cursor, changes, now=NOON, store=sides.store)
    told = list(sides.store.pending.read_all(CONNECTION, "push_payments"))
    assert [(one.state, how in str(one.reason)) for one in told] == [("deleted", True)] * 2
    assert ["It was 5.00 in" in str(one.reason) for one in told] == [True, False]
    assert ["It was 4.00 in" in str(one.reason) for one in told] == [False, True]


def _changed_there(sides: TwoSides, number: str, *amounts: tuple[str, str], **more: Any) -> None:
    """Let the accountant apply a payment otherwise, and QuickBooks tell of it."""
    lines = [
        {"Amount": Decimal(one), "LinkedTxn": [{"TxnId": invoice, "TxnType": "Invoice"}]}
        for one, invoice in amounts
    ]
    total = sum((Decimal(one) for one, _ in amounts), Decimal(0))
    sides.quickbooks.edit("Payment", number, **({"Line": lines, "TotalAmt": total} | more))
    record = sides.quickbooks.read("Payment", number)
    sides.run_id = f"{sides.run_id}+"
    sides.look()
    enqueue_changed(CONNECTION, PULL["pull_payments"], [record], now=NOON, store=sides.store)
    sides.pull("pull_payments")
    sides.push("payment")


def _refusals(sides: TwoSides) -> dict[str, str]:
    """Return what a person is told, by the piece."""
    items = sides.store.pending.read_all(CONNECTION, "pull_payments")
    return {one.record_id: str(one.reason) for one in items if one.state == "refused"}


def test_a_changed_amount_is_told_with_both_figures_and_not_written(sides: TwoSides) -> None:
    number = _pulled(sides)
    first, second = _number(sides, "5501"), _number(sides, "5502")
    _changed_there(sides, number, ("3", first), ("4", second))
    told = _refusals(sides)
    assert list(told) == [f"{number}-{first}"]
    assert told[f"{number}-{first}"].startswith(
        'The amount was "5.00" in QuickBooks and is "3.00" now. In QuickBooks it is 7.00'
    )
    assert (_shown(sides), sides.mobiwork.edits) == ({"5501": "5.00", "5502": "4.00"}, 0)


def test_a_payment_that_moved_to_another_invoice_is_told(sides: TwoSides) -> None:
    number = _pulled(sides)
    first, second = _number(sides, "5501"), _number(sides, "5502")
    _changed_there(sides, number, ("9", second))
    told = _refusals(sides)
    assert 'The amount was "5.00" in QuickBooks and is "0.00" now.' in told[f"{number}-{first}"]
    assert 'The amount was "4.00" in QuickBooks and is "9.00" now.' in told[f"{number}-{second}"]
    assert f"for invoice {second}." in told[f"{number}-{first}"]
    assert (_shown(sides), sides.mobiwork.adds) == ({"5501": "5.00", "5502": "4.00"}, 2)


def test_a_payment_that_is_taken_from_its_invoices_is_told(sides: TwoSides) -> None:
    number = _pulled(sides)
    _changed_there(sides, number, TotalAmt=Decimal(9), UnappliedAmt=Decimal(9))
    assert ["for no invoice." in one for one in _refusals(sides).values()] == [True, True]


def test_what_is_told_stays_told_until_a_person_has_corrected_it(sides: TwoSides) -> None:
    number = _pulled(sides)
    applied = ("3", _number(sides, "5501")), ("4", _number(sides, "5502"))
    _changed_there(sides, number, *applied)
    before = _refusals(sides)
    _changed_there(sides, number, *applied, DepositToAccountRef={"value": "4"})
    assert _refusals(sides) == before
    own = next(raw.own_id for raw in sides.mobiwork.records("payment") if _is_of(raw, "5501"))
    sides.mobiwork.change("payment", own, {"amount": "3.00"})
    _changed_there(sides, number, *applied)
    assert _refusals(sides) == {}


def test_a_changed_payment_that_is_gone_from_mobiwork_is_told_as_such(sides: TwoSides) -> None:
    number = _pulled(sides)
    own = next(raw.own_id for raw in sides.mobiwork.records("payment") if _is_of(raw, "5501"))
    del sides.mobiwork.records_of["payment"][own]
    first, second = _number(sides, "5501"), _number(sides, "5502")
    _changed_there(sides, number, ("3", first), ("4", second))
    _, note = sides.note("pull_payments", f"{number}-{first}")
    assert note.endswith(f"payment {own} is not in MobiWork any more. Nothing was changed.")


def test_a_payment_that_is_only_deposited_is_no_news(sides: TwoSides) -> None:
    number = _pulled(sides)
    sides.quickbooks.edit("Payment", number, DepositToAccountRef={"value": "4"})
    record = sides.quickbooks.read("Payment", number)
    assert (
        enqueue_changed(CONNECTION, PULL["pull_payments"], [record], now=NOON, store=sides.store)
        == 0
    )


def test_two_runs_after_a_change_is_told_write_nothing(sides: TwoSides) -> None:
    number = _pulled(sides)
    _changed_there(sides, number, ("3", _number(sides, "5501")), ("4", _number(sides, "5502")))
    before = (_shown(sides), [dict(one) for one in sides.quickbooks.records["Payment"]])
    told = _refusals(sides)
    for _ in range(2):
        _next_run(sides)
        sides.pull("pull_payments")
        sides.push("payment")
    after = (_shown(sides), [dict(one) for one in sides.quickbooks.records["Payment"]])
    assert (after, _refusals(sides)) == (before, told)


def test_a_payment_that_never_was_shown_is_not_told(sides: TwoSides) -> None:
    sides.mobiwork.put(a_payment())
    sides.look()
    sides.push("payment")
    number = sides.quickbooks.records["Payment"][0]["Id"]
    _changed_there(sides, number, ("1", _number(sides, "5501")))
    assert _refusals(sides) == {}


class KilledError(BaseException):
    pass


def test_a_payment_of_which_a_piece_is_being_added_did_not_come_from_mobiwork(
    sides: TwoSides,
) -> None:
    def kill(reached: str) -> None:
        if reached == "answer received":
            raise KilledError

    _paid_there(sides)
    sides.look("Payment")
    sides.checkpoint = kill
    with pytest.raises(KilledError):
        sides.pull("pull_payments")
    sides.checkpoint = lambda _step: None
    sides.look()
    sides.pull("pull_payments")
    assert _shown(sides) == {"5501": "5.00", "5502": "4.00"}


@pytest.mark.case("F1d")
def test_a_payment_of_before_the_start_date_is_not_added_to_mobiwork(sides: TwoSides) -> None:
    number = _paid_there(sides)
    sides.save(settings(show_payments=True, start_date="2025-11-21"))
    sides.tell("Payment", number)
    assert sides.pull("pull_payments") == {"left out": 2}
