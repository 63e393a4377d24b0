"""The rules of every entity."""

from simulators.quickbooks.rules import accounts, items, lists, names, payments, sales
from simulators.quickbooks.rules.base import Rule
from simulators.quickbooks.rules.forms import FormRule
from simulators.quickbooks.schema import Entity

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
}
_PLAIN = Rule()


def rule_of(entity: Entity) -> Rule:
    """Return the rule of an entity."""
    return RULES.get(entity.name, _PLAIN)


__all__ = ["FormRule", "Rule", "rule_of"]
