"""The rate of a currency on a day: what the company saved, else the feed (section 7.13)."""

from decimal import Decimal

from simulators.quickbooks.company import Company
from simulators.quickbooks.seed.company import home_currency
from simulators.quickbooks.wire import Record, plain

PLACES = Decimal("0.000001")
DOLLARS = {
    "USD": "1", "CAD": "0.7312", "GBP": "1.2874", "EUR": "1.0816", "AUD": "0.6583",
    "MXN": "0.0549", "JPY": "0.006672", "CHF": "1.1347", "INR": "0.011842", "NZD": "0.6021",
}  # fmt: skip


def saved(company: Company, code: str, day: str) -> Record | None:
    """Return the rate that the company saved last for a day or before it."""
    known = [
        row
        for row in company.all("ExchangeRate")
        if row["SourceCurrencyCode"] == code and row["AsOfDate"] <= day
    ]
    return max(known, key=lambda row: str(row["AsOfDate"]), default=None)


def fed(company: Company, code: str) -> Decimal | None:
    """Return what the feed tells for every day, or None: it is off or knows no such currency."""
    if not company.switches.rate_feed or code not in DOLLARS:
        return None
    own = Decimal(DOLLARS[home_currency(company)["value"]])
    return plain((Decimal(DOLLARS[code]) / own).quantize(PLACES))


def rate_on(company: Company, code: str, day: str) -> Decimal:
    """Return the rate of a document that is sent without one."""
    if code == home_currency(company)["value"]:
        return Decimal(1)
    row = saved(company, code, day)
    rate: Decimal | None = row["Rate"] if row else fed(company, code)
    return Decimal(1) if rate is None else rate
