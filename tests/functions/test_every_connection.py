"""Schedules that work through all connections: one that cannot be read keeps no other from it."""

from datetime import UTC, datetime, timedelta

import boto3
import pytest

from connector.api import digests
from connector.api.connections import list_connections
from connector.api.runs.overview import everything, stand
from connector.errors import ConfigurationError, RetriableError
from connector.jobs.worklist.watch_worklists import watch
from connector.model.pending import PendingState
from connector.store import connections
from connector.store.records import pending
from functions.refresh_tokens.app import handler
from tests.builders import an_invoice
from tests.functions.cloud import REGION, Cloud
from tests.functions.context import Context
from tests.functions.events import CONNECTION, event
from tests.functions.sites import REFRESH_TOKEN, IntuitSite


@pytest.fixture(autouse=True)
def unreadable(connected: Cloud) -> None:
    """A connection whose row nobody can read, before all others."""
    table = boto3.resource("dynamodb", region_name=REGION).Table("connector")
    rows = table.scan()["Items"]
    row = next(one for one in rows if one["pk"] == CONNECTION and "due_group" in one)
    table.put_item(Item={**row, "pk": "0", "state": "unheard of", "due_at": "2000"})
    assert next(connections.all_ids()) == "0"


@pytest.mark.case("R16d")
def test_the_tokens_of_all_others_are_refreshed(
    connected: Cloud, intuit: IntuitSite, context: Context
) -> None:
    connected.keep_tokens(days_old=21)
    with pytest.raises(RetriableError, match="1 connections could not be looked at"):
        handler(event("refresh_tokens"), context)
    assert intuit.forms == [f"grant_type=refresh_token&refresh_token={REFRESH_TOKEN}-old"]


@pytest.mark.case("R16d")
def test_the_worklists_of_all_others_are_measured(
    connected: Cloud, capsys: pytest.CaptureFixture[str]
) -> None:
    connected.finds(an_invoice())
    [item] = pending.read_all(CONNECTION, "push_invoices")
    pending.hold(item, PendingState.REFUSED, reason="It has no customer.")
    with pytest.raises(RetriableError, match="1 worklists could not be measured"):
        watch(datetime.now(UTC) + timedelta(days=9))
    assert '"WorklistOverdue":[1.0]' in capsys.readouterr().out.replace(" ", "")


@pytest.mark.case("R16d")
def test_the_digests_of_all_others_are_sent(connected: Cloud) -> None:
    with pytest.raises(ConfigurationError, match="1 digests could not be sent"):
        digests.send_due(connected.services)


@pytest.mark.case("R16d")
def test_it_is_listed_as_such_beside_all_others(connected: Cloud) -> None:
    for listed in (list_connections().connections, everything()):
        states = {one.connection_id: one.state for one in listed}
        assert states == {CONNECTION: "active", "0": "cannot be read"}
        assert all((one.reason is None) == (one.state == "active") for one in listed)
    assert {*stand(connected.services, ["0", CONNECTION])} == {"0", CONNECTION}
