"""Whether a record that a run wrote may still be undone: pure rules, each with its reason.

QuickBooks deletes documents and has no delete for lists, whose entries become inactive (reference
1.2). A document is deleted rather than voided: a void one keeps its number and our mark, and would
stand in the way when the record is posted again.
"""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from decimal import Decimal

from connector.entities.shared.documents import hash_as_shown, is_voided
from connector.entities.shared.quickbooks_values import number_in, plain_number
from connector.entities.shared.wire import dollars
from connector.model.body import Body, Json, spoken
from connector.model.company import Company
from connector.model.links import Link
from connector.model.undoing.undo import UndoWay
from connector.push.body_diff import same
from connector.quickbooks.words import illegible, name_of_member

type Other = tuple[str, str]
"""A document of QuickBooks: its type and its id."""

LISTS = frozenset({"Customer", "Item", "Vendor"})
MADE_FROM = {
    "Bill": frozenset({"PurchaseOrder", "ReimburseCharge"}),
    "Invoice": frozenset({"Estimate", "ReimburseCharge", "TimeActivity"}),
    "Payment": frozenset({"CreditMemo", "Invoice", "JournalEntry"}),
    "Purchase": frozenset({"ReimburseCharge"}),
}
"""What a document itself refers to, by its type; others that it is linked to refer to it."""
SINCE = "in QuickBooks since it was written"


def way_of(target: str) -> UndoWay:
    """Return how QuickBooks lets a record be taken back that was created."""
    return UndoWay.DEACTIVATE if target in LISTS else UndoWay.DELETE


def why_kept(
    link: Link, there: Json | None, company: Company, *, ours: AbstractSet[Other] = frozenset()
) -> str | None:
    """Say why a created record is not taken back; None where it is.

    there: the record as QuickBooks has it now; ours: documents that are taken back before it, and
        may be what is open of a customer.
    """
    named = f"{spoken(link.target)} {link.quickbooks_id}"
    if link.merged_into:
        return f"{named} was merged in QuickBooks with the one of record {link.merged_into}."
    if there is None:
        return f"{named} is not in QuickBooks any more."
    if unread := illegible(link.target, there):
        return unread
    if link.target in LISTS:
        return _of_list(named, link, there, balance_may_go=bool(ours))
    if is_voided(there, link.base):
        return f"{named} was voided in QuickBooks already."
    return (
        _referred_to(named, link.target, there, ours)
        or _closed(named, there, company)
        or (None if untouched(link, there) else f"{named} was changed {SINCE}.")
    )


def _of_list(named: str, link: Link, there: Json, *, balance_may_go: bool) -> str | None:
    if not there.get("Active", True):
        return f"{named} is inactive already."
    if counted := number_in(there, "QtyOnHand"):
        return (
            f"{named} has {plain_number(counted)} on hand, which QuickBooks would write off if it "
            "became inactive."
        )
    if (owed := open_balance(there)) and not balance_may_go:
        return (
            f"{dollars(owed)} of {named} is open, which QuickBooks would write off if it became "
            "inactive."
        )
    if str(there.get("SyncToken")) != link.sync_token:
        return f"{named} was changed {SINCE}."
    return None


def open_balance(there: Json) -> Decimal | None:
    """Return what is open of a customer or vendor; None where nothing is."""
    return number_in(there, "Balance") or None


def _referred_to(named: str, target: str, there: Json, ours: AbstractSet[Other]) -> str | None:
    """Say what was made of a document, or paid on it, that stays."""
    every = there.get("LinkedTxn") or ()
    linked = [(str(one.get("TxnType")), str(one.get("TxnId"))) for one in every]
    mine = MADE_FROM.get(target, frozenset())
    others = [
        f"{kind} {own}" for kind, own in linked if kind not in mine and (kind, own) not in ours
    ]
    return f"{named} is linked to {', '.join(others)} in QuickBooks." if others else None


def _closed(named: str, there: Json, company: Company) -> str | None:
    day, closed = str(there.get("TxnDate") or ""), company.closed_until
    if not closed or not day or day > closed:
        return None
    return f"{named} is dated {day}, and the books in QuickBooks are closed up to {closed}."


def untouched(link: Link, there: Json) -> bool:
    """Tell whether a record is as we left it: of the same version, or moved only by its links.

    What pays a document, or is made of it, moves its version, too (reference 7.1).
    """
    return str(there.get("SyncToken")) == link.sync_token or hash_as_shown(there) == link.shown


def why_not_restored(link: Link, there: Json | None, after: Body) -> str | None:
    """Say why a record does not get back what it held; None where it does."""
    named = f"{spoken(link.target)} {link.quickbooks_id}"
    if there is None:
        return f"{named} is not in QuickBooks any more."
    if str(there.get("SyncToken")) != link.sync_token:
        return f"{named} was changed {SINCE}."
    if others := [name_of_member(name) for name in after if not _is(there.get(name), after[name])]:
        return f"The {', '.join(others)} of {named} is not what was written any more."
    return None


def holds(there: Json, values: Body) -> bool:
    """Tell whether a record holds some values."""
    return all(_is(there.get(name), value) for name, value in values.items())


def _is(one: object, other: object) -> bool:
    return same(one, other) or (_is_empty(one) and _is_empty(other))


def _is_empty(value: object) -> bool:
    """Tell what empties a member: QuickBooks may leave it out afterwards (reference 7.1)."""
    if isinstance(value, Mapping):
        return all(map(_is_empty, value.values()))
    return value in (None, "", [])
