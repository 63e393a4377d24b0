"""Nothing is created before both sides were compared since it may be."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from connector.changes.matching.records import match_records
from connector.entities.compared_before import BY_ITSELF, NONE_OF_THEM, WIDENED
from connector.errors import RecordError
from connector.model.connection import Mode
from connector.model.matching.matches import MatchDecision
from connector.model.policy.settings import Settings
from connector.model.policy.widening import (
    ALL,
    OF_FLOWS,
    is_comparison_due,
    widened,
)
from connector.quickbooks.responses import Page
from tests.builders import CONNECTION, a_customer, a_product, an_invoice
from tests.unit.changes.looked import PagedBooks
from tests.unit.engine.test_matched import counts, history, looked, match_of, run_all
from tests.unit.engine.two_sides import TwoSides


@pytest.fixture
def sides() -> TwoSides:
    return TwoSides()


def compared(sides: TwoSides, **choices: Any) -> None:
    """Compare both sides as a live run does first; QuickBooks is read anew."""
    sides.store.matches.save_look(
        CONNECTION, {**sides.store.matches.look(CONNECTION), "until": None, "at": None}
    )
    books = PagedBooks(dict(sides.quickbooks.records))
    match_records(sides.run(open_pages=lambda: books, **choices))


def due(sides: TwoSides) -> bool:
    matches = sides.store.matches
    to_compare = sides.store.settings.read_saved(CONNECTION).to_compare
    return is_comparison_due(matches.look(CONNECTION), matches.asked(CONNECTION), to_compare)


def said_different(sides: TwoSides, target: str, entity: str, own: str) -> None:
    """Let a person say now that a record is none of those found, as the API does."""
    found = match_of(sides, target, entity, own)
    at = datetime.now(UTC).isoformat()
    said = replace(found, decision=MatchDecision.DIFFERENT, decided_by="ann", decided_at=at)
    sides.store.matches.decide(CONNECTION, said)
    sides.store.pending.replay(CONNECTION, found.flow, found.item)


def an_open_match(sides: TwoSides) -> None:
    """Start with an invoice open: QuickBooks has one of another total by the same number."""
    history(sides)
    sides.quickbooks.records["Payment"].clear()
    sides.quickbooks.records["Invoice"][0]["TotalAmt"] = Decimal("9.00")
    looked(sides)
    sides.store.matches.decide_certain(CONNECTION, by="ann", at="2999-01-01T00:00:00+00:00")
    assert run_all(sides)["invoice"] == {"waiting": 1}
    sides.run_id = "r2"


@pytest.mark.case("F3a")
def test_what_is_said_to_be_different_is_compared_with_all_there_is_before_it_is_posted(
    sides: TwoSides,
) -> None:
    an_open_match(sides)
    whom = sides.quickbooks.records["Invoice"][0]["CustomerRef"]
    receipt = sides.in_quickbooks(
        "SalesReceipt", CustomerRef=whom, TxnDate="2025-11-02", TotalAmt=Decimal("9.63")
    )
    said_different(sides, "Invoice", "invoice", "5501")
    assert sides.push("invoice") == {"waiting": 1}
    assert sides.note("push_invoices", "5501")[1] == f"{NONE_OF_THEM} {BY_ITSELF}"
    assert due(sides)
    sides.run_id = "r3"
    compared(sides)
    assert sides.push("invoice") == {"waiting": 1}
    assert match_of(sides, "Invoice", "invoice", "5501").quickbooks_ids[0] == (
        f"SalesReceipt:{receipt}"
    )
    assert len(sides.quickbooks.records["Invoice"]) == 1


@pytest.mark.case("F3a")
def test_what_is_like_nothing_else_either_is_posted_once_that_is_known(sides: TwoSides) -> None:
    an_open_match(sides)
    said_different(sides, "Invoice", "invoice", "5501")
    sides.run_id = "r3"
    compared(sides)
    assert sides.push("invoice") == {"created": 1}
    assert not due(sides)


@pytest.mark.case("F3a")
def test_what_was_said_of_one_is_not_asked_again_because_of_another_one(sides: TwoSides) -> None:
    an_open_match(sides)
    first = sides.quickbooks.records["Invoice"][0]
    said_different(sides, "Invoice", "invoice", "5501")
    sides.in_quickbooks("Invoice", **{**first, "Id": "", "DocNumber": "1099"})
    sides.run_id = "r3"
    compared(sides)
    found = match_of(sides, "Invoice", "invoice", "5501")
    assert (found.decision, len(found.quickbooks_ids)) == (MatchDecision.UNDECIDED, 2)
    for run_id in ("r4", "r5"):
        said_different(sides, "Invoice", "invoice", "5501")
        sides.run_id = run_id
        compared(sides)
        assert match_of(sides, "Invoice", "invoice", "5501").decision is MatchDecision.DIFFERENT


def switched(sides: TwoSides, **chosen: Any) -> None:
    """Save settings once all there was is posted, and enter the next invoice on both sides."""
    sides.save(sides.settings.model_copy(update=chosen))
    sides.store.pending.replay(CONNECTION, "push_invoices", "5502")
    sides.store.left_out.replay_some(CONNECTION, "push_invoices", ["5502"])
    sides.run_id = "r3"


TURNED_ON = [
    ({"flows_off": frozenset({"push_invoices"})}, {"flows_off": frozenset()}),
    ({"start_date": date(2026, 1, 1)}, {"start_date": date(2025, 1, 1)}),
    ({"start_date": date(2026, 1, 1)}, {"start_date": None}),
    ({"start_dates": {"invoice": date(2026, 1, 1)}}, {"start_dates": {}}),
    ({"excluded_customers": frozenset({"700001"})}, {"excluded_customers": frozenset()}),
]


@pytest.mark.case("F3b")
@pytest.mark.parametrize(("before", "after"), TURNED_ON)
def test_what_settings_take_in_after_the_start_is_compared_before_any_of_it_is_posted(
    sides: TwoSides, before: dict[str, Any], after: dict[str, Any]
) -> None:
    sides.save(sides.settings.model_copy(update=before))
    for one in (a_customer(), a_product()):
        sides.mobiwork.put(one)
    looked(sides)
    sides.mobiwork.put(an_invoice("5502"))
    sides.look()
    sides.run_id = "r2"
    excluded = bool(before.get("excluded_customers"))
    if not excluded:
        run_all(sides)
        assert sides.note("push_invoices", "5502")[0].value == "left out"
    customer = sides.link("customer", "700001").quickbooks_id if not excluded else "1"
    sides.in_quickbooks(
        "Invoice",
        CustomerRef={"value": customer},
        DocNumber="77",
        TxnDate="2025-11-03",
        TotalAmt=Decimal("9.63"),
    )
    switched(sides, **after)
    if excluded:
        assert sides.push("customer") == {"waiting": 1}
        assert sides.note("push_customers", "700001")[1] == f"{WIDENED} {BY_ITSELF}"
        return
    assert sides.push("invoice") == {"waiting": 1}
    assert sides.note("push_invoices", "5502")[1] == f"{WIDENED} {BY_ITSELF}"
    assert due(sides)
    sides.run_id = "r4"
    compared(sides)
    assert not due(sides)
    assert sides.push("invoice") == {"waiting": 1}
    assert "(Invoice" in sides.note("push_invoices", "5502")[1]
    assert counts(sides)["Invoice"] == 1


@pytest.mark.case("F3b")
def test_a_pull_that_is_turned_on_adds_nothing_before_both_sides_were_compared(
    sides: TwoSides,
) -> None:
    sides.save(sides.settings.model_copy(update={"flows_off": frozenset({"pull_customers"})}))
    looked(sides)
    sides.in_quickbooks("Customer", DisplayName="Egret Roofing")
    sides.look("Customer")
    sides.save(sides.settings.model_copy(update={"flows_off": frozenset()}))
    assert sides.pull("pull_customers") == {"waiting": 1}
    assert not sides.mobiwork.records_of.get("customer")
    compared(sides, run_id="r2")
    sides.run_id = "r2"
    assert sides.pull("pull_customers") == {"created": 1}


def test_what_a_person_chooses_right_after_the_start_waits_for_the_first_comparison(
    sides: TwoSides,
) -> None:
    for one in (a_customer(), a_product(), an_invoice()):
        sides.mobiwork.put(one)
    looked(sides)
    run_all(sides, mode=Mode.EXECUTE)
    matches = sides.store.matches
    matches.save_look(CONNECTION, {**matches.look(CONNECTION), "live": False, "started": None})
    sides.mobiwork.put(an_invoice("5502"))
    sides.look()
    sides.run_id = "r2"
    with pytest.raises(RecordError, match="were not compared yet since the connection was started"):
        sides.push("invoice", by_hand=True, selection={"invoice": ("5502",)})
    assert len(sides.quickbooks.records["Invoice"]) == 1


def test_a_comparison_that_ended_before_its_first_kind_is_still_due(sides: TwoSides) -> None:
    looked(sides)
    matches = sides.store.matches
    matches.save_look(CONNECTION, {**matches.look(CONNECTION), "live": False, "matched": []})
    assert due(sides)


NOTHING_MORE = frozenset(
    {
        "approve_before_post",
        "time_zone",
        "minutes_between_looks",
        "idle_minutes_between_looks",
        "alarm_after_days",
        "income_account_of_category",
        "cost_account_of_category",
        "inventory_start_date",
        "non_inventory_products",
        "display_name_format",
        "exemption_reason",
        "invoice_balances",
        "orders_among_invoices",
        "repush_invoices",
        "send_tax",
        "sales_numbers",
        "sales_number_prefix",
        "sales_tax_code",
        "online_card_payment",
        "online_bank_payment",
        "shipping_product",
        "markup_product",
        "on_other_total",
        "rounding_product",
        "class_of_sales",
        "location_of_sales",
        "send_service_dates",
        "invoice_custom_fields",
        "quote_custom_fields",
        "sales_order_custom_fields",
        "comments_as_message",
        "payment_methods",
        "missing_payment_methods",
        "deposit_account",
        "deposit_accounts",
        "freight_product",
        "class_of_purchases",
        "location_of_purchases",
        "purchase_order_custom_fields",
        "expense_account_of_category",
        "on_conflict",
        "digest",
        "digest_hour",
        "digest_to",
        "external_id_format",
    }
)
"""The settings that say how records are posted; single ones may wait for them, never all of a
flow."""


def test_each_setting_is_one_of_what_may_be_posted_or_of_how() -> None:
    assert {*OF_FLOWS} | NOTHING_MORE == {*Settings.model_fields}
    assert not {*OF_FLOWS} & NOTHING_MORE


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({}, {"flows_off": frozenset({"push_invoices"})}),
        ({"start_date": date(2025, 1, 1)}, {"start_date": date(2026, 1, 1)}),
        ({}, {"excluded_customers": frozenset({"700001"})}),
        ({}, {"payment_methods": {"Check": "Check"}}),
    ],
)
def test_what_keeps_out_more_or_only_says_how_takes_nothing_in(
    before: dict[str, Any], after: dict[str, Any]
) -> None:
    first = Settings(**before)
    assert widened(first, first.model_copy(update=after)) == frozenset()


def test_credits_that_are_posted_from_now_on_are_of_a_flow_that_takes_in_more() -> None:
    credits_on = widened(Settings(), Settings(credit_product="307001"))
    assert credits_on == {"push_credits", "push_credit_applications"}
    assert widened(Settings(), Settings(capabilities=frozenset({"expense.list"}))) == {ALL}


class DatedBooks(PagedBooks):
    """QuickBooks of which only documents from some day on are asked for."""

    def page(self, statement: str, *, start: int, size: int = 1000) -> Page:
        since = re.search(r"TxnDate >= '([^']*)'", statement)
        kept, day = self.records, str(since[1]) if since else ""
        self.records = {
            one: [row for row in rows if str(row.get("TxnDate", day)) >= day]
            for one, rows in kept.items()
        }
        found = super().page(statement, start=start, size=size)
        self.records = kept
        return found


@pytest.mark.case("F3b")
def test_what_is_older_than_all_that_was_compared_before_has_quickbooks_read_from_its_day_on(
    sides: TwoSides,
) -> None:
    history(sides)
    customer = sides.quickbooks.records["Invoice"][0]["CustomerRef"]
    old = sides.in_quickbooks(
        "Invoice",
        CustomerRef=customer,
        TxnDate="2024-03-01",
        DocNumber="77",
        TotalAmt=Decimal("9.63"),
    )
    books = DatedBooks(dict(sides.quickbooks.records))
    sides.look("Customer", "Vendor", "Item")
    match_records(sides.run(open_pages=lambda: books))
    sides.mobiwork.put(an_invoice("5502", invoiceDate="2024/03/01"))
    sides.look()
    match_records(sides.run(open_pages=lambda: books, run_id="r2"))
    assert match_of(sides, "Invoice", "invoice", "5502").quickbooks_ids == (old,)


@pytest.mark.case("F3b")
def test_what_settings_take_in_waits_until_its_list_was_read_to_the_end(sides: TwoSides) -> None:
    looked(sides)
    sides.save(sides.settings.model_copy(update={"start_date": date(2020, 1, 1)}))
    for more in (True, False):
        sides.run_id = f"more {more}"
        found = {"push_invoices": {"more": more}}
        sides.store.runs.begin(CONNECTION, sides.run_id, found=found, now=datetime.now(UTC))
        compared(sides)
        assert due(sides) is more


@pytest.mark.case("F3a")
@pytest.mark.parametrize("mode", [Mode.REVIEW, Mode.EXECUTE])
def test_a_live_comparison_knows_what_was_typed_a_minute_after_the_review_read_quickbooks(
    sides: TwoSides, mode: Mode
) -> None:
    history(sides)
    sides.quickbooks.records["Payment"].clear()
    [invoice] = sides.quickbooks.records["Invoice"]
    sides.quickbooks.records["Invoice"] = []
    books = PagedBooks(dict(sides.quickbooks.records))
    sides.look("Customer", "Vendor", "Item")
    match_records(sides.run(open_pages=lambda: books, mode=Mode.REVIEW))
    books.changed = {"Invoice": [invoice]}
    match_records(sides.run(open_pages=lambda: books, mode=mode, run_id="r2"))
    found = [*sides.store.matches.read_all(CONNECTION, "Invoice")]
    assert bool(found) is (mode is Mode.EXECUTE)
