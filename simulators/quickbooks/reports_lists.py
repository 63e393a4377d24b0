"""Reports that list or sum documents: transactions, ages, sales, expenses, taxes, accounts."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from functools import partial

from simulators.quickbooks.company import Company
from simulators.quickbooks.links import split_key
from simulators.quickbooks.schema import ENTITIES
from simulators.quickbooks.wire import ZERO, Record

type Rows = list[Record]
type Report = tuple[tuple[str, ...], Callable[[Company], Rows]]

AGES = ((0, "Current"), (30, "1 - 30"), (60, "31 - 60"), (90, "61 - 90"), (10**6, "91 and over"))
LISTED = ("Date", "Transaction Type", "Num", "Name", "Amount")
OPEN = {
    "CustomerRef": {
        "Invoice": ("Balance", 1), "CreditMemo": ("RemainingCredit", -1),
        "Payment": ("UnappliedAmt", -1),
    },
    "VendorRef": {"Bill": ("Balance", 1), "VendorCredit": ("Balance", -1)},
}  # fmt: skip
SALES = {"Invoice": 1, "SalesReceipt": 1, "CreditMemo": -1, "RefundReceipt": -1}
EXPENSES = {"Bill": 1, "Purchase": 1, "VendorCredit": -1}


def row(*cells: object) -> Record:
    """Write one row of a report."""
    return {"ColData": [{"value": "" if cell is None else str(cell)} for cell in cells]}


def _section(title: str, rows: Rows, *total: object) -> Record:
    return {
        "Header": row(title),
        "Rows": {"Row": rows},
        "Summary": row(f"Total for {title}", *total),
        "type": "Section",
    }


def _party(record: Record) -> Record:
    found: Record = (
        record.get("CustomerRef") or record.get("VendorRef") or record.get("EntityRef") or {}
    )
    return found


def _forms(company: Company) -> Iterator[tuple[str, Record]]:
    for entity in ENTITIES.values():
        if entity.kind == "form":
            yield from ((entity.name, record) for record in company.all(entity.name))


def _listed(kind: str, record: Record) -> Record:
    amount = record.get("TotalAmt", record.get("Amount", ""))
    name = _party(record).get("name", "")
    return row(record.get("TxnDate", ""), kind, record.get("DocNumber", ""), name, amount)


def _transactions(company: Company, by: str = "") -> Rows:
    found = sorted(_forms(company), key=lambda pair: pair[1].get("TxnDate", ""))
    if not by:
        return [_listed(kind, record) for kind, record in found]
    groups: defaultdict[str, Rows] = defaultdict(list)
    for kind, record in found:
        if by in record:
            groups[record[by].get("name", "")].append(_listed(kind, record))
    return [_section(name, rows) for name, rows in sorted(groups.items())]


def _journal(company: Company) -> Rows:
    rows = []
    for key, postings in company.ledger.entries.items():
        kind, number = split_key(key.partition("#")[0])
        record = company.get(kind, number) or {}
        for posting in postings:
            label = company.ref("Account", posting.account).get("name", "")
            head = (record.get("TxnDate", ""), kind, record.get("DocNumber", ""), label)
            rows.append(row(*head, max(posting.amount, ZERO), max(-posting.amount, ZERO)))
    return rows


def _open(company: Company, by: str) -> Iterator[tuple[str, str, Record, Decimal]]:
    for kind, (member, sign) in OPEN[by].items():
        for record in company.all(kind):
            if amount := record.get(member):
                yield record[by].get("name", ""), kind, record, sign * Decimal(amount)


def _age(company: Company, record: Record) -> int:
    due = date.fromisoformat(record.get("DueDate") or record["TxnDate"])
    late = (date.fromisoformat(company.clock.today()) - due).days
    return next(place for place, (most, _) in enumerate(AGES) if late <= most)


def _aged(company: Company, by: str) -> Rows:
    sums: defaultdict[str, list[Decimal]] = defaultdict(lambda: [ZERO] * len(AGES))
    for name, _, record, amount in _open(company, by):
        sums[name][_age(company, record)] += amount
    return [row(name, *ages, sum(ages, ZERO)) for name, ages in sorted(sums.items())]


def _open_documents(company: Company, by: str) -> Rows:
    groups: defaultdict[str, Rows] = defaultdict(list)
    totals: defaultdict[str, Decimal] = defaultdict(lambda: ZERO)
    for name, kind, record, amount in _open(company, by):
        number = record.get("DocNumber", "")
        groups[name].append(row(record["TxnDate"], kind, number, record.get("DueDate", ""), amount))
        totals[name] += amount
    return [_section(name, groups[name], "", "", "", totals[name]) for name in sorted(groups)]


def _sums(company: Company, kinds: dict[str, int], label: Callable[[Record, Record], str]) -> Rows:
    sums: defaultdict[str, Decimal] = defaultdict(lambda: ZERO)
    for kind, sign in kinds.items():
        for record in company.all(kind):
            for line in record.get("Line", []):
                if line["DetailType"] not in {"SubTotalLineDetail", "DescriptionOnly"}:
                    minus = -1 if line["DetailType"] == "DiscountLineDetail" else 1
                    sums[label(record, line)] += sign * minus * Decimal(line.get("Amount", ZERO))
    return [row(name or "Not Specified", amount) for name, amount in sorted(sums.items())]


def _of_party(record: Record, _: Record) -> str:
    return str(_party(record).get("name", ""))


def _of_line(name: str, record: Record, line: Record) -> str:
    found = line.get(line["DetailType"], {}).get(name) or record.get(name) or {}
    return str(found.get("name", ""))


def _taxes(company: Company) -> Rows:
    sums: defaultdict[str, Decimal] = defaultdict(lambda: ZERO)
    for kind, sign in SALES.items():
        for record in company.all(kind):
            for line in record.get("TxnTaxDetail", {}).get("TaxLine", []):
                rate = line["TaxLineDetail"]["TaxRateRef"]["value"]
                sums[rate] += sign * Decimal(line["Amount"])
    return [row(company.ref("TaxRate", rate).get("name"), tax) for rate, tax in sums.items()]


def _cash(company: Company) -> Rows:
    """Every account but the bank's explains, with its sign turned, a part of the change in cash."""
    parts: defaultdict[str, Decimal] = defaultdict(lambda: ZERO)
    for account in company.all("Account"):
        if account["AccountType"] != "Bank":
            parts[account["AccountType"]] -= company.ledger.accounts.get(account["Id"], ZERO)
    rows = [row(kind, amount) for kind, amount in sorted(parts.items()) if amount]
    return [*rows, _section("Net cash increase for period", [], sum(parts.values(), ZERO))]


def _accounts(company: Company) -> Rows:
    names = ("FullyQualifiedName", "AccountType", "AccountSubType", "Description", "CurrentBalance")
    return [row(*(account.get(name) for name in names)) for account in company.all("Account")]


def _stock(company: Company) -> Rows:
    return [
        row(
            item["FullyQualifiedName"], item.get("Sku"), item["QtyOnHand"], item.get("PurchaseCost")
        )
        for item in company.all("Item")
        if item["Type"] == "Inventory"
    ]


TOTAL = ("", "Total")
DETAIL = ("Date", "Transaction Type", "Num", "Due Date", "Open Balance")
AGED = ("", *(title for _, title in AGES), "Total")
BY_DEPARTMENT = partial(_of_line, "DepartmentRef")
POSTED = ("Date", "Transaction Type", "Num", "Account", "Debit", "Credit")
REPORTS: dict[str, Report] = {
    "AccountList": (("Account", "Type", "Detail type", "Description", "Balance"), _accounts),
    "AgedPayableDetail": (DETAIL, partial(_open_documents, by="VendorRef")),
    "AgedPayables": (AGED, partial(_aged, by="VendorRef")),
    "AgedReceivableDetail": (DETAIL, partial(_open_documents, by="CustomerRef")),
    "AgedReceivables": (AGED, partial(_aged, by="CustomerRef")),
    "CashFlow": (TOTAL, _cash),
    "ClassSales": (TOTAL, partial(_sums, kinds=SALES, label=partial(_of_line, "ClassRef"))),
    "CustomerBalanceDetail": (DETAIL, partial(_open_documents, by="CustomerRef")),
    "CustomerIncome": (TOTAL, partial(_sums, kinds=SALES, label=_of_party)),
    "CustomerSales": (TOTAL, partial(_sums, kinds=SALES, label=_of_party)),
    "DepartmentSales": (TOTAL, partial(_sums, kinds=SALES, label=BY_DEPARTMENT)),
    "InventoryValuationSummary": (("", "SKU", "Qty", "Cost"), _stock),
    "ItemSales": (TOTAL, partial(_sums, kinds=SALES, label=partial(_of_line, "ItemRef"))),
    "JournalReport": (POSTED, _journal),
    "TaxSummary": (TOTAL, _taxes),
    "TransactionList": (LISTED, _transactions),
    "TransactionListByCustomer": (LISTED, partial(_transactions, by="CustomerRef")),
    "TransactionListByVendor": (LISTED, partial(_transactions, by="VendorRef")),
    "TransactionListWithSplits": (POSTED, _journal),
    "VendorBalanceDetail": (DETAIL, partial(_open_documents, by="VendorRef")),
    "VendorExpenses": (TOTAL, partial(_sums, kinds=EXPENSES, label=_of_party)),
}  # fmt: skip
