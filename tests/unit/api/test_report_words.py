import csv
import io
from dataclasses import replace
from datetime import date
from decimal import Decimal
from html import escape
from typing import Any

from connector.api.plans.report_words import as_csv, as_page, as_text
from connector.model.review.planned import Decision, PlannedRecord
from connector.model.review.report import Counted, ReviewReport, report_of, told_of_receipts
from connector.model.review.summary import LARGEST, FlowSummary


def planned(number: int = 1, **changes: Any) -> PlannedRecord:
    told: dict[str, Any] = {
        "flow": "push_invoices",
        "record_id": str(number),
        "label": f"invoice {number}",
        "decision": Decision.CREATE,
        "total": Decimal(number),
        "day": date(2026, 1 + number % 12, 1),
        "accounts": {"Sales": Decimal(number)},
    }
    return PlannedRecord(**(told | changes))


def a_report(*plans: PlannedRecord, flow: str = "push_invoices") -> ReviewReport:
    summary = FlowSummary(flow)
    for one in plans:
        summary.add(one)
    matches = (Counted("Invoice, certain", 24),)
    return ReviewReport("c1", "review", "2026-11-29T09:00:00+00:00", (report_of(summary),), matches)


def waiting(number: int) -> PlannedRecord:
    reason = f'It is waiting for customer "C{number}", which is not there yet.'
    return planned(number, decision=Decision.WAIT, reason=reason)


def test_reasons_that_differ_by_names_and_numbers_only_are_one_with_examples() -> None:
    [flow] = a_report(*(waiting(one) for one in range(1, 8))).flows
    [cause] = flow.reasons
    assert (cause.decision, cause.count, cause.total) == ("waiting", 7, Decimal(28))
    assert cause.examples == ("invoice 1", "invoice 2", "invoice 3")
    assert 'customer "C1"' in cause.reason


def test_sales_receipts_are_told_of_where_there_are_any() -> None:
    assert told_of_receipts(0) == ()
    receipts = told_of_receipts(1200)
    assert "QuickBooks has 1,200 sales receipts" in receipts[0]
    report = replace(a_report(planned()), notes=receipts)
    assert receipts[0] in as_text(report)
    assert escape(receipts[0]) in as_page(report, "Review")


def left_out(number: int, status: str) -> PlannedRecord:
    reason = f'Its status is "{status}": its lines can still change (setting "Statuses").'
    return planned(number, decision=Decision.LEFT_OUT, reason=reason)


def test_each_status_that_keeps_records_out_is_counted_on_its_own() -> None:
    plans = [left_out(1, "OPEN"), left_out(2, "OPEN"), left_out(4, "Draft")]
    [flow] = a_report(*plans).flows
    assert [(one.reason[:22], one.count, one.total) for one in flow.reasons] == [
        ('Its status is "OPEN": ', 2, Decimal(3)),
        ('Its status is "Draft":', 1, Decimal(4)),
    ]


def test_accounts_and_sales_tax_add_up_to_what_the_documents_come_to() -> None:
    [flow] = a_report(planned(107, tax=Decimal(7), accounts={"Sales": Decimal(100)})).flows
    told = {one.name: one.total for one in flow.accounts}
    assert told == {"Sales": Decimal(100), "Sales tax": Decimal(7)}
    assert flow.to_write.worth == Decimal(107)


def test_months_that_are_not_told_one_by_one_are_told_as_one_sum() -> None:
    plans = [planned(one, day=date(2024 + one // 12, 1 + one % 12, 1)) for one in range(24)]
    text = as_text(a_report(*plans))
    assert "    12 others                          12           66.00" in text


def test_a_page_does_not_say_that_nothing_was_written_once_it_was() -> None:
    assert "Nothing was written." in as_page(a_report(planned()), "Review")
    assert "Nothing was written." not in as_page(a_report(planned(outcome="created")), "Review")


def test_the_largest_ten_and_all_sums_are_told_however_many_there_are() -> None:
    [flow] = a_report(*(planned(one) for one in range(1, 101))).flows
    assert [one.total for one in flow.largest] == [Decimal(one) for one in range(100, 90, -1)]
    assert len(flow.largest) == LARGEST
    assert (flow.to_write.count, flow.to_write.worth) == (100, Decimal(5050))
    assert sum(one.count for one in flow.months) == 100
    assert [(one.name, one.total) for one in flow.accounts] == [("Sales", Decimal(5050))]
    assert (flow.oldest, flow.newest) == (date(2026, 1, 1), date(2026, 12, 1))


def test_the_text_tells_sums_reasons_and_what_is_there_already() -> None:
    text = as_text(a_report(planned(5), waiting(7)))
    assert "invoices to QuickBooks                   1       0            5.00" in text
    assert 'waiting, 1 (7.00): It is waiting for customer "C7"' in text
    assert "Invoice, certain" in text


def test_what_is_there_already_is_not_counted_among_what_is_to_be_written() -> None:
    report = a_report(planned(5), planned(7, decision=Decision.LINK))
    [flow] = report.flows
    assert (flow.to_write.count, flow.to_write.worth, flow.to_link.count) == (1, Decimal(5), 1)
    assert [one.total for one in (*flow.months, *flow.accounts)] == [Decimal(5)] * 2
    assert [one.total for one in flow.largest] == [Decimal(5)]
    assert "invoices to QuickBooks                   1       1            5.00" in as_text(report)


def test_nothing_on_a_page_can_be_more_than_text() -> None:
    page = as_page(a_report(planned(label="<script>alert(1)</script>")), "What <b>would</b> be")
    assert "<script>" not in page
    assert "<b>" not in page
    assert "&lt;script&gt;" in page


def test_a_spreadsheet_takes_no_text_for_a_formula() -> None:
    rows = as_csv([planned(label="=cmd|' /C calc'!A0", total=Decimal("-3.50"))])
    [row] = csv.DictReader(io.StringIO(rows))
    assert (row["label"], row["total"]) == ("'=cmd|' /C calc'!A0", "-3.50")
