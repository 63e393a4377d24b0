"""Refunds of money on account: paid out of a bank account, against Accounts Receivable.

So Intuit has bookkeepers enter them (help article "Handle a customer credit or overpayment"): an
expense or check to the customer on Accounts Receivable. Beside the customer's credit it adds up to
nothing. Ticking the two off against each other is left to a person: it changes a payment that is
posted, and what of it may be written is documented for some kinds only (reference 6.9).
"""

from collections.abc import Iterator

from connector.entities.payments.model import Payment
from connector.entities.shared.documents import currency, document_number
from connector.entities.shared.wire import cents, without_empty
from connector.errors import OPEN_SETTINGS, RETRY, SKIP, MissingMappingsError
from connector.model.body import Body
from connector.model.company import Account
from connector.model.flows.context import Linked, PushContext
from connector.model.flows.push_flow import Variant
from connector.model.policy.accounts import REFUNDS, account_of
from connector.model.policy.postable import letters_and_digits
from connector.model.policy.settings import title
from connector.quickbooks.query import found_by

PAYOUT = Variant("payout", "Purchase", "refund")
twin_query = found_by(PAYOUT.target, "TxnDate")
CHECKS = frozenset({"check", "cheque"})
RECEIVABLE = "Accounts Receivable"
THEN = (
    "The customer's credit and this expense both stand open in Accounts Receivable and add up to "
    "nothing. To close them, open the payment that the credit is of in QuickBooks, select this "
    "expense on it and save; what the worklist says of it then goes away automatically."
)


def to_qbo(payment: Payment, payer: str, known: PushContext) -> Body:
    """Translate to a Purchase of one line on Accounts Receivable (reference 6.15).

    Raises:
        MissingMappingsError: the account it is paid from is no bank account, or it is not certain
            which account is Accounts Receivable.
    """
    bank = account_of(known.company, known.settings, REFUNDS)
    receivable = [one for one in known.company.accounts if one.type == RECEIVABLE]
    if found := [*_no_bank(bank), *_uncertain(receivable)]:
        raise MissingMappingsError(found, fixes=(OPEN_SETTINGS, RETRY, SKIP))
    numbered = known.company.custom_purchase_numbers
    return without_empty(
        {
            "PaymentType": "Check" if letters_and_digits(payment.method_name) in CHECKS else "Cash",
            "AccountRef": {"value": bank.id},
            "EntityRef": {"value": payer, "type": "Customer"},
            "CurrencyRef": currency(known.company),
            "TxnDate": payment.paid_on.isoformat(),
            "DocNumber": document_number(payment.reference) if numbered else "",
            "PrivateNote": f"MobiWork refund {payment.id} {known.marker}",
            "Line": [
                {
                    "Description": "Refund on the customer's account",
                    "Amount": cents(abs(payment.amount)),
                    "DetailType": "AccountBasedExpenseLineDetail",
                    "AccountBasedExpenseLineDetail": {"AccountRef": {"value": receivable[0].id}},
                }
            ],
        }
    )


def _no_bank(account: Account) -> Iterator[str]:
    if account.type != "Bank":
        yield (
            f'The setting "{title(REFUNDS.setting)}" names {account.name}, and QuickBooks pays '
            "money on account back from a bank account only. Choose one, or enter this refund in "
            "QuickBooks by hand as a check to Accounts Receivable."
        )


def _uncertain(receivable: list[Account]) -> Iterator[str]:
    if len(receivable) != 1:
        yield (
            f"QuickBooks has {len(receivable)} accounts of type {RECEIVABLE}, so it is not certain "
            "which one the customer's credit is on. Enter this refund there by hand, as a check "
            "to the customer on that account, and apply it to the credit."
        )


def unapplied(paid: Linked | None) -> bool:
    """Tell whether something of a posted payment was for no invoice: a credit on account."""
    if paid is None or paid.base.get("TotalAmt") is None:
        return False
    applied = sum(line["Amount"] for line in paid.base.get("Line", ()))
    return bool(paid.base["TotalAmt"] > applied)
