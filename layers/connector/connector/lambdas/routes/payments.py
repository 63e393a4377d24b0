"""View Payments: the list of payments, and the push of those that a person chose."""

from datetime import date
from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query

from connector.api import payment_list, payments
from connector.api.payment_list import PaymentPage
from connector.api.payments import ChosenPayments, Pushing
from connector.api.runs import money_moves
from connector.api.runs.money_moves import MoneyAsked, MoneyKind, MoneyPage
from connector.lambdas.routes.shared import ConnectionPath, OldestFirst, caller
from connector.lambdas.routing import Routes
from connector.model.tracking.stands import AskedFor
from connector.services import services

PATH = "/connections/<connection_id>/payments"
routes = Routes("payments")

After = Annotated[str | None, Query(description="`next` of the page before; none for the first.")]
Limit = Annotated[
    int,
    Query(ge=1, le=payment_list.MOST, description="At most so many payments; a page may be short."),
]

AllLimit = Annotated[int, Query(ge=1, le=money_moves.MOST, description="At most so many.")]
Kinds = Annotated[list[MoneyKind] | None, Query(description="Only of these kinds.")]
MoneyState = Annotated[AskedFor | None, Query(description="Only those that stand there.")]
Payer = Annotated[str | None, Query(description="How the name of the customer begins.")]
Method = Annotated[str | None, Query(description="How it was paid, such as Check.")]
FirstDay = Annotated[date | None, Query(alias="from", description="Dated on this day or later.")]
LastDay = Annotated[date | None, Query(alias="to", description="Dated on this day or before.")]


@routes.answer("GET", PATH)
def list_payments(
    connection_id: ConnectionPath, after: After = None, limit: Limit = 100
) -> PaymentPage:
    """List where payments stand, page by page: those not in QuickBooks first."""
    return payment_list.list_payments(connection_id, after=after, limit=limit)


@routes.answer("POST", PATH, problems=[HTTPStatus.CONFLICT], status=HTTPStatus.ACCEPTED)
def push_payments(connection_id: ConnectionPath, chosen: ChosenPayments) -> Pushing:
    """Push chosen payments now, or tell what that does; if one cannot be pushed, none is."""
    return payments.push(services(), connection_id, chosen, by=caller(routes))


@routes.answer("GET", f"{PATH}/all")
def list_all_payments(  # noqa: PLR0913, PLR0917 - the parameters of a request
    connection_id: ConnectionPath,
    kind: Kinds = None,
    state: MoneyState = None,
    customer: Payer = None,
    method: Method = None,
    first: FirstDay = None,
    last: LastDay = None,
    oldest_first: OldestFirst = False,
    after: After = None,
    limit: AllLimit = 99,
) -> MoneyPage:
    """List payments, refunds and credits of both sides with where each stands, latest first."""
    asked = MoneyAsked(
        kinds=kind or (),
        state=state,
        customer=customer,
        method=method,
        first=first,
        last=last,
        oldest_first=oldest_first,
    )
    return money_moves.list_all(connection_id, asked, after=after, limit=limit)
