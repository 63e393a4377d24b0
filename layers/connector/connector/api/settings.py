"""The settings of a connection over HTTP: read with their problems, saved after a check."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from connector.api.http import Answer, body_of, json_answer
from connector.changes.company import read_company
from connector.entities.registry import NAMES
from connector.errors import ConfigurationError
from connector.model.pending import NewItem, PendingState
from connector.model.requirements import problems
from connector.model.settings import Settings
from connector.store import connections, left_out, pending, totals
from connector.store import settings as saved

if TYPE_CHECKING:
    from connector.services import Services

OPEN_SETTINGS = "open_settings"


def serve(services: "Services", request: Mapping[str, Any]) -> Answer:
    """Answer GET and PUT of the settings of the connection in the path."""
    connection_id = (request.get("pathParameters") or {}).get("connection_id", "")
    try:
        connections.read(connection_id)
    except (ConfigurationError, ValueError):
        return json_answer({"error": f"There is no connection {connection_id!r}."}, 404)
    if request["requestContext"]["http"]["method"] == "PUT":
        return _save(services, connection_id, request)
    return _shown(connection_id)


def _shown(connection_id: str) -> Answer:
    kept = saved.read_saved(connection_id)
    settings = kept.settings
    company = saved.read_company(connection_id)
    found = [] if company is None else problems(settings, company)
    return json_answer(
        {
            "settings": settings.model_dump(mode="json"),
            "version": {
                "version": kept.version,
                "saved_at": kept.saved_at or "",
                "saved_by": kept.saved_by or "",
            },
            "warning": connections.read(connection_id).warning,
            "problems": [
                {"setting": one.setting, "problem": one.sentence, "stops": list(one.flows)}
                for one in found
            ],
            "schema": Settings.model_json_schema(),
        }
    )


def _save(services: "Services", connection_id: str, request: Mapping[str, Any]) -> Answer:
    """Save settings that are well-formed; what they lack in QuickBooks is told, not refused.

    Records that were refused because of settings are planned again in the next run.
    """
    try:
        settings = Settings.model_validate_json(body_of(request))
    except ValidationError as error:
        told = "; ".join(
            f"{'.'.join(str(part) for part in problem['loc']) or 'settings'}: "
            f"{problem['msg'].removeprefix('Value error, ')}"
            for problem in error.errors(include_input=False)
        )
        return json_answer({"error": f"The settings cannot be saved. {told}"}, 400)
    now = datetime.now(UTC)
    realm_id = connections.read(connection_id).realm_id
    client = services.quickbooks(connection_id, realm_id)
    saved.save_company(connection_id, read_company(client, now=now))
    saved.save_settings(
        connection_id, settings, saved_at=now.isoformat(), saved_by=_caller(request)
    )
    _replay_refused(connection_id)
    return _shown(connection_id)


def _caller(request: Mapping[str, Any]) -> str:
    """Return who signed the request, as API Gateway tells it."""
    authorizer = request["requestContext"].get("authorizer") or {}
    return str((authorizer.get("iam") or {}).get("userArn") or "unknown")


def _replay_refused(connection_id: str) -> None:
    totals.decide(connection_id, NAMES)
    for name in NAMES:
        _replay_differing(connection_id, name)
        left_out.replay_all(connection_id, name)
        for item in pending.worklist(connection_id, name):
            if any(fix.action == OPEN_SETTINGS for fix in item.fixes):
                pending.replay(connection_id, name, item.record_id)


def _replay_differing(connection_id: str, flow: str) -> None:
    """Plan documents whose totals differ again: a rounding line may be wanted by now."""
    found = pending.read_many(connection_id, flow, totals.differing(connection_id, flow))
    again = [
        NewItem(
            record_id=item.record_id,
            record=item.record,
            fingerprint=item.fingerprint,
            found_at=item.found_at,
            label=item.label,
        )
        for item in found.values()
        if item.state == PendingState.DELETED and item.record
    ]
    pending.put_all(connection_id, flow, again)
