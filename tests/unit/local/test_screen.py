import io
from dataclasses import replace
from decimal import Decimal

import pytest
from rich.console import Console

from local.progress import LeftOut, Look, Outcomes, Remark
from local.screen import Bars, rows_of, show_round, told
from local.watch import Round

FOUND = {
    "push_customers": {"read": 40, "changed": 3, "unchanged": 37, "problem": None},
    "push_payments": {"read": 90, "changed": 1, "unchanged": 89, "problem": None},
}
WAITS = Remark("push_payments", "waiting", "payment 9001", "It is waiting for invoice 1042.")
SHORTENED = Remark("push_customers", "created", "customer 1", "Its e-mail was left out.")
CALLS = {"metered": 2, "free": 310}


def _round(*, run_id: str = "r1", failures: tuple[str, ...] = ()) -> Round:
    outcomes = Outcomes(
        {"push_customers": {"created": 2, "unchanged": 1}, "push_payments": {"waiting": 1}},
        (WAITS, SHORTENED, replace(SHORTENED, label="customer 2")),
        (LeftOut("push_invoices", 'Its status is "OPEN".', 2, Decimal("1200.5")),),
    )
    nothing = Outcomes({}, ())
    return Round(Look("now", FOUND, run_id), outcomes if run_id else nothing, failures, 1.5)


def _shown(done: Round, width: int = 120) -> str:
    text = io.StringIO()
    show_round(Console(file=text, width=width), done, CALLS)
    return text.getvalue()


def test_the_outcomes_of_a_flow_add_up_to_what_was_read() -> None:
    rows = rows_of(_round())

    assert rows == {
        "push_customers": {"read": 40, "created": 2, "unchanged": 1, "as before": 37},
        "push_payments": {"read": 90, "waiting": 1, "as before": 89},
    }
    assert [sum(row.values()) - row["read"] == row["read"] for row in rows.values()] == [True, True]


@pytest.mark.case("M30a")
def test_what_was_not_looked_at_again_is_not_called_unchanged() -> None:
    said = _shown(_round(run_id=""))
    headings, customers = (
        next(line.split() for line in said.splitlines() if line.startswith(begin))
        for begin in ("flow", "customers")
    )
    counts = dict(zip(headings[1:], customers[1:], strict=True))
    assert (counts["read"], counts["unchanged"], counts["same"]) == ("40", "0", "37")


def test_counts_are_said_in_words_without_zeros() -> None:
    assert told({"waiting": 1, "created": 3, "refused": 0}) == "3 created, 1 waiting"


@pytest.mark.parametrize(
    "words",
    [
        "Run r1: 2 records written to QuickBooks, 0 to MobiWork.",
        "2 reads, 310 writes",
        "same: unchanged since the last check.",
        "payment 9001: It is waiting for invoice 1042.",
        "customer 1 and 1 more: Its e-mail was left out.",
        "push_invoices, left out:",
        '  2 (1,200.50): Its status is "OPEN".',
    ],
)
def test_the_summary_says(words: str) -> None:
    assert words in _shown(_round())


def test_a_round_without_a_run_says_that_nothing_was_created() -> None:
    assert "so no run was started" in _shown(_round(run_id=""))


def test_a_failure_of_the_run_is_said() -> None:
    assert "push_products: TABLE_NAME is missing" in _shown(
        _round(failures=("push_products: TABLE_NAME is missing",))
    )


@pytest.mark.parametrize("width", [30, 80, 200])
def test_no_heading_and_no_number_is_cut_however_narrow_the_screen_is(width: int) -> None:
    lines = [line.rstrip() for line in _shown(_round(), width).splitlines()]
    heading = next(line for line in lines if line.startswith("flow"))
    assert heading.split()[1:] == [
        "read",
        "created",
        "updated",
        "unchanged",
        "left",
        "waiting",
        "refused",
        "same",
    ]
    payments = next(line for line in lines if line.startswith("payments"))
    assert payments.split()[1:] == ["90", "0", "0", "0", "0", "1", "0", "89"]
    assert len(payments) == len(heading)


def test_nothing_but_plain_lines_goes_into_a_file() -> None:
    text = io.StringIO()
    with Bars(Console(file=text)) as bars:
        bars.found(_round().look)
    assert text.getvalue() == ""
