"""View Payments over HTTP: the list with where each payment stands, and the push of chosen ones."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from connector.api.http import Answer, body_of, json_answer
from connector.api.payment_list import PaymentRow, list_payments, push_these
from connector.errors import RecordError
from connector.store import connections

if TYPE_CHECKING:
    from connector.services import Services


class Chosen(BaseModel):
    """The payments a person chose, by MobiWork id."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    payment_ids: list[str] = Field(min_length=1)
    include_invoices: bool = False


def serve(services: "Services", request: Mapping[str, Any]) -> Answer:
    """Answer GET with all payments of the connection in the path, POST by pushing those chosen.

    Raises:
        RecordError: there is no such connection, or too many payments were chosen.
    """
    connection_id = connections.in_path(request)
    if request["requestContext"]["http"]["method"] == "POST":
        return _push(services, connection_id, request)
    return json_answer({"payments": [_shown(row) for row in list_payments(connection_id)]})


def _push(services: "Services", connection_id: str, request: Mapping[str, Any]) -> Answer:
    try:
        chosen = Chosen.model_validate_json(body_of(request))
    except ValidationError as error:
        told = "; ".join(
            f"{'.'.join(str(part) for part in problem['loc']) or 'body'}: {problem['msg']}"
            for problem in error.errors(include_input=False)
        )
        raise RecordError(f"The request cannot be used: {told}.") from error
    run_id = push_these(
        connection_id,
        chosen.payment_ids,
        include_invoices=chosen.include_invoices,
        machines=services.machines,
        machine_arn=services.config.payments_state_machine_arn,
    )
    return json_answer({"run_id": run_id}, 202)


def _shown(row: PaymentRow) -> dict[str, Any]:
    return {
        "payment_id": row.payment_id,
        "invoice": row.invoice,
        "amount": None if row.amount is None else str(row.amount),
        "paid_on": row.paid_on,
        "state": row.state.value,
        "reason": row.reason,
        "quickbooks_id": row.quickbooks_id,
        "fixes": [{"action": fix.action, "label": fix.label} for fix in row.fixes],
    }
