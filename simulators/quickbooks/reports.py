"""A few reports from the ledger: trial balance, balance sheet, profit and loss, general ledger."""

from collections.abc import Iterable
from decimal import Decimal

from simulators.quickbooks import reports_lists
from simulators.quickbooks.clock import stamp
from simulators.quickbooks.company import Company
from simulators.quickbooks.faults import unsupported
from simulators.quickbooks.reports_income import profit_and_loss
from simulators.quickbooks.reports_ledger import general_ledger
from simulators.quickbooks.reports_lists import row
from simulators.quickbooks.seed.company import home_currency
from simulators.quickbooks.wire import ZERO, Record

SECTIONS = {
    "BalanceSheet": ("Asset", "Liability", "Equity"),
    "ProfitAndLossDetail": ("Revenue", "Expense"),
}
COLUMNED = {"ProfitAndLoss": profit_and_loss, "GeneralLedger": general_ledger}
DEBIT_SIDE = frozenset({"Asset", "Expense"})


def run(company: Company, name: str, params: dict[str, str]) -> Record:
    """Make a report.

    Raises:
        ApiError: the simulator has no such report.
    """
    if name in COLUMNED:
        told, rows = COLUMNED[name](company, params)
        return _report(company, name, params, told, rows)
    if name in {"TrialBalance", "TrialBalanceFR"}:
        columns, rows = ["", "Debit", "Credit"], _trial(company)
    elif name in SECTIONS:
        columns, rows = ["", "Total"], _sections(company, SECTIONS[name])
    elif name in {"CustomerBalance", "VendorBalance"}:
        columns, rows = ["", "Total"], _names(company, name.removesuffix("Balance"))
    elif name in reports_lists.REPORTS:
        titles, make = reports_lists.REPORTS[name]
        columns, rows = list(titles), make(company)
    else:
        raise unsupported(f"report {name}")
    kinds = ["Account", *["Money"] * (len(columns) - 1)]
    told = [
        {"ColTitle": title, "ColType": kind} for title, kind in zip(columns, kinds, strict=True)
    ]
    return _report(company, name, params, told, rows)


def _report(
    company: Company, name: str, params: dict[str, str], columns: list[Record], rows: list[Record]
) -> Record:
    return {
        "Header": {
            "Time": stamp(int(company.clock.epoch())),
            "ReportName": name,
            "ReportBasis": params.get("accounting_method", "Accrual"),
            "StartPeriod": params.get("start_date", company.clock.today()[:4] + "-01-01"),
            "EndPeriod": params.get("end_date", company.clock.today()),
            "SummarizeColumnsBy": params.get("summarize_column_by", "Total"),
            "Currency": home_currency(company)["value"],
            "Option": [
                {"Name": "AccountingStandard", "Value": "GAAP"},
                {
                    "Name": "NoReportData",
                    "Value": str(not any("Rows" in r or "ColData" in r for r in rows)).lower(),
                },
            ],
        },
        "Columns": {"Column": columns},
        "Rows": {"Row": [_fitted(row, len(columns)) for row in rows]} if rows else {},
    }


def _fitted(block: Record, width: int) -> Record:
    """Give every row of a block as many cells as there are columns, as recorded."""
    fitted: Record = {}
    for name, value in block.items():
        if name == "ColData":
            fitted[name] = [*value, *({"value": ""} for _ in range(width - len(value)))]
        elif name == "Rows":
            fitted[name] = {"Row": [_fitted(inner, width) for inner in value["Row"]]}
        elif name in {"Header", "Summary"}:
            fitted[name] = _fitted(value, width)
        else:
            fitted[name] = value
    return fitted


def _accounts(company: Company, classes: Iterable[str]) -> list[tuple[Record, Decimal]]:
    wanted = set(classes)
    rows = [
        (account, company.ledger.accounts[account["Id"]])
        for account in company.all("Account")
        if account["Classification"] in wanted and company.ledger.accounts.get(account["Id"])
    ]
    return sorted(rows, key=lambda row: row[0]["FullyQualifiedName"])


def _trial(company: Company) -> list[Record]:
    rows = []
    debits = credits = ZERO  # noqa: A001 - the accountant's word
    for account, amount in _accounts(
        company, ("Asset", "Liability", "Equity", "Revenue", "Expense")
    ):
        debit, credit = max(amount, ZERO), max(-amount, ZERO)
        debits, credits = debits + debit, credits + credit  # noqa: A001
        rows.append(row(account["FullyQualifiedName"], debit or "", credit or ""))
    if rows:
        rows.append(
            {"Summary": row("TOTAL", debits, credits), "type": "Section", "group": "GrandTotal"}
        )
    return rows


def _sections(company: Company, classes: tuple[str, ...]) -> list[Record]:
    rows = []
    for name in classes:
        sign = 1 if name in DEBIT_SIDE else -1
        found = _accounts(company, (name,))
        inner = [row(account["FullyQualifiedName"], sign * amount) for account, amount in found]
        total = sum((sign * amount for _, amount in found), ZERO)
        rows.append(
            {"Header": row(name), "Rows": {"Row": inner}, "Summary": row(f"Total {name}", total),
             "type": "Section", "group": name}
        )  # fmt: skip
    return rows


def _names(company: Company, entity: str) -> list[Record]:
    return [
        row(record["DisplayName"], record["Balance"])
        for record in company.all(entity)
        if record.get("Balance")
    ]
