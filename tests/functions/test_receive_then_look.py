from datetime import UTC, datetime, timedelta

import pytest

from connector.model.links import RecordKey
from connector.model.outcomes import Outcome, RecordOutcome
from connector.services import LOGIN
from connector.store import connections
from connector.store import settings as saved
from connector.store.doorbells import DoorbellRow
from connector.store.records import cursors, links, pending
from functions.find_changes.app import handler as find_changes
from tests.builders import a_customer, a_link, an_invoice, settings
from tests.functions.cloud import Cloud, findings
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


def was_read_an_hour_ago() -> None:
    before = datetime.now(UTC) - timedelta(hours=1)
    cursors.begin(CONNECTION, since=before, now=before)


def test_a_look_answers_the_ring(cloud: Cloud, context: Context) -> None:
    look(context)
    assert (is_answered(), cloud.messages()) == (True, [])


def test_a_look_reports_what_was_voided(
    cloud: Cloud, mobiwork: MobiWorkSite, intuit: IntuitSite, context: Context
) -> None:
    cloud.finds(an_invoice())
    mobiwork.lists(an_invoice())
    pending.close(next(pending.read_all(CONNECTION, "push_invoices")))
    posted = a_link(RecordKey("invoice", "5501"), target="Invoice", quickbooks_id="145")
    told = RecordOutcome(
        run_id="r0",
        flow="push_invoices",
        record_id="5501",
        outcome=Outcome.CREATED,
        label="invoice 5501",
    )
    assert links.save(CONNECTION, posted, told)
    was_read_an_hour_ago()
    intuit.tells(Invoice=[{"Id": "145", "SyncToken": "1", "TotalAmt": 0, "PrivateNote": "Voided"}])
    look(context)
    (entry,) = pending.worklist(CONNECTION, "push_invoices")
    assert (findings().found["posted"]["deleted"], entry.record_id) == (1, "5501")


def test_a_failure_of_quickbooks_is_kept_in_the_findings_of_a_look_that_goes_on(
    mobiwork: MobiWorkSite, context: Context
) -> None:
    mobiwork.lists(a_customer())
    was_read_an_hour_ago()
    look(context)
    found = findings().found
    assert found["posted"]["problem"].startswith("QuickBooks did not tell what changed there; ")
    assert found["push_customers"]["changed"] == 1


def test_a_look_that_fails_leaves_the_ring(cloud: Cloud, context: Context) -> None:
    cloud.services.secrets.save_secret(CONNECTION, LOGIN, "unreadable")
    answered = find_changes(event("find_changes"), context)
    assert (len(answered["batchItemFailures"]), is_answered()) == (0, False)


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


def test_a_ring_of_what_was_posted_just_now_does_not_have_mobiwork_read_once_more(
    cloud: Cloud, intuit: IntuitSite, mobiwork: MobiWorkSite, context: Context
) -> None:
    was_read_an_hour_ago()
    intuit.tells()
    look(context)
    mobiwork.lists(a_customer())
    post(context, change())
    cloud.messages()
    look(context)
    assert (is_answered(), findings().found["push_customers"]["changed"]) == (True, 0)


@pytest.mark.case("F1o")
def test_a_look_after_settings_were_saved_is_made_whole_though_only_quickbooks_rang(
    cloud: Cloud, intuit: IntuitSite, context: Context
) -> None:
    was_read_an_hour_ago()
    intuit.tells()
    look(context)
    saved.save_settings(CONNECTION, settings(), saved_at="", saved_by="test")
    post(context, change())
    look(context)
    version = saved.read_saved(CONNECTION).version
    assert (is_answered(), findings().settings_version) == (True, version)
