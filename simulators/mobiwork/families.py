"""Sub-customers: who is whose parent, and whose bill an invoice is (section 6 row 24)."""

from simulators.mobiwork.account import Account
from simulators.mobiwork.failures import BAD_VALUE, REQUIRED, Failure
from simulators.mobiwork.model import Record
from simulators.mobiwork.store import Store

_OF_SUB_CUSTOMERS = ("parentCustomerId", "parentCustomerName", "billTo", "billToCustomerId")


def is_sub(customer: Record) -> bool:
    """Whether a customer belongs to another."""
    return customer.get("isSubCustomer") == "true"


def check(account: Account, customer: Record, own_id: str) -> None:
    """Refuse a sub-customer without a parent, of itself, or in a tier too many.

    Raises:
        Failure: The request is such a customer.
    """
    if not is_sub(customer):
        return
    parent = customer.get("parentCustomerId")
    if not parent:
        raise Failure(REQUIRED, "parentCustomerId")
    above = _upwards(account.store, str(parent))
    if own_id in above or len(above) >= account.switches.customer_tiers:
        raise Failure(BAD_VALUE, "parentCustomerId")
    if customer.get("billTo") == "OTHER" and not customer.get("billToCustomerId"):
        raise Failure(REQUIRED, "billToCustomerId")


def _upwards(store: Store, customer_id: str) -> list[str]:
    """A customer, its parent, the parent of that, and so on."""
    found: list[str] = []
    while customer_id and customer_id not in found:
        found.append(customer_id)
        customer = store.get("customer", customer_id) or {}
        customer_id = str(customer.get("parentCustomerId") or "") if is_sub(customer) else ""
    return found


def tidy(customer: Record) -> None:
    """Send the bill of a sub-customer to itself unless it says where; others have no parent."""
    if is_sub(customer):
        customer["billTo"] = customer.get("billTo") or "SUB_CUSTOMER"
    else:
        customer.update(dict.fromkeys(_OF_SUB_CUSTOMERS))


def bill_to(store: Store, customer_id: str) -> str:
    """Whose bill a new invoice of this customer is."""
    customer = store.get("customer", customer_id) or {}
    who = customer.get("billTo") if is_sub(customer) else None
    names = {"PARENT": "parentCustomerId", "OTHER": "billToCustomerId"}
    return str(customer.get(names.get(str(who), "")) or customer_id)


def rename(store: Store, parent_id: str, name: str) -> None:
    """Repeat the name of a parent in its sub-customers."""
    for child in store.where("customer", "parentCustomerId", parent_id):
        child["parentCustomerName"] = name
        store.forget("customer", str(child["mobiworkCustomerId"]))
