"""Exchange rates: known by currency and day, without id or token (section 7.13)."""

from typing import Any

from simulators.quickbooks import rates
from simulators.quickbooks.clock import stamp
from simulators.quickbooks.company import Company
from simulators.quickbooks.faults import ApiError, fault
from simulators.quickbooks.schema import ENTITIES
from simulators.quickbooks.schema.check import check_body
from simulators.quickbooks.seed.company import CURRENCIES, home_currency
from simulators.quickbooks.store import Store
from simulators.quickbooks.wire import Record
from simulators.quickbooks.write import ordered

RATE = ENTITIES["ExchangeRate"]


def save(company: Company, body: Any) -> Record:  # noqa: ANN401 - a request body
    """Set the rate of a currency on a day.

    Raises:
        ApiError: the currency, day or rate is wrong.
    """
    clean, errors = check_body(RATE, body)
    if errors:
        raise ApiError(errors)
    for name in ("SourceCurrencyCode", "Rate", "AsOfDate"):
        if clean.get(name) is None:
            raise fault("2020", f"Required parameter {name} is missing in the request", name)
    source = clean["SourceCurrencyCode"].upper()
    if source not in CURRENCIES:
        raise fault("2220", f"Currency {source} is not supported", "SourceCurrencyCode")
    if clean["Rate"] <= 0:
        raise fault("2140", "The rate must be larger than zero", "Rate")
    old = _find(company, source, clean["AsOfDate"])
    record = {
        **clean,
        "SourceCurrencyCode": source,
        "TargetCurrencyCode": home_currency(company)["value"],
        "domain": "QBO",
        "sparse": False,
        "Id": old["Id"] if old else company.next_id(RATE),
        "SyncToken": "0",
        "MetaData": {},
    }
    return company.put(RATE, ordered(RATE, record), operation="Update")


def with_feed(company: Company, days: list[str]) -> Store:
    """Return the saved rates and what the feed tells of the days that a query asks for."""
    told = Store()
    for key, record in company.stores["ExchangeRate"].records.items():
        told.put(key, record)
    for day in days:
        for currency in company.all("CompanyCurrency"):
            code = currency["Code"]
            if rates.fed(company, code) is not None and _find(company, code, day) is None:
                key = str(10**9 + len(told.records))
                told.put(key, _told(company, key, code, day))
    return told


def _told(company: Company, key: str, code: str, day: str) -> Record:
    now = stamp(int(company.clock.epoch()))
    row = {
        "SourceCurrencyCode": code,
        "TargetCurrencyCode": home_currency(company)["value"],
        "Rate": rates.rate_on(company, code, day),
        "AsOfDate": day,
        "domain": "QBO",
        "sparse": False,
        "Id": key,
        "SyncToken": "0",
        "MetaData": {"CreateTime": now, "LastUpdatedTime": now},
    }
    return ordered(RATE, row)


def _find(company: Company, source: str, day: str) -> Record | None:
    return next(
        (
            r
            for r in company.all("ExchangeRate")
            if (r["SourceCurrencyCode"], r["AsOfDate"]) == (source, day)
        ),
        None,
    )


def read(company: Company, params: dict[str, str]) -> Record:
    """Return the rate of a currency that was valid on a day.

    Raises:
        ApiError: the currency is missing or has no rate.
    """
    source = params.get("sourcecurrencycode", "").upper()
    if not source:
        raise fault(
            "2020", "Required parameter sourcecurrencycode is missing", "sourcecurrencycode"
        )
    day = params.get("asofdate") or company.clock.today()
    latest = rates.saved(company, source, day)
    if latest is not None:
        return {k: v for k, v in latest.items() if k not in {"Id", "SyncToken"}}
    rate = rates.fed(company, source)
    if rate is None:
        raise fault("610", f"Object Not Found : no exchange rate for {source}")
    return {
        "SourceCurrencyCode": source,
        "TargetCurrencyCode": home_currency(company)["value"],
        "Rate": rate,
        "AsOfDate": day[:10],
        "domain": "QBO",
        "sparse": False,
        "MetaData": {"LastUpdatedTime": stamp(int(company.clock.epoch()))},
    }
