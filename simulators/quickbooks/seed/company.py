"""What a new US Plus company holds: lists, tax set-up, preferences and company data."""

from decimal import Decimal
from typing import Any

from simulators.quickbooks.clock import stamp
from simulators.quickbooks.company import Company
from simulators.quickbooks.schema import ENTITIES
from simulators.quickbooks.seed.chart import ACCOUNT_TYPES, CHART
from simulators.quickbooks.seed.countries import COUNTRIES, Country
from simulators.quickbooks.seed.tax_places import STATES, agency_name
from simulators.quickbooks.wire import ZERO, Record

HOME_CURRENCY = {"US": "USD", "CA": "CAD", "GB": "GBP", "AU": "AUD"}
CURRENCIES = {
    "USD": "United States Dollar",
    "CAD": "Canadian Dollar",
    "GBP": "British Pound Sterling",
    "EUR": "Euro",
    "AUD": "Australian Dollar",
    "MXN": "Mexican Peso",
    "JPY": "Japanese Yen",
    "CHF": "Swiss Franc",
    "INR": "Indian Rupee",
    "NZD": "New Zealand Dollar",
}
TERMS = (("1", "Due on receipt", 0), ("2", "Net 15", 15), ("3", "Net 30", 30), ("4", "Net 60", 60))
METHODS = (
    ("1", "Cash", "NON_CREDIT_CARD"),
    ("2", "Check", "NON_CREDIT_CARD"),
    ("3", "Visa", "CREDIT_CARD"),
    ("4", "MasterCard", "CREDIT_CARD"),
    ("5", "Discover", "CREDIT_CARD"),
    ("6", "American Express", "CREDIT_CARD"),
    ("7", "Diners Club", "CREDIT_CARD"),
)
FIRST_TAX_ACCOUNT = 95
OWED = "|Other Current Liability|GlobalTaxPayable"
FIRST_OWN_ACCOUNT = 1_150_040_000
AGENCIES = (("1", "Arizona Dept. of Revenue"), ("2", "Board of Equalization"))
RATES = (
    ("1", "AZ State tax", "7.1", "1"),
    ("2", "Tucson City", "2", "1"),
    ("3", "California", "8", "2"),
)
CODES = (("2", "California", ("3",)), ("3", "Tucson", ("1", "2")))


REFERENCES = {code: {"value": code, "name": name} for code, name in CURRENCIES.items()}


def home_currency(company: Company) -> Record:
    """Return the company's own currency as a reference, one object for all records."""
    return REFERENCES[HOME_CURRENCY.get(company.switches.country, "USD")]


def open_company(company: Company, name: str = "Sandbox Company_US_1") -> None:
    """Fill a new company with what QuickBooks gives to every company."""
    _accounts(company)
    for key, label, days in TERMS:
        _put(company, "Term", key, Name=label, Active=True, Type="STANDARD", DiscountPercent=ZERO,
             DueDays=days, DiscountDays=0)  # fmt: skip
    for key, label, kind in METHODS:
        _put(company, "PaymentMethod", key, Name=label, Active=True, Type=kind)
    _put(company, "CustomerType", "1", Name="Retail", Active=True)
    _taxes(company)
    _singletons(company, name)
    company.load_ids()
    company.sequence["Account"] = FIRST_OWN_ACCOUNT


def _put(company: Company, entity: str, key: str, **values: Any) -> None:  # noqa: ANN401
    now = stamp(int(company.clock.epoch()))
    tail = {
        "domain": "QBO",
        "sparse": False,
        "Id": key,
        "SyncToken": "0",
        "MetaData": {"CreateTime": now, "LastUpdatedTime": now},
    }
    table = ENTITIES[entity]
    merged = {**values, **tail}
    record = {name: merged[name] for name in table.shape.fields if name in merged}
    company.stores[entity].put(key, record)
    label = values.get(table.label)
    if label and table.label != "DocNumber":
        company.claim_name(entity, None, label, f"{entity}:{key}")


def _accounts(company: Company) -> None:
    full: dict[str, str] = {}
    for line in CHART.strip().splitlines():
        _account(company, line, full)


def _account(company: Company, line: str, full: dict[str, str]) -> None:
    key, name, parent, kind, subtype = line.split("|")
    full[key] = f"{full[parent]}:{name}" if parent else name
    refs = {"ParentRef": {"value": parent}} if parent else {}
    _put(
        company, "Account", key, Name=name, SubAccount=bool(parent), **refs,
        FullyQualifiedName=full[key], Active=True, Classification=ACCOUNT_TYPES[kind][0],
        AccountType=kind, AccountSubType=subtype, CurrentBalance=ZERO,
        CurrentBalanceWithSubAccounts=ZERO, CurrencyRef=home_currency(company),
    )  # fmt: skip
    company.set_parent("Account", key, "", parent)


def _taxes(company: Company) -> None:
    if company.switches.country in COUNTRIES:
        _taxes_abroad(company, COUNTRIES[company.switches.country])
        return
    for key, name in AGENCIES:
        _put(company, "TaxAgency", key, DisplayName=name, TaxTrackedOnPurchases=False,
             TaxTrackedOnSales=True, TaxAgencyConfig="USER_DEFINED")  # fmt: skip
    for state in company.switches.tax_states.split(","):
        if state.strip() in STATES:
            put_agency(company, agency_name(state.strip()))
    for key, name, percent, agency in RATES:
        put_rate(company, key, name, Decimal(percent), agency)
    for key, name, rates in CODES:
        put_code(company, key, name, rates)
    for key, taxable in (("TAX", True), ("NON", False), ("CustomSalesTax", False)):
        _put(company, "TaxCode", key, Name=key, Description=key, Active=True, Hidden=False,
             Taxable=taxable, TaxGroup=False, TaxCodeConfigType="SYSTEM_GENERATED",
             SalesTaxRateList={"TaxRateDetail": []}, PurchaseTaxRateList={"TaxRateDetail": []},
             )  # fmt: skip


def put_rate(company: Company, key: str, name: str, percent: Decimal, agency: str) -> None:
    """Add a tax rate."""
    effective = {"RateValue": percent, "EffectiveDate": "2014-09-16T00:00:00-07:00"}
    _put(company, "TaxRate", key, Name=name, Description="Sales Tax", Active=True,
         RateValue=percent, AgencyRef={"value": agency}, SpecialTaxType="NONE",
         EffectiveTaxRate=[effective], DisplayType="ReadOnly")  # fmt: skip


def _taxes_abroad(company: Company, country: Country) -> None:
    for place, line in enumerate(country.codes.strip().splitlines(), 2):
        name, rates = line.split("|")
        sold, bought = (
            tuple(_rate_abroad(company, country, rate, side) for rate in rates.split(";") if rate)
            for side in ("Sales", "Purchases")
        )
        put_code(company, str(place), name, sold, bought)


def _rate_abroad(company: Company, country: Country, text: str, side: str) -> str:
    label, _, agency = text.partition("@")
    name, _, percent = label.rpartition(" ")
    found = company.named("TaxRate", f"{name} ({side})")
    if not found:
        found = str(len(company.stores["TaxRate"].records) + 1)
        agency = put_agency(company, agency or country.agency, bought=True)
        put_rate(company, found, f"{name} ({side})", Decimal(percent), agency)
    return found


def put_agency(company: Company, name: str, *, bought: bool = False) -> str:
    """Return the id of a tax agency; a new one comes with the account of what is owed to it."""
    found = company.named("TaxAgency", name)
    if not found:
        found = str(len(company.stores["TaxAgency"].records) + 1)
        company.sequence["TaxAgency"] = int(found)
        _put(company, "TaxAgency", found, DisplayName=name, TaxTrackedOnPurchases=bought,
             TaxTrackedOnSales=True, TaxAgencyConfig="SYSTEM_GENERATED")  # fmt: skip
        put_payable(company, found, name)
    return found


def put_payable(company: Company, agency: str, name: str) -> None:
    """Add the account of what is owed to a tax agency, unless there is one of its name."""
    if not company.named("Account", f"{name} Payable"):
        _account(company, f"{FIRST_TAX_ACCOUNT + int(agency)}|{name} Payable|{OWED}", {})


def put_code(  # noqa: PLR0913 - what a code is made of
    company: Company,
    key: str,
    name: str,
    sold: tuple[str, ...],
    bought: tuple[str, ...] = (),
    *,
    hidden: bool = False,
) -> None:
    """Add a tax group with its rates of sales and of purchases; a hidden one is not offered."""
    _put(company, "TaxCode", key, Name=name, Description=name, Active=not hidden,
         Hidden=hidden, Taxable=bool(sold or bought), TaxGroup=True,
         TaxCodeConfigType="USER_DEFINED", SalesTaxRateList=_rate_list(company, sold),
         PurchaseTaxRateList=_rate_list(company, bought))  # fmt: skip


def _rate_list(company: Company, rates: tuple[str, ...]) -> Record:
    return {
        "TaxRateDetail": [
            {
                "TaxRateRef": company.ref("TaxRate", rate),
                "TaxTypeApplicable": "TaxOnAmount",
                "TaxOrder": 0,
            }
            for rate in rates
        ]
    }


def _singletons(company: Company, name: str) -> None:
    address = {
        "Id": "1",
        "Line1": "123 Sierra Way",
        "City": "San Pablo",
        "CountrySubDivisionCode": "CA",
        "PostalCode": "87999",
        "Lat": "36.6788345",
        "Long": "-5.4464622",
    }
    if company.switches.country in COUNTRIES:
        address = {"Id": "1"} | COUNTRIES[company.switches.country].address
    _put(
        company, "CompanyInfo", "1", CompanyName=name, LegalName=name, CompanyAddr=address,
        CustomerCommunicationAddr=address, LegalAddr=address,
        CustomerCommunicationEmailAddr={"Address": "noreply@quickbooks.com"}, PrimaryPhone={},
        CompanyStartDate="2026-01-01", FiscalYearStartMonth="January",
        Country=company.switches.country, Email={"Address": "noreply@quickbooks.com"}, WebAddr={},
        SupportedLanguages="en", DefaultTimeZone="America/Los_Angeles", NameValue=[],
    )  # fmt: skip
    _put(company, "Preferences", "1")


def put_currency(company: Company, key: str, code: str, name: str) -> None:
    """Add a currency that the company uses."""
    _put(company, "CompanyCurrency", key, Code=code, Name=name, Active=True)
