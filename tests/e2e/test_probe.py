import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, cast

import pytest

from connector.jobs.probe_mobiwork import probe
from connector.mobiwork.client import MobiWork
from connector.model.connection import Connection, ConnectionState
from connector.services import Services
from connector.store import connections
from connector.store.control import probes
from local.children import Child, bare_environment

CONNECTION = "c1"


class OneAccount:
    """Services that know one MobiWork account."""

    def __init__(self, url: str) -> None:
        self._url = url

    def mobiwork(self, connection: Connection, *, capabilities: frozenset[str]) -> MobiWork:
        return MobiWork(
            base_url=self._url,
            client_id=connection.mobiwork_client_id,
            capabilities=capabilities,
            login_id="SIMLOGIN12345678",
            password="SIMPASSWORD12345",  # noqa: S106 - the simulator's own default
        )


@pytest.fixture(scope="module")
def mobiwork_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    log = tmp_path_factory.mktemp("probe") / "mobiwork.log"
    command = [sys.executable, "-m", "simulators.mobiwork", "--port", "0", "--sample", "7"]
    command += ["--switch", "endpoints_off=vendor.list"]
    with Child("MobiWork", command, log=log, environment=bare_environment()) as child:
        yield child.wait_for_line(r"MobiWork simulator: (http://\S+)")


@pytest.fixture
def found(table: None, mobiwork_url: str) -> dict[str, Any]:
    connection = Connection(
        connection_id=CONNECTION,
        realm_id="9",
        company_name="Harbor Books",
        mobiwork_client_id="40321",
        mobiwork_version="10.0.78",
        state=ConnectionState.ACTIVE,
    )
    connections.save_new(connection, now=datetime.now(UTC))
    probed = probe(cast(Services, OneAccount(mobiwork_url)), CONNECTION)
    return {one.switch: one for one in probed.findings}


def test_a_call_that_exists_is_found_to_work(found: dict[str, Any]) -> None:
    assert found["purchaseOrder.list"].works is True
    assert found["invoice.view"].works is True


def test_a_call_that_does_not_exist_is_found_not_to_work_and_says_why(
    found: dict[str, Any],
) -> None:
    assert found["vendor.list"].works is False
    assert "404" in found["vendor.list"].told


def test_a_view_without_a_record_to_try_it_on_stays_open(found: dict[str, Any]) -> None:
    assert found["vendor.view"].works is None


def test_the_findings_stay_on_the_connection(found: dict[str, Any]) -> None:
    latest = probes.latest(CONNECTION)
    assert latest is not None
    assert {one.switch: one for one in latest.findings} == found
