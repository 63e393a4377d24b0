"""What the office enters in QuickBooks as lines of deposits and journal entries.

A payment may be a line of a bank deposit, and anything a line of a journal entry. Each line with an
amount is a record of its own here: `12/1` is the first line of the twelfth.
"""

from connector.entities.recognitions import ENTERED_AS
from connector.entities.shared.quickbooks_values import number_in
from connector.entities.shared.recognition import FactTexts, foreign_currency, without_nothing
from connector.entities.shared.wire import cents, dollars
from connector.model.body import Json
from connector.model.matching.evidence import Facts
from connector.model.matching.scoring import DAY, PARTY, REFERENCE, TEXT, TOTAL

CHARGED, PAID, OWED, SPENT = "charged", "paid", "owed", "spent"
EARNED, RECEIVED = "earned", "received"
RECEIVABLE = "receivable"
"""What the account of what customers owe is called: what is deposited on it is no income."""
_CUSTOMER, _VENDOR = "customer", "vendor"
_ROLES = {
    ("debit", _CUSTOMER): CHARGED,
    ("credit", _CUSTOMER): PAID,
    ("credit", _VENDOR): OWED,
    ("debit", _VENDOR): SPENT,
    ("debit", ""): SPENT,
}


def deposited(record: Json) -> list[Facts]:
    """Return the lines of a deposit that are no payment of their own in QuickBooks already.

    One that is booked to another account than what customers owe may be an invoice with its
    payment: the office takes income straight from the bank's statement.
    """
    found = []
    for line in record.get("Line") or ():
        detail = line.get("DepositLineDetail") or {}
        entity = detail.get("Entity") or {}
        kind = str(entity.get("type") or _CUSTOMER).casefold()
        if line.get("LinkedTxn") or kind != _CUSTOMER or number_in(line, "Amount") <= 0:
            continue
        account = str((detail.get("AccountRef") or {}).get("name") or RECEIVABLE).casefold()
        more: FactTexts = {
            REFERENCE: (str(detail.get("CheckNum") or ""),),
            ENTERED_AS: (RECEIVED if RECEIVABLE in account else EARNED,),
        }
        found.append(_line(record, line, "deposit", entity, more))
    return found


def journalled(record: Json) -> list[Facts]:
    """Return the lines of a journal entry, by what they may be.

    A debit of a customer is charged to him, a credit paid by him; what names nobody is spent,
    unless the entry is of a customer.
    """
    found = list[Facts]()
    for line in record.get("Line") or ():
        detail = line.get("JournalEntryLineDetail") or {}
        named = detail.get("Entity") or {}
        side = str(detail.get("PostingType") or "").casefold()
        role = _ROLES.get((side, str(named.get("Type") or "").casefold()))
        if role and number_in(line, "Amount") > 0:
            entity = named.get("EntityRef") or {}
            found.append(_line(record, line, "journal entry", entity, {ENTERED_AS: (role,)}))
    of_customer = any({CHARGED, PAID} & {*one.said[ENTERED_AS]} for one in found)
    return [one for one in found if not (of_customer and SPENT in one.said[ENTERED_AS])]


def _line(record: Json, line: Json, noun: str, entity: Json, more: FactTexts) -> Facts:
    name, whom = str(entity.get("name") or ""), str(entity.get("value") or "")
    amount, day = cents(number_in(line, "Amount")), str(record.get("TxnDate") or "")
    texts = (str(line.get("Description") or ""), str(record.get("PrivateNote") or ""))
    said = without_nothing(
        {
            TOTAL: (str(amount),),
            DAY: (day,),
            PARTY: (name,),
            TEXT: texts,
            **more,
            **foreign_currency(record),
        }
    )
    of, number = (f" of {name}" if name else ""), str(record.get("DocNumber") or record["Id"])
    shown = f"line of {dollars(amount)}{of} in {noun} {number} on {day}"
    own = f"{record['Id']}/{line.get('Id') or record['Line'].index(line) + 1}"
    return Facts(own, shown, said, without_nothing({PARTY: (whom,)}))
