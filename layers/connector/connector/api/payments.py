"""The push of payments that a person chose: all of them, or none and why (A11)."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

from connector.api import activity
from connector.api.payment_list import MOST, PaymentRow, read_payments
from connector.api.plans.payments_foretold import ToBePushed, foretold
from connector.api.sent_ids import SentId
from connector.changes.company import ask_whether_open
from connector.entities.payments.push import PUSH
from connector.errors import ConflictError, RequestError, Wrong
from connector.model.connection import Phase
from connector.model.ids import new_run_id
from connector.model.tracking.tracked import StandsAs
from connector.store import connections, runs, settings

if TYPE_CHECKING:
    from connector.services import Services


class ChosenPayments(BaseModel):
    """The payments a person chose, by MobiWork id."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    payment_ids: list[SentId] = Field(
        min_length=1, max_length=MOST, description="MobiWork ids, as the list shows them."
    )
    include_invoices: bool = Field(
        default=False, description="Push the invoices that they pay, too, where these wait."
    )
    preview: bool = Field(default=False, description="Only tell what becomes of each of them.")


@dataclass(frozen=True)
class Pushing:
    """What pushing them does.

    Attributes:
        run_id: The run that does it, by which its report is found; null in a preview.
        payments: What becomes of each, as far as it can be told before.
    """

    run_id: str | None
    payments: tuple[ToBePushed, ...] = ()


def push(services: "Services", connection_id: str, chosen: ChosenPayments, *, by: str) -> Pushing:
    """Start a run of the chosen payments, with their invoices if wanted, or tell what that does.

    Raises:
        ConflictError: the connection is not live, so nothing is posted.
        RequestError: one of them is unknown, was refused or is in QuickBooks already; says which
            and why, and nothing is pushed.
    """
    phase = connections.phase(connection_id)
    if phase is not Phase.LIVE:
        raise ConflictError(f"Nothing was pushed: the connection is {phase}, not {Phase.LIVE}.")
    payment_ids = list(dict.fromkeys(chosen.payment_ids))
    known = read_payments(connection_id, payment_ids)
    if wrong := tuple(_problems(payment_ids, known)):
        raise RequestError.of_several("Nothing was pushed.", wrong)
    if chosen.include_invoices and any(one.state is StandsAs.WAITING for one in known.values()):
        read_closing_day(services, connection_id)
    if chosen.preview:
        rows = [known[one] for one in payment_ids]
        with_invoices = chosen.include_invoices
        return Pushing(None, foretold(connection_id, rows, include_invoices=with_invoices))
    run_id = new_run_id()
    runs.begin(connection_id, run_id, found={}, now=datetime.now(UTC), phase=phase, by=by)
    asked = {
        "connection_id": connection_id,
        "run_id": run_id,
        "by_hand": True,
        "payment_ids": payment_ids,
        "include_invoices": chosen.include_invoices,
    }
    services.machines.start_execution(
        stateMachineArn=services.config.payments_state_machine_arn,
        name=run_id,
        input=json.dumps(asked),
    )
    activity.note(
        connection_id,
        by=by,
        what=f"Requested that the payment be pushed, in run {run_id}.",
        records=[(PUSH.name, one) for one in payment_ids],
    )
    return Pushing(run_id)


def read_closing_day(services: "Services", connection_id: str) -> None:
    """Read again until when the books are closed: no call where they were not closed."""
    company = settings.read_company(connection_id)
    if company and company.closed_until:
        client = services.quickbooks(connection_id, company.realm_id, urgent=True)
        ask_whether_open(connection_id, client, now=datetime.now(UTC))


def _problems(payment_ids: Sequence[str], known: Mapping[str, PaymentRow]) -> Iterator[Wrong]:
    """Yield what stands in the way of each payment; one that waits may be chosen."""
    for place, payment_id in enumerate(payment_ids):
        if told := _problem(payment_id, known.get(payment_id)):
            yield Wrong(f"#/payment_ids/{place}", told)


def _problem(payment_id: str, row: PaymentRow | None) -> str | None:
    if row is None:
        return f"There is no payment {payment_id[:64]!r} to push among those MobiWork has shown."
    if row.quickbooks_id is not None:
        return f"Payment {payment_id} is already in QuickBooks (Payment {row.quickbooks_id})."
    if row.state is StandsAs.PLANNED:
        return f"Payment {payment_id} is waiting for approval. Approve its plan to push it."
    if not row.may_be_pushed:
        return f"Payment {payment_id} cannot be pushed: {row.reason}"
    return None
