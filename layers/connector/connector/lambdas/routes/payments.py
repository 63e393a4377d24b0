"""View Payments: the list of payments, and the push of those that a person chose."""

from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query

from connector.api import payment_list, payments
from connector.api.payment_list import PaymentPage
from connector.api.payments import ChosenPayments, Pushing
from connector.lambdas.routes.shared import ConnectionId, caller
from connector.lambdas.routing import Routes
from connector.services import services

PATH = "/connections/<connection_id>/payments"
routes = Routes("payments")

After = Annotated[str | None, Query(description="`next` of the page before; none for the first.")]
Limit = Annotated[
    int,
    Query(ge=1, le=payment_list.MOST, description="At most so many payments; a page may be short."),
]


@routes.answer("GET", PATH, problems=[HTTPStatus.NOT_FOUND])
def list_payments(
    connection_id: ConnectionId, after: After = None, limit: Limit = 100
) -> PaymentPage:
    """List where payments stand, page by page: those not in QuickBooks first."""
    return payment_list.list_payments(connection_id, after=after, limit=limit)


@routes.answer(
    "POST", PATH, problems=[HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT], status=HTTPStatus.ACCEPTED
)
def push_payments(connection_id: ConnectionId, chosen: ChosenPayments) -> Pushing:
    """Push chosen payments now; if one of them cannot be pushed, none is and each is named."""
    return payments.push(services(), connection_id, chosen, by=caller(routes))
