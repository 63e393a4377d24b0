"""Rows of connections that versions before this one wrote are read as they were meant."""

import pytest

from connector.model.connection import Phase
from connector.store import connections
from connector.store.life.rows import ConnectionRow
from connector.store.table import key
from tests.builders import CONNECTION

pytestmark = pytest.mark.usefixtures("table")


def test_a_connection_of_before_is_live_and_gets_its_first_run() -> None:
    ConnectionRow(
        pk=key(CONNECTION),
        sk="connection",
        realm_id="913",
        company_name="Harbor Books",
        mobiwork_client_id="40321",
        mobiwork_version="10.0.78",
        state="active",
        run_id="",
    ).save()
    row = ConnectionRow(pk=key(CONNECTION), sk="connection")
    row.update(actions=[ConnectionRow.phase.remove()])
    found = connections.read(CONNECTION)
    assert (found.run_id, found.phase, found.connected_on) == (None, Phase.LIVE, None)
    assert connections.begin_run(found, "r1")
    assert not connections.begin_run(found, "r2")
