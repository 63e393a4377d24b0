"""How values are written for people in the United States: money, days, moments, names of flows."""

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from markupsafe import Markup, escape

from connector.model.body import capital
from connector.model.control.people import ARN, shown_caller

MINUTE, HOUR, DAY = 60, 3600, 86400
SOON = timedelta(days=30)
FIRST = re.compile(r"(?<=[.!?])\s+(?=[A-Z])")
"""Where the first sentence of several ends."""
MONTH_IN_A_SENTENCE = re.compile(r"(?<![\w./-])(20\d\d-(?:0[1-9]|1[0-2]))(?![\w/-])")
DAY_IN_A_SENTENCE = re.compile(
    r"(?<![\w./-])(\d{4}-\d{2}-\d{2})(?:T\d{2}:\d{2}[\d:.]*(?:Z|\+00:00)?)?(?![\w/-])"
)
"""A day as ISO 8601 writes it, with or without a time, that is no part of a number or an id."""
KINDS = {
    "SalesReceipt": "sales receipt",
    "CreditMemo": "credit memo",
    "RefundReceipt": "refund receipt",
    "JournalEntry": "journal entry",
    "PurchaseOrder": "purchase order",
    "BillPayment": "bill payment",
    "VendorCredit": "vendor credit",
    "TaxCode": "sales tax",
    "PaymentMethod": "payment method",
    "salesOrder": "sales order",
    "openSalesOrder": "open sales order",
    "purchaseOrder": "purchase order",
    "creditApplication": "applied credit",
}
"""What people call the kinds of records that both interfaces have a name of their own for."""
KIND_IN_A_SENTENCE = re.compile(rf"\b(?:{'|'.join(KINDS)})\b")
QUOTED = re.compile(r'("[^"]*")')
AMOUNT_IN_A_SENTENCE = re.compile(
    r"(?<![\w$.,/#%-])(-?(?:\d{1,3}(?:,\d{3})+|\d+)\.\d{2})(?!\s?%|[\w/-]|[.,]\d)"
)
"""An amount as labels and reasons write it: to the cent, and no part of a number or an id."""


def money(amount: Decimal | int | str | None) -> str:
    """Write an amount in dollars; nothing for none."""
    if amount is None or amount == "":
        return ""
    exact = Decimal(str(amount))
    return f"{'-' if exact < 0 else ''}${abs(exact):,.2f}"


def number(count: int | None) -> str:
    """Write a count with separators; nothing for none."""
    return "" if count is None else f"{count:,}"


def day(told: date | str | None) -> str:
    """Write a day as Nov 29, 2026; nothing for none."""
    if not told:
        return ""
    known = date.fromisoformat(told[:10]) if isinstance(told, str) else told
    return f"{known:%b} {known.day}, {known.year}"


def sentence(told: str | None) -> str:
    """Write days, months, amounts and kinds of records in a sentence as people do.

    Days are told as 2026-11-29, amounts as 1204.50; what is quoted is a name, and stays as it is.
    """
    days = DAY_IN_A_SENTENCE.sub(_day_of, told or "")
    months = MONTH_IN_A_SENTENCE.sub(lambda found: month(found[1]), days)
    return "".join(
        part if part.startswith('"') else _unquoted(part) for part in QUOTED.split(months)
    )


def _unquoted(told: str) -> str:
    amounts = AMOUNT_IN_A_SENTENCE.sub(_amount_of, told)
    return KIND_IN_A_SENTENCE.sub(lambda found: KINDS[found[0]], amounts)


def _amount_of(found: re.Match[str]) -> str:
    return money(found[1].replace(",", ""))


def first_sentence(told: str) -> str:
    """Return the first sentence of several; all of it where it is one."""
    return FIRST.split(told, maxsplit=1)[0]


def _day_of(found: re.Match[str]) -> str:
    try:
        return day(found[1])
    except ValueError:
        return found[0]


BY_ITSELF = {"connect": "connecting the company"}
"""What changed something without anybody having asked for just that."""


def who(name: str | None) -> Markup | str:
    """Write who did something: of a caller of AWS the last part, with the whole one behind."""
    if not name or not name.startswith(ARN):
        return BY_ITSELF.get(name or "", name or "")
    return Markup('<span title="{}">{}</span>').format(name, shown_caller(name))


def month(told: str) -> str:
    """Write a month given as 2026-11."""
    try:
        return f"{date.fromisoformat(f'{told}-01'):%B %Y}"
    except ValueError:
        return told


def moment(told: datetime | str | None, now: datetime | None = None) -> Markup:
    """Write a moment as how long it is ago, with the exact one behind; nothing for none."""
    if not told:
        return Markup("")
    known = datetime.fromisoformat(told) if isinstance(told, str) else told
    known = known if known.tzinfo else known.replace(tzinfo=UTC)
    told_as = _ago(known, now or datetime.now(UTC))
    return Markup('<time datetime="{}" title="{}">{}</time>').format(
        known.isoformat(), _exact(known), escape(told_as)
    )


def _ago(known: datetime, now: datetime) -> str:
    passed = (now - known).total_seconds()
    if passed < 0:
        return _exact(known) if -passed > DAY else _count(-passed, "in {}")
    if timedelta(seconds=passed) > SOON:
        return day(known.date())
    return _count(passed, "{} ago") if passed >= MINUTE else "just now"


def _exact(known: datetime, *, seconds: bool = False) -> str:
    """Write a moment in full; a browser with script writes it in the zone of who looks at it.

    Of a run the seconds, too: two may begin within a minute.
    """
    at = known.astimezone(UTC)
    clock = f"{at:%I:%M:%S %p}" if seconds else f"{at:%I:%M %p}"
    return f"{day(at.date())}, {clock} UTC".replace(", 0", ", ")


def _count(seconds: float, form: str) -> str:
    for size, name in ((DAY, "day"), (HOUR, "hour"), (MINUTE, "minute")):
        if seconds >= size:
            count = int(seconds // size)
            return form.format(f"{count} {name}{'s' if count > 1 else ''}")
    return form.format("a minute")


def run_name(run_id: str) -> str:
    """Name a run by when it began: the id of one begins with its day and time in UTC."""
    began = _began(run_id)
    return _exact(began, seconds=True) if began else run_id


def run_time(run_id: str) -> Markup:
    """Write the name of a run as a moment, which a browser writes in its own zone."""
    began = _began(run_id)
    if began is None:
        return escape(run_id)
    told = Markup('<time class="exact" datetime="{}">{}</time>')
    return told.format(began.isoformat(), _exact(began, seconds=True))


def _began(run_id: str) -> datetime | None:
    try:
        return datetime.strptime(run_id[:15], "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None


def record_of(entity: str) -> str:
    """Name a record of either side by what people call its kind; an item is a product to them."""
    named = {**KINDS, "Item": "product or service", "Purchase": "expense", "estimate": "quote"}
    return named.get(entity, entity.lower())


def plural(count: int, one: str, many: str | None = None) -> str:
    """Write a count with its noun: 1 invoice, 2 invoices."""
    return f"{count:,} {one if count == 1 else many or f'{one}s'}"


def duration(seconds: float | None) -> str:
    """Write how long something took."""
    if seconds is None:
        return ""
    if seconds < 1:
        return "under 1 s"
    if seconds < MINUTE:
        return f"{seconds:.0f} s"
    return f"{int(seconds // MINUTE)} min {int(seconds % MINUTE):02} s"


def label(told: str) -> str:
    """Write what a record is known by at the beginning of a line, amounts as people do."""
    return capital(sentence(told))
