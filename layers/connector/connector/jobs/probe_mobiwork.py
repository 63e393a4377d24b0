"""The probe: tries the MobiWork calls that are only assumed, reading only, and keeps the answers.

What a real account answered is shown where the settings offer these calls.
"""

from datetime import UTC, datetime
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from connector.errors import ConnectorError
from connector.mobiwork.client import MobiWork
from connector.mobiwork.endpoints import READS, Endpoint, registry
from connector.model.ids import ConnectionId
from connector.model.policy.account_values import Finding, Probed
from connector.store import connections
from connector.store.control import probes

if TYPE_CHECKING:
    from connector.services import Services


def probe(services: "Services", connection_id: ConnectionId) -> Probed:
    """Try every assumed call that only reads, and store what was found on the connection.

    Raises:
        ConnectionBrokenError: MobiWork does not accept the login.
    """
    rows = registry()
    switches = frozenset(row.switch for row in rows.values() if row.switch)
    connection = connections.read(connection_id)
    client = services.mobiwork(connection, capabilities=switches)
    client.authenticate()
    probed = Probed(connection_id, datetime.now(UTC), tuple(tried(client)))
    probes.save(probed)
    return probed


def tried(client: MobiWork) -> list[Finding]:
    """Try every assumed call that only reads."""
    found: list[Finding] = []
    rows = registry()
    for entity in dict.fromkeys(entity for entity, _ in rows):
        some_id: str | None = None
        for operation in ("list", "view"):
            row = rows.get((entity, operation))
            if row is None or operation not in READS:
                continue
            finding, seen = _try(client, row, some_id)
            some_id = some_id or seen
            if row.switch:
                found.append(finding)
    return found


def _try(client: MobiWork, row: Endpoint, some_id: str | None) -> tuple[Finding, str | None]:
    """Try one call; return what it answered and the id of a record it showed, if it did."""
    found, entity = partial(Finding, f"{row.entity}.{row.operation}"), row.entity
    try:
        if row.operation == "list":
            first = next(islice(client.records(entity, page_size=1), 1), None)
            told = "It lists records." if first else "It answers, with no record."
            return found(works=True, told=told), first.id if first else None
        if not some_id:
            return found(works=None, told="There is no record to try it on."), None
        client.view(entity, some_id)
        return found(works=True, told="It shows a record."), some_id
    except ConnectorError as error:
        return found(works=False, told=str(error)), None
