"""Reports have as many cells in every row as they have columns (section 11)."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.simulators.quickbooks.conftest import Simulator
from tests.simulators.quickbooks.test_faults import a_line, an_invoice

EMPTY = {"start_date": "2001-01-01", "end_date": "2001-03-31"}
SPAN = {"start_date": "2026-02-01", "end_date": "2026-02-28"}
LEDGER = ["Date", "Transaction Type", "Num", "Name", "Memo/Description", "Split", "Amount",
          "Balance"]  # fmt: skip


@pytest.fixture
def shop(qbo: Simulator) -> Simulator:
    qbo.create("Customer", DisplayName="Harbor Cafe")
    qbo.create("Item", Name="Labor", Type="Service", IncomeAccountRef={"value": "52"})
    for day, amount in (("2026-01-20", 10), ("2026-02-03", 100), ("2026-02-09", 40)):
        shop_body = an_invoice(a_line(amount=amount), TxnDate=day, PrivateNote=day)
        qbo.create("Invoice", **shop_body)
    return qbo


def report(shop: Simulator, name: str, **params: str) -> dict[str, Any]:
    answer = shop.call("GET", f"reports/{name}", params=params)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def cells(block: dict[str, Any]) -> Iterator[list[dict[str, Any]]]:
    for row in block.get("Rows", {}).get("Row", []):
        yield from cells(row)
    for part in (block.get("Header", {}), block.get("Summary", {}), block):
        if "ColData" in part:
            yield part["ColData"]


def widths(told: dict[str, Any]) -> set[int]:
    return {len(row) for row in cells({"Rows": told["Rows"]})}


@pytest.mark.parametrize("by", ["Total", "Days", "Week", "Month", "Quarter", "Year"])
@pytest.mark.parametrize("span", [EMPTY, SPAN])
def test_rows_are_as_wide_as_the_header_by_every_period(
    shop: Simulator, by: str, span: dict[str, str]
) -> None:
    told = report(shop, "ProfitAndLoss", summarize_column_by=by, **span)
    assert widths(told) == {len(told["Columns"]["Column"])}


@pytest.mark.parametrize(
    "name", ["BalanceSheet", "TrialBalance", "ProfitAndLossDetail", "AgedReceivableDetail",
             "CustomerBalance", "TransactionList", "JournalReport", "GeneralLedger", "CashFlow"]
)  # fmt: skip
def test_every_report_is_as_wide_as_its_header(shop: Simulator, name: str) -> None:
    told = report(shop, name)
    assert widths(told) == {len(told["Columns"]["Column"])}


def texts(row: dict[str, Any]) -> list[str]:
    return [cell["value"] for cell in row["ColData"]]


def of_account(told: dict[str, Any], key: str) -> dict[str, Any]:
    (found,) = (row for row in told["Rows"]["Row"] if row["Header"]["ColData"][0].get("id") == key)
    return dict(found)


def test_the_general_ledger_lists_a_period_of_an_account_from_its_opening_balance(
    shop: Simulator,
) -> None:
    told = report(shop, "GeneralLedger", **SPAN)
    assert [column["ColTitle"] for column in told["Columns"]["Column"]] == LEDGER
    section = of_account(told, "84")
    opening, first, second = section["Rows"]["Row"]
    assert texts(opening) == ["Beginning Balance", "", "", "", "", "", "", "10.00"]
    assert texts(first) == [
        "2026-02-03", "Invoice", "1002", "Harbor Cafe", "2026-02-03",
        "Landscaping Services:Labor:Installation", "100.00", "110.00",
    ]  # fmt: skip
    assert (first["ColData"][1]["id"], first["type"], second["type"]) == ("2", "Data", "Data")
    total = ["Total for Accounts Receivable (A/R)", "", "", "", "", "", "140.00", ""]
    assert texts(section["Summary"]) == total


def test_the_general_ledger_has_sub_accounts_inside_their_parent(shop: Simulator) -> None:
    parent = of_account(report(shop, "GeneralLedger", **SPAN), "45")
    (labor,) = parent["Rows"]["Row"]
    (installation,) = labor["Rows"]["Row"]
    assert texts(installation["Rows"]["Row"][0])[6:] == ["100.00", "100.00"]
    totals = [texts(block["Summary"])[::6][:2] for block in (installation, labor, parent)]
    assert totals == [
        ["Total for Installation", "140.00"],
        ["Total for Labor with sub-accounts", "140.00"],
        ["Total for Landscaping Services with sub-accounts", "140.00"],
    ]


def test_the_general_ledger_of_an_empty_period_shows_opening_balances_only(
    shop: Simulator,
) -> None:
    later = {"start_date": "2027-01-01", "end_date": "2027-01-31"}
    told = report(shop, "GeneralLedger", **later)
    assert [len(row["Rows"]["Row"]) for row in told["Rows"]["Row"]] == [1]
    assert report(shop, "GeneralLedger", **EMPTY)["Rows"] == {}


def test_the_general_ledger_shows_the_columns_that_are_asked_for(shop: Simulator) -> None:
    told = report(shop, "GeneralLedger", columns="tx_date,subt_nat_amount,nothing", **SPAN)
    assert texts(of_account(told, "84")["Rows"]["Row"][1]) == ["2026-02-03", "100.00"]
