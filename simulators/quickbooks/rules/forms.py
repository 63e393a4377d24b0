"""What all transactions have in common: date and closed books, numbers, currency, lines."""

import re
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from simulators.quickbooks.company import Company
from simulators.quickbooks.draft import Draft
from simulators.quickbooks.rates import rate_on
from simulators.quickbooks.rules.base import Rule
from simulators.quickbooks.schema.types import DETAILS
from simulators.quickbooks.seed.company import home_currency
from simulators.quickbooks.settle import OPEN_FORMS
from simulators.quickbooks.switches import PLUS
from simulators.quickbooks.wire import CENT, ZERO, Record, money

LINELESS = frozenset(
    {"Transfer", "CreditCardPayment", "TimeActivity", "Payment", "BillPayment", "Estimate"}
)
OUT_OF_RANGE = Decimal(10) ** 11
UNNUMBERED = frozenset({"JournalEntry", "Purchase"})
FIRST_NUMBER = "1000"
LONGEST_NUMBER = 21
LAST_DIGITS = re.compile(r"[0-9]+\Z")
VOIDED = "Voided"
VOIDED_AMOUNTS = frozenset({"Amount", "Qty", "UnitPrice", "TotalTax", "NetAmountTaxable"})


class FormRule(Rule):
    """A transaction."""

    def prepare(self, draft: Draft) -> None:
        """Do the common part, then the entity's own."""
        draft.default("TxnDate", draft.company.clock.today())
        check_open(draft)
        check_tracked(draft)
        self._currency(draft)
        self._need_lines(draft)
        number_lines(draft)
        self._need_lines(draft)
        self.fill(draft)
        draft.stop_on_errors()
        if draft.entity.number:
            give_number(draft)
        if draft.company.switches.multicurrency and "HomeTotalAmt" in draft.entity.shape.fields:
            home = draft.amount("TotalAmt") * draft.amount("ExchangeRate")
            draft.new["HomeTotalAmt"] = money(cents(home))

    def _need_lines(self, draft: Draft) -> None:
        if draft.entity.lines and draft.entity.name not in LINELESS and not draft.new.get("Line"):
            draft.missing("Line")
        draft.stop_on_errors()

    def fill(self, draft: Draft) -> None:
        """Compute totals and check what is special about the entity."""

    def check_update(self, draft: Draft, *, sparse: bool) -> None:  # noqa: ARG002
        """Refuse changes of deposited transactions (6540)."""
        check_deposited(draft)

    def check_removal(self, draft: Draft) -> None:
        """Refuse what is deposited or in a closed period."""
        check_deposited(draft)
        check_open(draft)

    def voided(self, draft: Draft) -> Record:
        """Zero every amount, release the links, mark the note (section 6.8)."""
        record = dict(draft.new)
        note = record.get("PrivateNote", "")
        if not note.startswith(VOIDED):
            record["PrivateNote"] = f"{VOIDED} - {note}" if note else VOIDED
        record["Line"] = [zeroed(line) for line in record.get("Line", [])]
        if draft.entity.name in {"Payment", "BillPayment"}:
            record["Line"] = []
        for name in (
            "TotalAmt",
            "Balance",
            "UnappliedAmt",
            "RemainingCredit",
            "HomeTotalAmt",
            "Deposit",
        ):
            if name in record:
                record[name] = ZERO
        if "TxnTaxDetail" in record:
            record["TxnTaxDetail"] = {"TotalTax": ZERO}
        if "LinkedTxn" in record:
            record["LinkedTxn"] = []
        return record

    def _currency(self, draft: Draft) -> None:
        shape = draft.entity.shape.fields
        if draft.company.switches.country == "US":
            draft.new.pop("GlobalTaxCalculation", None)
        if "CurrencyRef" not in shape:
            return
        if not draft.company.switches.multicurrency:
            draft.new["CurrencyRef"] = home_currency(draft.company)
            draft.new.pop("ExchangeRate", None)
            return
        if not draft.ref("CurrencyRef"):
            draft.missing("CurrencyRef")
            return
        code, day = draft.ref("CurrencyRef"), draft.date
        draft.default("ExchangeRate", rate_on(draft.company, code, day))
        if not 0 < draft.amount("ExchangeRate") < OUT_OF_RANGE:
            draft.refuse("2140", "The exchange rate must be larger than zero", "ExchangeRate")
        for party in ("Customer", "Vendor"):
            record = draft.company.get(party, draft.ref(f"{party}Ref")) or {}
            own = (record.get("CurrencyRef") or {}).get("value", draft.ref("CurrencyRef"))
            if own != draft.ref("CurrencyRef"):
                draft.business(
                    f"The currency must be the {party.lower()}'s own ({own})", "CurrencyRef"
                )


def zeroed(line: Record) -> Record:
    """Return a line with all its amounts zero."""
    return {
        name: zeroed(value)
        if isinstance(value, dict)
        else ZERO
        if name in VOIDED_AMOUNTS
        else value
        for name, value in line.items()
        if name != "LinkedTxn"
    }


def check_open(draft: Draft) -> None:
    """Refuse transactions dated on or before the closing date (6200, 6210)."""
    switches = draft.company.switches
    if not switches.close_date or draft.by_hand:
        return
    dates = [draft.date, (draft.old or {}).get("TxnDate", "9999")]
    if min(d for d in dates if d) <= switches.close_date:
        code = "6210" if switches.close_password else "6200"
        draft.refuse(
            code,
            f"The account period has closed and the account books cannot be updated through"
            f" {switches.close_date}",
            "TxnDate",
        )


def check_tracked(draft: Draft) -> None:
    """Refuse a class or location where the company tracks none (5030)."""
    switches = draft.company.switches
    plus = switches.edition in PLUS
    if not (plus and switches.classes != "off") and _classified(draft):
        draft.refuse("5030", "Classes are not tracked in this company", "ClassRef")
    located = "DepartmentRef" in draft.sent and draft.ref("DepartmentRef")
    if located and not (plus and switches.departments):
        draft.refuse("5030", "Locations are not tracked in this company", "DepartmentRef")


def _classified(draft: Draft) -> bool:
    if "ClassRef" in draft.sent and draft.ref("ClassRef"):
        return True
    lines = draft.new.get("Line") or [] if "Line" in draft.sent else []
    return any(detail(line).get("ClassRef") for line in lines)


def check_deposited(draft: Draft) -> None:
    """Refuse any change of a transaction that is part of a deposit."""
    if draft.old is None or draft.by_hand:
        return
    if any(key.startswith("Deposit:") for key in draft.company.links.holders(draft.key)):
        draft.refuse(
            "6540",
            "Deposited Transaction cannot be changed : This transaction has been deposited."
            " If you want to change or delete it, you must edit the deposit it appears on and"
            " remove it first.",
        )


def number_lines(draft: Draft) -> None:
    """Give lines their position and id: known ids stay, all others are new (section 6.1)."""
    old = {line["Id"] for line in (draft.old or {}).get("Line", []) if "Id" in line}
    journal = draft.entity.name == "JournalEntry"
    used = max((int(key) for key in old), default=-1 if journal else 0)
    numbered: list[Record] = []
    for line in draft.new.get("Line", []):
        if line.get("DetailType") == "SubTotalLineDetail":
            continue
        line = _own_copy(line)  # noqa: PLW2901 - the stored record must not change
        key = str(line.get("Id", ""))
        if key in old:
            old.discard(key)
        else:
            used += 1
            key = str(used)
        line.update(Id=key, LineNum=len(numbered) + 1)
        if draft.entity.name in UNNUMBERED:
            del line["LineNum"]
        numbered.append(line)
    if draft.new.get("Line") is not None or draft.entity.lines:
        draft.new["Line"] = [ordered_line(line) for line in numbered]


def _own_copy(line: Record) -> Record:
    name = DETAILS.get(line.get("DetailType", ""), "")
    return line | {name: dict(line[name])} if line.get(name) else dict(line)


def ordered_line(line: Record) -> Record:
    """Put the members of a line in the order of the recordings."""
    names = ["Id", "LineNum", "Description", "Amount", "LinkedTxn", "DetailType",
             *DETAILS.values(), "CustomField"]  # fmt: skip
    return {name: line[name] for name in names if line.get(name) is not None}


def detail(line: Record) -> Record:
    """Return the detail object of a line."""
    found: Record = line.get(DETAILS.get(line.get("DetailType", ""), ""), {})
    return found


def cents(number: Decimal) -> Decimal:
    """Round half up to cents, as QuickBooks does (section 7.2)."""
    return number.quantize(CENT, ROUND_HALF_UP)


def times(draft: Draft, quantity: Decimal, price: Decimal) -> Decimal:
    """Multiply to cents; what is beyond every amount is refused (2140)."""
    product = quantity * price
    if abs(product) < OUT_OF_RANGE:
        return cents(product)
    draft.refuse("2140", f"Amount is out of range: {quantity} x {price}", "Amount")
    return ZERO


def check_total(draft: Draft) -> None:
    """Refuse a negative total, and what does not fit to what is settled of the document."""
    total = draft.amount("TotalAmt")
    if total < 0:
        draft.refuse("2290", "The total of a transaction cannot be negative", "TotalAmt")
        return
    settles = draft.old is not None and draft.entity.name in OPEN_FORMS
    settled = draft.company.links.settled(draft.key) if settles else ZERO
    frees = draft.entity.name == "Invoice" and draft.company.switches.below_paid == "free"
    if settled and total - draft.amount("Deposit") < settled and not frees:
        draft.business("More is applied to the transaction than its new total", "TotalAmt")
    for name in ("CustomerRef", "VendorRef"):
        before = ((draft.old or {}).get(name) or {}).get("value", "")
        if settled and draft.ref(name) != before:
            draft.business("The name cannot change while something is applied", name)


def priced(draft: Draft, line: Record) -> Decimal:
    """Check Amount against Qty times UnitPrice (6070) and return it."""
    inner = detail(line)
    quantity, price = inner.get("Qty"), inner.get("UnitPrice")
    product = None
    if not quantity and not price and line.get("Amount"):
        inner.pop("Qty", None)
        inner.pop("UnitPrice", None)
    elif quantity is not None and price is not None:
        product = times(draft, quantity, price)
    if line.get("Amount") is None:
        draft.missing("Line.Amount")
        return ZERO
    amount = cents(line["Amount"])
    if product is not None and draft.company.switches.country != "US":
        amount = product
    elif product is not None and product != amount:
        draft.refuse(
            "6070",
            f"Amount is not equal to UnitPrice * Qty. Supplied value:{amount}",
            "Line.Amount",
        )
    line["Amount"] = money(amount)
    return amount


def give_number(draft: Draft) -> None:
    """Number the document as the company's preferences say (section 7.4)."""
    switches, family = draft.company.switches, draft.entity.number
    custom = switches.custom_txn_numbers
    if family in {"purchase", "bill"}:
        custom = switches.custom_purchase_numbers or family == "bill"
    sent = draft.new.get("DocNumber") if "DocNumber" in draft.sent else None
    if draft.old is None and not custom and not (sent and switches.auto_number_keeps_sent):
        draft.new["DocNumber"] = next_number(draft.company, family)
    if draft.old is None or draft.changed(["DocNumber"]):
        _check_duplicate(draft, family)
        if not draft.errors:
            count_on(draft.company, family, draft.new.get("DocNumber") or "")


def next_number(company: Company, family: str) -> str:
    """Return the number that follows the last one of a family of documents."""
    return _following(company.numbers.get(family, FIRST_NUMBER))


def count_on(company: Company, family: str, number: str) -> None:
    """Let the automatic numbers of a family go on after a number that ends in digits."""
    if LAST_DIGITS.search(number) and len(_following(number)) <= LONGEST_NUMBER:
        company.numbers[family] = number


def _following(number: str) -> str:
    """Count one up at the end; prefix and zeros stay: INV-0099, INV-0100 (section 11)."""
    digits = LAST_DIGITS.search(number)
    found = digits[0] if digits else ""
    return f"{number.removesuffix(found)}{int(found or 0) + 1:0{len(found)}}"


def _check_duplicate(draft: Draft, family: str) -> None:
    number, switches = draft.new.get("DocNumber"), draft.company.switches
    if not number or "allowduplicatedocnum" in draft.include:
        return
    bill = family == "bill" and draft.entity.name == "Bill"
    if not (switches.check_bill_numbers if bill else switches.warn_duplicate_numbers):
        return
    for other in draft.company.numbered(draft.entity.name, number):
        same = not bill or other.get("VendorRef", {}).get("value") == draft.ref("VendorRef")
        if same and other["Id"] != draft.id:
            draft.refuse(
                "6140",
                "Duplicate Document Number Error : You must specify a different number. This number"
                f" has already been used. DocNumber={number} is assigned to"
                f" TxnType={draft.entity.name} with TxnId={other['Id']}",
                "",
            )
            return


def due_date(draft: Draft, term_id: str, default_days: int) -> str:
    """Add a term's days to the transaction date; beyond the calendar it is that date itself."""
    term = draft.company.get("Term", term_id) or {}
    day = date.fromisoformat(draft.date)
    try:
        if term.get("Type") == "DATE_DRIVEN":
            return _date_driven(day, term)
        return (day + timedelta(days=int(term.get("DueDays", default_days)))).isoformat()
    except (OverflowError, ValueError):
        return day.isoformat()


def _date_driven(day: date, term: Record) -> str:
    wanted = int(term["DayOfMonthDue"])
    last_days = int(term.get("DueNextMonthDays", 0))
    months = day.month + (1 if day.day > wanted - last_days else 0)
    year, month = day.year + (months - 1) // 12, (months - 1) % 12 + 1
    for candidate in range(wanted, 27, -1):
        try:
            return date(year, month, candidate).isoformat()
        except ValueError:
            continue
    return date(year, month, min(wanted, 28)).isoformat()
