"""View Payments: where payments stand, and the push of those that a person chooses."""

from connector.api import payment_list, payments
from connector.api.payments import ChosenPayments
from connector.console.asking import Go, PageRequest, Pages, Reply
from connector.console.pages.shared import CONNECTION, page_of
from connector.console.reading import form_of
from connector.errors import RequestError
from connector.services import services

pages = Pages()
PAYMENTS = f"{CONNECTION}/payments"
SHOWN = 100


@pages.get(PAYMENTS)
def show_payments(asked: PageRequest) -> Reply:
    """Show payments, those that are not in QuickBooks first."""
    after = asked.query.get("after") or None
    shown = payment_list.list_payments(asked.connection_id, after=after, limit=SHOWN)
    return page_of(asked, "payments.html", "Payments", page=shown)


@pages.post(PAYMENTS)
def push(asked: PageRequest) -> Reply:
    """Push the chosen payments, or say of each why not."""
    ids = asked.values("payment")
    if not ids:
        raise RequestError("Choose at least one payment.")
    chosen = form_of(
        ChosenPayments,
        {"payment_ids": list(ids), "include_invoices": asked.value("include_invoices") == "yes"},
    )
    pushed = payments.push(services(), asked.connection_id, chosen, by=asked.by)
    said = f"{len(ids)} payments are being pushed, in run {pushed.run_id}."
    return Go(to=asked.at("payments"), said=said)
