"""Totals of buying documents: QuickBooks' answer compared to the cent."""

from collections.abc import Callable
from decimal import Decimal

from pydantic import BaseModel

from connector.entities.shared.wire import cents, dollars
from connector.model.body import Json
from connector.model.flows.push_flow import PushTotals
from connector.model.totals import Difference, DifferenceCause


def compared[R: BaseModel](wanted: Callable[[R, Json], Decimal], what: str) -> PushTotals[R]:
    """Return how totals of a flow are compared: its lines are sums, so only rounding may differ.

    Args:
        wanted: what a record comes to in MobiWork, given what was sent of it.
        what: what MobiWork calls that.
    """

    def difference(record: R, sent: Json, answer: Json) -> Difference | None:
        total, own = cents(Decimal(str(answer.get("TotalAmt") or 0))), cents(wanted(record, sent))
        if total == own:
            return None
        sentence = (
            f"MobiWork's {what} is {dollars(own)}, but QuickBooks calculated {dollars(total)}."
        )
        return Difference(DifferenceCause.ROUNDING, sentence, own - total)

    return PushTotals(
        difference=difference, risks=lambda _record: frozenset({DifferenceCause.ROUNDING})
    )
