"""A connection that a person starts while its review still goes on."""

from connector.store import connections
from connector.store.records import plans
from functions.find_changes.app import handler
from tests.builders import a_customer
from tests.functions.cloud import Cloud
from tests.functions.context import Context
from tests.functions.events import CONNECTION, event
from tests.functions.sites import MobiWorkSite


def test_a_connection_started_while_a_review_goes_on_is_looked_at_when_that_ends(
    connected: Cloud, mobiwork: MobiWorkSite, context: Context
) -> None:
    mobiwork.lists(a_customer())
    handler(event("find_changes"), context)
    plans.hold(CONNECTION)
    handler(event("find_changes"), context)
    assert connected.messages() == [{"connection_id": CONNECTION}]
    connected.end_execution(str(connections.read(CONNECTION).run_id))
    handler(event("find_changes"), context)
    assert (len(connected.executions()), plans.holds(CONNECTION)) == (2, False)
