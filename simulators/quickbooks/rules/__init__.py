"""The rules of every entity."""

from simulators.quickbooks.rules import (
    accounts,
    banking,
    items,
    lists,
    names,
    others,
    payments,
    purchases,
    sales,
)
from simulators.quickbooks.rules.base import Rule
from simulators.quickbooks.rules.forms import FormRule
from simulators.quickbooks.schema import Entity

_MONEY = banking.BALANCE_SHEET_TYPES
RULES: dict[str, Rule] = {
    "Customer": names.CustomerRule(),
    "Vendor": names.VendorRule(),
    "Employee": names.EmployeeRule(),
    "Item": items.ItemRule(),
    "Account": accounts.AccountRule(),
    "Term": lists.TermRule(),
    "PaymentMethod": lists.PaymentMethodRule(),
    "Class": lists.ClassRule(),
    "Department": lists.DepartmentRule(),
    "TaxAgency": lists.AgencyRule(),
    "CompanyCurrency": lists.CurrencyRule(),
    "Invoice": sales.InvoiceRule(),
    "Estimate": sales.EstimateRule(),
    "CreditMemo": sales.CreditMemoRule(),
    "SalesReceipt": sales.SalesReceiptRule(),
    "RefundReceipt": sales.RefundReceiptRule(),
    "Payment": payments.PaymentRule(),
    "PurchaseOrder": purchases.OrderRule(),
    "Bill": purchases.BillRule(),
    "VendorCredit": purchases.VendorCreditRule(),
    "Purchase": purchases.PurchaseRule(),
    "BillPayment": banking.BillPaymentRule(),
    "Deposit": banking.DepositRule(),
    "Transfer": banking.TransferRule("FromAccountRef", "ToAccountRef", (_MONEY, _MONEY)),
    "CreditCardPayment": banking.TransferRule(
        "BankAccountRef", "CreditCardAccountRef", (frozenset({"Bank"}), frozenset({"Credit Card"}))
    ),
    "JournalEntry": banking.JournalEntryRule(),
    "InventoryAdjustment": others.AdjustmentRule(),
    "TimeActivity": others.TimeRule(),
    "Attachable": others.AttachableRule(),
    "Preferences": others.PreferencesRule(),
    "ExchangeRate": others.RateRule(),
}
_PLAIN = Rule()


def rule_of(entity: Entity) -> Rule:
    """Return the rule of an entity."""
    return RULES.get(entity.name, _PLAIN)


__all__ = ["FormRule", "Rule", "rule_of"]
