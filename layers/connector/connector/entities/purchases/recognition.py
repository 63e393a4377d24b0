"""How buying documents are recognised on the other side: by vendor, total, date and number."""

from datetime import date

from connector.entities.purchases import bills
from connector.entities.purchases.expense_model import Expense, expense_label
from connector.entities.purchases.expenses import BUILT_IN, how_paid, paid_by
from connector.entities.purchases.model import PurchaseOrder, order_label, worth_of_all
from connector.entities.sales.recognition import quickbooks_document
from connector.entities.shared.documents import is_voided
from connector.entities.shared.quickbooks_values import name_in, number_in
from connector.entities.shared.recognition import (
    HOME,
    FactTexts,
    foreign_currency,
    quickbooks_party,
    total_of,
    without_nothing,
)
from connector.entities.shared.wire import cents, dollars, meaningful
from connector.errors import MissingMappingsError, SettingError
from connector.model.body import Json
from connector.model.company import Company
from connector.model.flows.recognition import Recognition
from connector.model.matching.evidence import Facts, spelled
from connector.model.matching.scoring import (
    DAY,
    DOCUMENTS,
    EXPENSES,
    NET,
    NUMBER,
    PAID_BY,
    PAID_FROM,
    PARTY,
    TEXT,
    TOTAL,
)
from connector.model.policy.settings import Settings

VENDOR = {PARTY: ("vendor",)}


def _order(order: PurchaseOrder) -> Facts:
    return _bought(order, order_label(order), order.number, order.created_on)


def _bill(order: PurchaseOrder) -> Facts:
    days = (order.received_on or order.created_on,)
    return _bought(order, bills.label(order), order.vendor_invoice, *days)


def _bought(order: PurchaseOrder, label: str, number: str, *days: date) -> Facts:
    said = without_nothing(
        {
            TOTAL: (str(worth_of_all(order)),),
            NET: (str(worth_of_all(order) - cents(order.tax)),) if order.tax else (),
            PARTY: (meaningful(order.vendor_name),),
            DAY: tuple(day.isoformat() for day in days),
            NUMBER: (number,),
            **HOME,
        }
    )
    return Facts(order.id or "", label, said, without_nothing({PARTY: (order.vendor_id or "",)}))


def _expense(expense: Expense) -> Facts:
    said = without_nothing(
        {
            TOTAL: (str(cents(expense.amount)),),
            DAY: (expense.spent_on.isoformat(), expense.dated.isoformat()),
            PARTY: (meaningful(expense.vendor_name),),
            NUMBER: (expense.number,),
            TEXT: (meaningful(expense.description),),
            PAID_BY: (BUILT_IN.get(spelled(expense.payment_type), ""),),
            **HOME,
        }
    )
    vendor = without_nothing({PARTY: (expense.vendor_id or "",)})
    return Facts(expense.id or "", expense_label(expense), said, vendor)


def _as_chosen(expense: Expense, settings: Settings, company: Company) -> FactTexts:
    """Return how and from which account an expense is paid, as the settings have it."""
    try:
        kind, account = paid_by(expense, company, settings)
    except (MissingMappingsError, SettingError):
        kind, account = how_paid(expense, settings) or "", None
    return {PAID_BY: (kind,), PAID_FROM: _named(account.name if account else "")}


def _named(account: str) -> tuple[str, ...]:
    """Return what an account may be called: alone, or below its parent."""
    return (account, account.rpartition(":")[2])


def purchase(record: Json) -> Facts | None:
    """Return what QuickBooks says of a purchase; nothing of a credit, which gives money back."""
    if record.get("Credit"):
        return None
    party = record.get("EntityRef") or {}
    named, refers = (
        quickbooks_party(record, "EntityRef")
        if party.get("type", "Vendor") == "Vendor"
        else ({}, {})
    )
    texts = (str(line.get("Description") or "") for line in record.get("Line") or ())
    voided, day = is_voided(record), str(record.get("TxnDate") or "")
    said = without_nothing(
        {
            TOTAL: total_of(record, voided=voided),
            DAY: (day,),
            NUMBER: (str(record.get("DocNumber") or ""),),
            TEXT: (*texts, str(record.get("PrivateNote") or "")),
            PAID_BY: (str(record.get("PaymentType") or ""),),
            PAID_FROM: _named(name_in(record.get("AccountRef") or {}, "name")),
            **named,
            **foreign_currency(record),
        }
    )
    shown = f"expense {record['Id']} of {dollars(number_in(record, 'TotalAmt'))} on {day}"
    return Facts(str(record["Id"]), shown, said, refers, voided=voided)


ORDERS = Recognition(DOCUMENTS, _order, quickbooks_document("purchase order", "VendorRef"), VENDOR)
BILLS = Recognition(DOCUMENTS, _bill, quickbooks_document("bill", "VendorRef"), VENDOR)
EXPENSES_PAID = Recognition(EXPENSES, _expense, purchase, VENDOR, _as_chosen)
BILL_PAYMENTS = quickbooks_document("bill payment", "VendorRef")
"""What an expense may be in QuickBooks instead, where it pays a bill there."""
