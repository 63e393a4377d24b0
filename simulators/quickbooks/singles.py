"""The two singletons, Preferences and CompanyInfo, as the switches make them (6.16, 6.17)."""

from typing import Any

from simulators.quickbooks.company import Company
from simulators.quickbooks.rules.accounts import account_of
from simulators.quickbooks.seed.company import home_currency
from simulators.quickbooks.switches import PLUS
from simulators.quickbooks.wire import Record

SKUS = {
    "Simple Start": "QuickBooks Online Simple Start",
    "Essentials": "QuickBooks Online Essentials",
    "Plus": "QuickBooks Online Plus",
    "Advanced": "QuickBooks Online Advanced",
}
MESSAGE = "Thank you for your business and have a great day!"


def company_info(company: Company) -> Record:
    """Render CompanyInfo."""
    record = dict(company.get("CompanyInfo", "1") or {})
    switches = company.switches
    pairs = {
        "NeoEnabled": "true",
        "IndustryType": "Landscaping Services",
        "IndustryCode": "541320",
        "SubscriptionStatus": switches.subscription,
        "OfferingSku": SKUS.get(switches.edition, switches.edition),
        "PayrollFeature": "false",
        "AccountantFeature": "false",
        "IsQbdtMigrated": "false",
        "QBOIndustryType": "Landscaping Services",
        "ItemCategoriesFeature": "true",
        "AssignedTime": company.clock.now().strftime("%m/%d/%Y %H:%M:%S"),
    }
    pairs.pop("AssignedTime")
    record["Country"] = switches.country
    record["NameValue"] = [{"Name": name, "Value": value} for name, value in pairs.items()]
    return record


def preferences(company: Company) -> Record:
    """Render Preferences: the switches, overlaid with what was changed through the API."""
    stored = company.get("Preferences", "1") or {}
    record: Record = {}
    for name, values in _groups(company).items():
        record[name] = values | (stored.get(name) or {})
    close = company.switches.close_date
    if close:
        record["AccountingInfoPrefs"]["BookCloseDate"] = close
    else:
        record["AccountingInfoPrefs"].pop("BookCloseDate", None)
    return record | {k: v for k, v in stored.items() if k not in record}


def _groups(company: Company) -> dict[str, Record]:
    switches = company.switches
    plus = switches.edition in PLUS
    groups: dict[str, Record] = {
        "AccountingInfoPrefs": _accounting(company),
        "ProductAndServicesPrefs": {
            "ForSales": True,
            "ForPurchase": plus,
            "QuantityWithPriceAndRate": True,
            "QuantityOnHand": switches.inventory and plus,
        },
        "SalesFormsPrefs": _sales_forms(company),
        "EmailMessagesPrefs": _messages(),
        "VendorAndPurchasesPrefs": {
            "TrackingByCustomer": True,
            "BillableExpenseTracking": plus,
            "DefaultMarkup": 0,
            "POCustomField": _custom_fields(company.custom_fields("purchase"), "Purchase"),
        },
        "TimeTrackingPrefs": {
            "UseServices": True,
            "BillCustomers": True,
            "ShowBillRateToAll": False,
            "WorkWeekStartDate": "Monday",
            "MarkTimeEntriesBillable": True,
        },
        "TaxPrefs": _taxes(company),
        "CurrencyPrefs": {
            "MultiCurrencyEnabled": switches.multicurrency,
            "HomeCurrency": {"value": home_currency(company)["value"]},
        },
        "ReportPrefs": {"ReportBasis": "Accrual", "CalcAgingReportFromTxnDate": False},
        "OtherPrefs": {"NameValue": _others(company)},
    }
    return groups


def _accounting(company: Company) -> Record:
    classes = company.switches.classes
    return {
        "UseAccountNumbers": False,
        "TrackDepartments": company.switches.departments,
        "ClassTrackingPerTxn": classes == "transaction",
        "ClassTrackingPerTxnLine": classes == "line",
        "FirstMonthOfFiscalYear": "January",
        "TaxYearMonth": "January",
        "TaxForm": "6",
        "CustomerTerminology": "Customers",
        "DepartmentTerminology": "Location",
    }


def _sales_forms(company: Company) -> Record:
    discounts = account_of(company, "DiscountsRefundsGiven")
    return {
        "CustomField": _custom_fields(company.custom_fields("sales"), "Sales"),
        "CustomTxnNumbers": company.switches.custom_txn_numbers,
        "AllowDeposit": True,
        "AllowDiscount": True,
        "DefaultDiscountAccount": discounts,
        "AllowEstimates": True,
        "EstimateMessage": MESSAGE,
        "ETransactionEnabledStatus": "NotApplicable",
        "ETransactionAttachPDF": False,
        "ETransactionPaymentEnabled": False,
        "IPNSupportEnabled": False,
        "AllowServiceDate": False,
        "AllowShipping": True,
        "DefaultShippingAccount": "92",
        "DefaultTerms": {"value": "3"},
        "DefaultCustomerMessage": MESSAGE,
        "AutoApplyCredit": company.switches.auto_apply_credit,
        "AutoApplyPayments": company.switches.auto_apply_payments,
        "UsingPriceLevels": False,
        "UsingProgressInvoicing": False,
        "EmailCopyToCompany": False,
    }


def _custom_fields(defined: dict[str, str], family: str) -> list[Record]:
    uses = [
        {"Name": f"{family}FormsPrefs.Use{family}Custom{n}", "Type": "BooleanType",
         "BooleanValue": str(n) in defined}
        for n in (3, 2, 1)
    ]  # fmt: skip
    labels = [
        {"Name": f"{family}FormsPrefs.{family}CustomName{n}", "Type": "StringType",
         "StringValue": defined[str(n)]}
        for n in (1, 2, 3)
        if str(n) in defined
    ]  # fmt: skip
    return [{"CustomField": uses}, *([{"CustomField": labels}] if labels else [])]


def _taxes(company: Company) -> Record:
    mode = company.switches.tax_mode
    record: Record = {"UsingSalesTax": mode != "off"}
    if company.switches.country != "US":
        return record
    if mode != "off":
        record["TaxGroupCodeRef"] = {"value": "2"}
    if mode == "automated":
        record["PartnerTaxEnabled"] = True
    return record


def _messages() -> Record:
    return {
        f"{form}Message": {"Subject": f"{form} from your supplier", "Message": MESSAGE}
        for form in ("Invoice", "Estimate", "SalesReceipt", "Statement")
    }


def _others(company: Company) -> list[dict[str, Any]]:
    pairs = {
        "SalesFormsPrefs.DefaultCustomerMessage": MESSAGE,
        "SalesFormsPrefs.DefaultItem": "1",
        "DTXCopyMemo": "false",
        "UncategorizedAssetAccountId": "32",
        "UncategorizedIncomeAccountId": "82",
        "UncategorizedExpenseAccountId": "93",
        "VendorAndPurchasesPrefs.UseCustomTxnNumbers": str(
            company.switches.custom_purchase_numbers
        ).lower(),
    }
    return [{"Name": name, "Value": value} for name, value in pairs.items()]
