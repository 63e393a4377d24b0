"""Documents of before the start date, and what belongs to them, are left out and counted."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from connector.jobs.left_out_replay import planning, replay_left_out
from connector.model.outcomes import Outcome, Sum, Tally
from tests.builders import CONNECTION, a_customer, a_payment, a_product, an_invoice, settings
from tests.unit.engine.world import World

MASTERS = ("customer", "product")
LATER, EARLIER = "2027-01-01", "2020-01-01"
BELONGS = "It belongs to a document that is dated before the start date."


def world(*records: Any, connected_on: date | None = None, **chosen: Any) -> World:
    """Return a world in which the records, a customer and a product were planned once."""
    made = World()
    made.save(settings(**chosen))
    made.find(a_customer(), a_product(), *records)
    push(made, connected_on)
    return made


def push(made: World, connected_on: date | None = None) -> dict[str, dict[str, int]]:
    return made.push(*MASTERS, "invoice", "payment", connected_on=connected_on)


def left_out(made: World, flow: str) -> dict[str, Sum]:
    found = made.store.runs.outcomes(CONNECTION, made.run_id, flow)
    return dict(Tally.of(found).left_out)


@pytest.mark.case("F1d")
@pytest.mark.case("F3")
def test_an_old_invoice_and_its_payment_are_left_out_and_counted_with_their_sums() -> None:
    made = world(an_invoice(), a_payment(), start_date=LATER)
    assert left_out(made, "push_invoices") == {
        f"It is dated before the start date {LATER}.": Sum(1, Decimal("9.63"))
    }
    assert left_out(made, "push_payments") == {
        f"It is dated before the start date {LATER}.": Sum(1, Decimal("9.63"))
    }
    assert {"Invoice", "Payment"} & made.quickbooks.records.keys() == set()
    assert (made.left("invoice"), made.left("payment")) == ({}, {})


@pytest.mark.case("F1d")
@pytest.mark.case("F2d")
def test_the_day_of_the_connection_is_the_start_date_of_whoever_chooses_none() -> None:
    made = world(an_invoice(), connected_on=date(2026, 11, 29))
    told = made.note("invoice", "5501")
    assert told == (
        Outcome.LEFT_OUT,
        "It is dated before 2026-11-29, the day of the connection.",
    )


def test_a_connection_of_before_without_a_choice_posts_every_day() -> None:
    assert world(an_invoice()).note("invoice", "5501")[0] is Outcome.CREATED


@pytest.mark.case("F3")
def test_a_payment_of_today_belongs_to_its_old_invoice() -> None:
    made = world(an_invoice(), a_payment(), start_dates={"invoice": LATER})
    assert left_out(made, "push_payments") == {BELONGS: Sum(1, Decimal("9.63"))}


def test_a_payment_of_an_old_and_a_new_invoice_is_for_a_person() -> None:
    parts = [{"invoiceId": one, "amount": "9.63"} for one in ("5501", "5502")]
    made = world(
        an_invoice(),
        an_invoice("5502", invoiceDate="2025/11/20"),
        a_payment(amount="19.26", allocations={"allocation": parts}),
        start_date="2025-11-10",
    )
    outcome, reason = made.note("payment", "901")
    assert (outcome, "Enter it in QuickBooks by hand" in reason) == (Outcome.REFUSED, True)


@pytest.mark.case("M33g")
@pytest.mark.parametrize(
    ("chosen", "status", "told"),
    [
        ({}, "CREATED", True),
        ({"start_dates": {"payment": "2025-11-05"}}, "CREATED", False),
        ({}, "VOID", False),
    ],
)
def test_money_of_before_the_start_that_pays_a_new_invoice_is_for_a_person(
    chosen: dict[str, Any], status: str, told: bool
) -> None:
    early = a_payment(paymentDate="2025/10/20", status=status)
    made = world(an_invoice(), early, start_date="2025-11-01", **chosen)
    assert push(made)["payment"] == {"refused" if told else "left out": 1}
    reason = made.note("payment", "901")[1]
    assert ("stays open there by this amount" in reason) is told


def test_one_kind_may_begin_on_another_day() -> None:
    made = world(an_invoice(), start_date=LATER, start_dates={"invoice": EARLIER})
    assert made.note("invoice", "5501")[0] is Outcome.CREATED


def test_nothing_is_asked_or_wrong_of_what_is_before_the_start_date() -> None:
    strange = an_invoice(status="Whatever", number="")
    assert world(strange, start_date=LATER).note("invoice", "5501")[0] is Outcome.LEFT_OUT


def test_a_linked_document_is_never_affected() -> None:
    made = world(an_invoice())
    made.save(settings(start_date=LATER))
    made.find(an_invoice(status="Void"))
    made.run_id = "r2"
    push(made)
    assert made.note("invoice", "5501")[0] is not Outcome.LEFT_OUT
    assert made.link("invoice", "5501") is not None


def test_a_date_that_stands_for_none_is_refused_whatever_the_start_date() -> None:
    made = world(an_invoice(invoiceDate="01/01/1970"), start_date=LATER)
    assert made.note("invoice", "5501")[0] is Outcome.REFUSED


@pytest.mark.case("F3")
def test_moving_the_date_back_posts_what_it_adds() -> None:
    made = world(an_invoice(), a_payment(), connected_on=date(2027, 1, 1))
    planned = planning(CONNECTION, made.store, date(2027, 1, 1))
    made.save(settings(start_date=EARLIER))
    for flow in ("push_invoices", "push_payments"):
        assert replay_left_out(planned, flow, lambda: False)
    made.run_id = "r2"
    found = push(made, date(2027, 1, 1))
    assert (found["invoice"], found["payment"]) == ({"created": 1}, {"created": 1})


def test_what_the_date_still_leaves_out_is_not_planned_again() -> None:
    made = world(an_invoice(), start_date=LATER)
    made.save(settings(start_date="2027-02-01"))
    made.save(settings(start_date=LATER))
    planned = planning(CONNECTION, made.store, None)
    assert replay_left_out(planned, "push_invoices", lambda: False)
    assert made.left("invoice") == {}


@pytest.mark.case("M33g")
def test_so_it_is_where_the_start_date_was_moved_behind_what_was_posted() -> None:
    made = world(an_invoice())
    made.save(settings(start_date=LATER))
    made.find(a_customer(), a_product(), an_invoice(), a_payment())
    made.run_id = "r2"
    assert push(made)["payment"] == {"refused": 1}
    assert "stays open there by this amount" in made.note("payment", "901")[1]
