from decimal import Decimal
from typing import Any

import pytest

from tests.simulators.quickbooks.conftest import Simulator
from tests.simulators.quickbooks.test_faults import a_line, an_invoice


@pytest.fixture
def shop(qbo: Simulator) -> Simulator:
    qbo.create("Customer", DisplayName="Harbor Cafe")
    qbo.create("Vendor", DisplayName="Supply")
    qbo.create("Item", Name="Labor", Type="Service", IncomeAccountRef={"value": "1"})
    for day in ("2026-01-05", "2026-02-10", "2026-02-20"):
        qbo.create("Invoice", **an_invoice(a_line(), TxnDate=day))
    cost = {"Amount": 30, "DetailType": "AccountBasedExpenseLineDetail",
            "AccountBasedExpenseLineDetail": {"AccountRef": {"value": "7"}}}  # fmt: skip
    qbo.create("Bill", VendorRef={"value": "2"}, Line=[cost], TxnDate="2026-02-11")
    return qbo


def report(shop: Simulator, **params: str) -> dict[str, Any]:
    answer = shop.call("GET", "reports/ProfitAndLoss", params=params)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def totals(made: dict[str, Any]) -> dict[str, list[str]]:
    return {
        row["group"]: [cell["value"] for cell in row["Summary"]["ColData"][1:]]
        for row in made["Rows"]["Row"]
    }


def test_income_less_costs_is_what_is_earned(shop: Simulator) -> None:
    found = totals(report(shop, start_date="2026-01-01", end_date="2026-12-31"))
    assert (found["Income"], found["Expenses"]) == (["300.00"], ["30.00"])
    assert (found["GrossProfit"], found["NetIncome"]) == (["300.00"], ["270.00"])


def test_what_is_dated_outside_is_left_out(shop: Simulator) -> None:
    found = totals(report(shop, start_date="2026-02-11", end_date="2026-02-28"))
    assert found["NetIncome"] == ["70.00"]


def test_months_have_a_column_each_and_a_total(shop: Simulator) -> None:
    asked = {"start_date": "2026-01-15", "end_date": "2026-03-10"}
    made = report(shop, summarize_column_by="Month", **asked)
    days = [[pair["Value"] for pair in column["MetaData"]] for column in made["Columns"]["Column"]]
    assert days[1:4] == [
        ["2026-01-15", "2026-01-31"], ["2026-02-01", "2026-02-28"], ["2026-03-01", "2026-03-10"],
    ]  # fmt: skip
    assert totals(made)["Income"] == ["", "200.00", "", "200.00"]


@pytest.mark.parametrize(("by", "columns"), [("Days", 31), ("Week", 5), ("Quarter", 1)])
def test_periods_follow_the_calendar(shop: Simulator, by: str, columns: int) -> None:
    made = report(shop, start_date="2026-01-01", end_date="2026-01-31", summarize_column_by=by)
    assert len(made["Columns"]["Column"]) == columns + 2
    values = totals(made)["NetIncome"]
    assert sum(Decimal(v or 0) for v in values[:-1]) == Decimal(values[-1]) == 100


def test_an_account_has_its_id(shop: Simulator) -> None:
    rows = report(shop, start_date="2026-01-01", end_date="2026-12-31")["Rows"]["Row"]
    (line,) = rows[0]["Rows"]["Row"]
    assert line["ColData"] == [{"value": "Services", "id": "1"}, {"value": "300.00"}]


def test_without_data_the_headings_stay(qbo: Simulator) -> None:
    made = report(qbo)
    assert {"Name": "NoReportData", "Value": "true"} in made["Header"]["Option"]
    wanted = ["Income", "GrossProfit", "Expenses", "NetOperatingIncome", "NetIncome"]
    assert list(totals(made)) == wanted


def test_a_date_that_is_none_is_refused(qbo: Simulator) -> None:
    answer = qbo.call("GET", "reports/ProfitAndLoss", params={"start_date": "soon"})
    assert qbo.fault(answer) == (400, ["2060"])


def test_more_columns_than_a_report_has_are_refused(shop: Simulator) -> None:
    asked = {"start_date": "0001-01-01", "end_date": "9999-12-31", "summarize_column_by": "Days"}
    assert shop.fault(shop.call("GET", "reports/ProfitAndLoss", params=asked)) == (400, ["10100"])


@pytest.mark.parametrize("by", ["Total", "Days", "Week", "Month", "Year"])
def test_a_report_may_reach_the_last_day_of_the_calendar(shop: Simulator, by: str) -> None:
    made = report(shop, start_date="9999-12-25", end_date="9999-12-31", summarize_column_by=by)
    assert made["Columns"]["Column"][-1]["ColType"] == "Money"
