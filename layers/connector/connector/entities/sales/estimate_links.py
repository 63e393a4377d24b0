"""Invoices made from an estimate: linked to it, so that QuickBooks closes it (reference 6.10)."""

from connector.errors import RecordError, RejectedError
from connector.model.body import NOT_FOUND, Body, Json, Read, if_there
from connector.model.flows.context import Linked, PushContext
from connector.model.markers import markers_in, same_marker
from connector.model.worklist.causes import Kind

NOT_LINKABLE = "620"
LINK = "LinkedTxn"
ONCE = frozenset({LINK})
"""What an invoice carries only when it is created: an estimate is linked once."""


def link_to_estimate(estimate: Linked | None) -> Body:
    """Return what makes an invoice close the estimate it is made from, if there is one."""
    if estimate is None:
        return {}
    return {LINK: [{"TxnId": estimate.quickbooks_id, "TxnType": "Estimate"}]}


def is_linked(answer: Json) -> bool:
    """Tell whether an invoice in QuickBooks is made from an estimate."""
    return any(one.get("TxnType") == "Estimate" for one in answer.get(LINK, ()))


def without_estimate(
    body: Body, refusal: RejectedError, read: Read, _known: PushContext
) -> Body | None:
    """Make the invoice alone where its estimate cannot be linked (again).

    The estimate may be deleted, rejected or closed, of another customer, or linked to an earlier
    invoice that MobiWork made of the same quote.

    Raises:
        RecordError: somebody made an invoice of it by hand, which a second one would double.
    """
    if not body.get(LINK) or refusal.code not in {NOT_FOUND, NOT_LINKABLE}:
        return None
    estimate = if_there(read, "Estimate", str(body[LINK][0]["TxnId"])) or {"TxnStatus": "Closed"}
    for made in estimate.get(LINK, ()):
        if made.get("TxnType") == "Invoice":
            _refuse_unless_another(body, str(made["TxnId"]), read)
    open_still = estimate.get("TxnStatus") not in {"Closed", "Rejected"}
    if open_still and estimate.get("CustomerRef", {}).get("value") == body["CustomerRef"]["value"]:
        return None
    return {name: value for name, value in body.items() if name != LINK}


def _refuse_unless_another(body: Body, invoice_id: str, read: Read) -> None:
    """Refuse an invoice made by hand, and one that is this very invoice."""
    in_quickbooks = read("Invoice", invoice_id)
    of_another = any(marker.entity == "invoice" for marker in markers_in(in_quickbooks))
    if same_marker(body, in_quickbooks) or not of_another:
        raise RecordError(
            f"Its estimate is invoice {invoice_id} in QuickBooks already, and a second one would "
            "count twice. Leave this record out, or delete that invoice in QuickBooks and try "
            "again.",
            cause=Kind.BOOKED,
        )
