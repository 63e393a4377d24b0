"""Records that must not become inactive in QuickBooks: it would write off what is left of them.

An item's stock goes to shrinkage, the open balance of a customer against a credit memo (reference
6.2, 11). That is for a person to decide.
"""

from collections.abc import Callable
from typing import Protocol

from connector.entities.shared.quickbooks_values import number_in, plain_number
from connector.entities.shared.wire import dollars
from connector.model.body import Body, Json
from connector.model.company import Company


class InUse(Protocol):
    """A record of a list of MobiWork."""

    @property
    def enabled(self) -> bool:
        """Whether it is in use."""


def unless_used(word: str, use: str) -> Callable[[InUse, Company], str | None]:
    """Return why a record that is not in use is not created: what that is called, and its use."""
    told = (
        f"It is {word} in MobiWork and not in QuickBooks, so it is not created there. Enable it "
        f"in MobiWork if you still {use}."
    )
    return lambda record, _company: None if record.enabled else told


def deactivates(changed: Body) -> bool:
    """Tell whether an update makes a record inactive, so that it is to be read first."""
    return changed.get("Active") is False


def stock_left(in_quickbooks: Json, _company: Company, _posted: Body) -> str | None:
    """Say why an item must not become inactive: some of it is on hand."""
    counted = number_in(in_quickbooks, "QtyOnHand")
    if not counted or not in_quickbooks.get("Active", True):
        return None
    return (
        f"It is disabled in MobiWork, but QuickBooks has {plain_number(counted)} on hand and would "
        "write them off if it became inactive. Bring the stock to zero in QuickBooks and try "
        "again, or enable it in MobiWork."
    )


def balance_left(in_quickbooks: Json, _company: Company, _posted: Body) -> str | None:
    """Say why a customer or vendor must not become inactive: something is owed."""
    owed = number_in(in_quickbooks, "Balance")
    if not owed or not in_quickbooks.get("Active", True):
        return None
    return (
        f"It is disabled in MobiWork, but {dollars(owed)} is open in QuickBooks, which would write "
        "that off if it became inactive. Settle it in QuickBooks and try again, or enable it in "
        "MobiWork."
    )
