import pytest

from connector.services import LOGIN
from connector.store import connections
from connector.store.doorbells import DoorbellRow
from functions.find_changes.app import handler as find_changes
from tests.builders import a_customer
from tests.functions.cloud import Cloud
from tests.functions.context import Context
from tests.functions.events import CONNECTION, event
from tests.functions.posts import change, post
from tests.functions.sites import IntuitSite, MobiWorkSite

RING = {"connection_id": CONNECTION}


@pytest.fixture(autouse=True)
def _rung(connected: Cloud, context: Context, mobiwork: MobiWorkSite, intuit: IntuitSite) -> None:
    """Let QuickBooks ring for a connection that works."""
    post(context, change())
    assert connected.messages() == [RING]


def is_answered() -> bool:
    item = DoorbellRow.get(f"{CONNECTION}#doorbell", "doorbell")
    return item.quickbooks_rung_until is None


def look(context: Context) -> None:
    assert find_changes(event("find_changes"), context) == {"batchItemFailures": []}


def test_a_look_answers_the_ring(cloud: Cloud, context: Context) -> None:
    look(context)
    assert (is_answered(), cloud.messages()) == (True, [])


def test_a_look_that_fails_leaves_the_ring(cloud: Cloud, context: Context) -> None:
    cloud.services.secrets.save_secret(CONNECTION, LOGIN, "unreadable")
    answered = find_changes(event("find_changes"), context)
    assert (len(answered["batchItemFailures"]), is_answered()) == (1, False)


def test_a_ring_during_a_run_comes_again_after_it(
    cloud: Cloud, mobiwork: MobiWorkSite, context: Context
) -> None:
    mobiwork.lists(a_customer())
    look(context)
    post(context, change())
    cloud.messages()
    look(context)
    during = (is_answered(), cloud.messages())
    cloud.end_execution(str(connections.read(CONNECTION).run_id))
    look(context)
    assert (during, is_answered()) == ((False, [RING]), True)


def test_a_ring_for_a_connection_that_must_be_reconnected_waits_for_that(
    cloud: Cloud, context: Context
) -> None:
    connections.mark_broken(CONNECTION, "Reconnect it.")
    look(context)
    waiting = is_answered()
    cloud.connect()
    look(context)
    assert (waiting, is_answered()) == (False, True)


def test_a_ring_while_the_look_reads_is_left_for_the_next(
    cloud: Cloud, mobiwork: MobiWorkSite, context: Context
) -> None:
    mobiwork.accepts_the_login_while(lambda: post(context, change()))
    look(context)
    between = (is_answered(), cloud.messages())
    mobiwork.accepts_the_login()
    look(context)
    assert (between, is_answered()) == ((False, [RING]), True)
