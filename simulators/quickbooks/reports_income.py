"""Profit and loss: income and costs by account, in columns by period, worded as recorded."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import MAXYEAR, date, timedelta
from decimal import Decimal
from itertools import islice
from typing import NamedTuple

from simulators.quickbooks.company import Company
from simulators.quickbooks.faults import fault
from simulators.quickbooks.links import split_key
from simulators.quickbooks.wire import CENT, ZERO, Record

type Sums = dict[str, list[Decimal]]


class Period(NamedTuple):
    """The days of one column, both included."""

    first: date
    last: date


class Section(NamedTuple):
    """One block of the report: accounts of some types, or a result of what came before."""

    group: str
    title: str
    types: tuple[str, ...] = ()
    sign: int = -1
    of: tuple[str, ...] = ()


MOST_COLUMNS = 400
MONTHS = {"month": 1, "quarter": 3, "year": 12}
SECTIONS = (
    Section("Income", "Income", ("Income",)),
    Section("COGS", "Cost of Goods Sold", ("Cost of Goods Sold",), 1),
    Section("GrossProfit", "Gross Profit", of=("Income", "-COGS")),
    Section("Expenses", "Expenses", ("Expense",), 1),
    Section("NetOperatingIncome", "Net Operating Income", of=("GrossProfit", "-Expenses")),
    Section("OtherIncome", "Other Income", ("Other Income",)),
    Section("OtherExpenses", "Other Expenses", ("Other Expense",), 1),
    Section("NetOtherIncome", "Net Other Income", of=("OtherIncome", "-OtherExpenses")),
    Section("NetIncome", "Net Income", of=("NetOperatingIncome", "NetOtherIncome")),
)
ALWAYS = frozenset({"Income", "GrossProfit", "Expenses", "NetOperatingIncome", "NetIncome"})


def profit_and_loss(company: Company, params: dict[str, str]) -> tuple[list[Record], list[Record]]:
    """Return the columns and rows of the report.

    Raises:
        ApiError: a date is malformed, or there would be too many columns (10100).
    """
    whole = asked_period(company, params)
    by = params.get("summarize_column_by", "Total").lower()
    periods = list(islice(_periods(whole, by), MOST_COLUMNS + 1))
    if len(periods) > MOST_COLUMNS:
        raise fault("10100", f"A report has at most {MOST_COLUMNS} columns")
    sums = _sums(company, periods)
    columns = [column("", "Account", {"ColKey": "account"}), *map(_period_column, periods)]
    if by not in {"days", "week", *MONTHS}:
        columns = columns[:1]
    columns.append(column("TOTAL" if len(columns) > 1 else "Total", "Money", {"ColKey": "total"}))
    return columns, list(_rows(company, sums, len(columns) - 1, len(periods)))


def asked_period(company: Company, params: dict[str, str]) -> Period:
    """Return the days that a report is asked for: by default this year up to today.

    Raises:
        ApiError: a date is malformed (2060).
    """
    today = company.clock.today()
    texts = (params.get("start_date") or f"{today[:4]}-01-01", params.get("end_date") or today)
    try:
        return Period(*map(date.fromisoformat, texts))
    except ValueError as error:
        raise fault("2060", f"Supplied value:{'..'.join(texts)[:40]}", "start_date") from error


def _periods(whole: Period, by: str) -> Iterator[Period]:
    """Cut the time asked for into calendar periods; the first and last may be parts of one."""
    start = whole.first
    while start <= whole.last:
        end = min(_end(start, by) or whole.last, whole.last)
        yield Period(start, end)
        if end == whole.last:
            return
        start = end + timedelta(days=1)


def _end(start: date, by: str) -> date | None:
    if start.year == MAXYEAR:
        return None
    if by == "days":
        return start
    if by == "week":
        return start + timedelta(days=(5 - start.weekday()) % 7)
    months = MONTHS.get(by)
    if months is None:
        return None
    next_one = (start.month - 1) // months * months + months
    year, month = start.year + next_one // 12, next_one % 12 + 1
    return date(year, month, 1) - timedelta(days=1)


def _sums(company: Company, periods: list[Period]) -> Sums:
    """Add up what was posted, by account and period."""
    sums: defaultdict[str, list[Decimal]] = defaultdict(lambda: [ZERO] * len(periods))
    for key, postings in company.ledger.entries.items():
        entity, number = split_key(key.partition("#")[0])
        record = company.get(entity, number) or {}
        day = day_of_entry(record)
        place = next((i for i, p in enumerate(periods) if _within(day, p)), None)
        if place is not None:
            for posting in postings:
                sums[posting.account][place] += posting.amount
    return sums


def day_of_entry(record: Record) -> str:
    """Return the day that a document's postings are of; an opening balance is of its making."""
    day: str = record.get("TxnDate") or (record.get("MetaData") or {}).get("CreateTime", "")[:10]
    return day


def _within(day: str, period: Period) -> bool:
    return period.first.isoformat() <= day <= period.last.isoformat()


def _rows(company: Company, sums: Sums, width: int, count: int) -> Iterator[Record]:
    totals: dict[str, list[Decimal]] = {}
    shown: set[str] = set()
    for section in SECTIONS:
        if section.of:
            totals[section.group] = _result(section, totals)
            if section.group in ALWAYS or shown.intersection(section.of):
                cells = _cells(section.title, totals[section.group], width)
                yield _block(section, [], cells)
            continue
        accounts = [
            (account, [section.sign * amount for amount in sums[account["Id"]]])
            for account in sorted(company.all("Account"), key=lambda a: a["FullyQualifiedName"])
            if account["AccountType"] in section.types and any(sums.get(account["Id"], []))
        ]
        totals[section.group] = [
            sum((amounts[place] for _, amounts in accounts), ZERO) for place in range(count)
        ]
        if accounts or section.group in ALWAYS:
            shown |= {section.group, f"-{section.group}"}
            rows = [_account_row(account, amounts, width) for account, amounts in accounts]
            total = _cells(f"Total {section.title}", totals[section.group], width)
            yield _block(section, rows, total, header=True)


def _result(section: Section, totals: dict[str, list[Decimal]]) -> list[Decimal]:
    signed = [(-1 if name[0] == "-" else 1, totals[name.lstrip("-")]) for name in section.of]
    return [sum((sign * v for (sign, _), v in zip(signed, column, strict=True)), ZERO)
            for column in zip(*(values for _, values in signed), strict=True)]  # fmt: skip


def _block(
    section: Section, rows: list[Record], total: list[Record], *, header: bool = False
) -> Record:
    block: Record = {}
    if header:
        empty = [{"value": ""} for _ in total[1:]]
        block["Header"] = {"ColData": [{"value": section.title}, *empty]}
    if rows:
        block["Rows"] = {"Row": rows}
    return block | {"Summary": {"ColData": total}, "type": "Section", "group": section.group}


def _account_row(account: Record, amounts: list[Decimal], width: int) -> Record:
    name, *cells = _cells(account["Name"], amounts, width)
    return {"ColData": [name | {"id": account["Id"]}, *cells], "type": "Data"}


def _cells(label: str, amounts: list[Decimal], width: int) -> list[Record]:
    total = sum(amounts, ZERO)
    shown = [*amounts, total] if width > 1 else [total]
    texts = ["" if not amount else str(amount.quantize(CENT)) for amount in shown]
    return [{"value": label}, *({"value": text} for text in texts)]


def column(title: str, kind: str, told: dict[str, str]) -> Record:
    """Write the head of a column."""
    pairs = [{"Name": name, "Value": value} for name, value in told.items()]
    return {"ColTitle": title, "ColType": kind, "MetaData": pairs}


def _period_column(period: Period) -> Record:
    told = {"StartDate": period.first.isoformat(), "EndDate": period.last.isoformat()}
    title = f"{period.first:%b} {period.first.day} - {period.last:%b} {period.last.day}, "
    return column(f"{title}{period.last.year}", "Money", told)
