"""What is gained or lost when a foreign document is settled at another rate than it was booked."""

from decimal import Decimal

from simulators.quickbooks.company import Company
from simulators.quickbooks.ledger import Posting
from simulators.quickbooks.links import SETTLING, Link, doc_key, split_key
from simulators.quickbooks.rules.accounts import account_of
from simulators.quickbooks.rules.forms import cents
from simulators.quickbooks.wire import ZERO, Record

CREDITS = ("CreditMemo:", "VendorCredit:")


def settling(company: Company, key: str) -> set[str]:
    """Return the settling documents that a change of this one may touch."""
    found = {key, *company.links.holders(key)}
    for link in company.links.held.get(key, []):
        found.update(company.links.holders(link.target))
    return {one for one in found if one.startswith(SETTLING)}


def differences(company: Company, key: str) -> list[Posting]:
    """Return the postings that clear what a settling document and its targets leave open.

    Amounts are converted cumulatively, so that the parts of a document add up to the whole.
    """
    record = company.of_key(key)
    if record is None:
        return []
    own, before, rest = _rate(record), ZERO, ZERO
    for link in company.links.held.get(key, []):
        target = company.of_key(link.target)
        if target is None:
            continue
        amount = target["TotalAmt"] if key.startswith("Deposit:") else link.amount
        sign = -1 if link.target.startswith(CREDITS) else 1
        settled = cents((before + sign * amount) * own) - cents(before * own)
        rest += settled - sign * _booked(company, key, link, target, amount)
        before += sign * amount
    return _postings(company, key, record, rest) if rest else []


def _booked(company: Company, key: str, link: Link, target: Record, amount: Decimal) -> Decimal:
    """Return what of a document was booked for the part that is settled here."""
    rate, before = _rate(target), ZERO
    for holder in company.links.holders(link.target):
        if holder == key:
            break
        held = company.links.held[holder]
        before += sum((one.amount for one in held if one.target == link.target), ZERO)
    return cents((before + amount) * rate) - cents(before * rate)


def _rate(record: Record) -> Decimal:
    rate: Decimal = record.get("ExchangeRate") or Decimal(1)
    return rate


def _postings(company: Company, key: str, record: Record, rest: Decimal) -> list[Posting]:
    entity = split_key(key)[0]
    result = account_of(company, "ExchangeGainOrLoss")
    if entity == "BillPayment":
        vendor = doc_key("Vendor", record["VendorRef"]["value"])
        return [Posting(record["APAccountRef"]["value"], -rest, vendor), Posting(result, rest)]
    if entity == "Payment":
        customer = doc_key("Customer", record["CustomerRef"]["value"])
        owed = Posting(account_of(company, "AccountsReceivable"), rest, customer)
        return [owed, Posting(result, -rest)]
    return [Posting(account_of(company, "UndepositedFunds"), rest), Posting(result, -rest)]
