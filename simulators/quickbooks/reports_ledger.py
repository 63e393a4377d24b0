"""The general ledger report: postings of a period by account, nested as recorded (section 11)."""

import re
from collections import defaultdict
from decimal import Decimal
from typing import NamedTuple

from simulators.quickbooks.company import Company
from simulators.quickbooks.ledger import Posting
from simulators.quickbooks.links import split_key
from simulators.quickbooks.reports_income import Period, asked_period, column, day_of_entry
from simulators.quickbooks.seed.chart import BALANCE_SHEET
from simulators.quickbooks.wire import CENT, ZERO, Record

PARTIES = frozenset({"CustomerRef", "VendorRef", "EntityRef"})
DEBIT_SIDE = frozenset({"Asset", "Expense"})
COLUMNS = {
    "tx_date": ("Date", "Date"),
    "txn_type": ("Transaction Type", "String"),
    "doc_num": ("Num", "String"),
    "name": ("Name", "String"),
    "memo": ("Memo/Description", "String"),
    "split_acc": ("Split", "String"),
    "subt_nat_amount": ("Amount", "Money"),
    "rbal_nat_amount": ("Balance", "Money"),
}
KINDS = {"BillPayment": "Bill Payment", "Purchase": "Expense", "Item": "Inventory Starting Value"}
SPLIT = "-Split-"
type Cell = tuple[str, str]
type Cells = dict[str, Cell]


class Entry(NamedTuple):
    """One posting of a document to an account."""

    day: str
    key: str
    record: Record
    posting: Posting
    others: tuple[str, ...]


def general_ledger(company: Company, params: dict[str, str]) -> tuple[list[Record], list[Record]]:
    """Return the columns and rows of the report.

    Raises:
        ApiError: a date is malformed.
    """
    asked = [name for name in params.get("columns", "").split(",") if name in COLUMNS]
    shown = asked or list(COLUMNS)
    columns = [column(*COLUMNS[name], {"ColKey": name}) for name in shown]
    ledger = _Ledger(company, asked_period(company, params), shown)
    tops = [a for a in company.all("Account") if not a.get("ParentRef")]
    ordered = sorted(tops, key=lambda account: int(account["Id"]))
    sections = [ledger.section(account) for account in ordered]
    return columns, [section for section, _ in sections if section]


class _Ledger:
    def __init__(self, company: Company, period: Period, shown: list[str]) -> None:
        self.company, self.shown = company, shown
        self.first, self.last = period.first.isoformat(), period.last.isoformat()
        self.entries: defaultdict[str, list[Entry]] = defaultdict(list)
        for key, postings in company.ledger.entries.items():
            record = company.of_key(key.partition("#")[0]) or {}
            for posting in postings:
                others = tuple(p.account for p in postings if p.account != posting.account)
                entry = Entry(day_of_entry(record), key, record, posting, others)
                self.entries[posting.account].append(entry)

    def section(self, account: Record) -> tuple[Record, Decimal]:
        """Write an account with those below it, and what moved; nothing if there is nothing."""
        rows, total = self._rows(account)
        children = self.company.children["Account"].get(account["Id"], ())
        found = [self.company.get("Account", child) for child in sorted(children, key=int)]
        below = [self.section(child) for child in found if child]
        inner = [section for section, _ in below if section]
        if not rows and not inner:
            return {}, ZERO
        title = f"Total for {account['Name']}" + (" with sub-accounts" if inner else "")
        total += sum((amount for _, amount in below), ZERO)
        summary = {"subt_nat_amount": (_cents(total), ""), self.shown[0]: (title, "")}
        return {
            "Header": self._row({self.shown[0]: (account["Name"], account["Id"])}),
            "Rows": {"Row": [*rows, *inner]},
            "Summary": self._row(summary),
            "type": "Section",
        }, total

    def _rows(self, account: Record) -> tuple[list[Record], Decimal]:
        sign = 1 if account["Classification"] in DEBIT_SIDE else -1
        entries = sorted(self.entries[account["Id"]], key=lambda entry: (entry.day, entry.key))
        before = sum((e.posting.amount for e in entries if e.day < self.first), ZERO)
        balance = sign * before if account["Classification"] in BALANCE_SHEET else ZERO
        rows, total = [], ZERO
        if balance:
            opening = {"rbal_nat_amount": (_cents(balance), ""),
                       self.shown[0]: ("Beginning Balance", "")}  # fmt: skip
            rows.append(self._row(opening) | {"type": "Data"})
        for entry in entries:
            if self.first <= entry.day <= self.last:
                amount = sign * entry.posting.amount
                total, balance = total + amount, balance + amount
                rows.append(self._row(self._cells(entry, amount, balance)) | {"type": "Data"})
        return rows, total

    def _cells(self, entry: Entry, amount: Decimal, balance: Decimal) -> Cells:
        entity, number = split_key(entry.key.partition("#")[0])
        party: Record = next((v for n, v in entry.record.items() if n in PARTIES), {})
        return {
            "tx_date": (entry.day, ""),
            "txn_type": (KINDS.get(entity, _worded(entity)), number),
            "doc_num": (str(entry.record.get("DocNumber", "")), ""),
            "name": (party.get("name", ""), party.get("value", "")),
            "memo": (str(entry.record.get("PrivateNote", "")), ""),
            "split_acc": self._split(entry.others),
            "subt_nat_amount": (_cents(amount), ""),
            "rbal_nat_amount": (_cents(balance), ""),
        }

    def _split(self, others: tuple[str, ...]) -> Cell:
        if len(set(others)) != 1:
            return SPLIT, ""
        return self.company.ref("Account", others[0]).get("name", ""), others[0]

    def _row(self, cells: Cells) -> Record:
        return {"ColData": [_shown(*cells.get(name, ("", ""))) for name in self.shown]}


def _shown(value: str, key: str) -> Record:
    return {"value": value, "id": key} if key else {"value": value}


def _worded(entity: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", entity)


def _cents(amount: Decimal) -> str:
    return str(amount.quantize(CENT))
