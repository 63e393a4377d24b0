"""What was told before it was followed is taken up once, and stands as if it had been followed."""

from connector.model.connection import Phase
from connector.model.tracking.tracked import Counts, Sought, TrackedRecord
from connector.store import runs
from connector.store.table import Item, key
from connector.store.tracking import filled, tracked
from connector.store.tracking.rows import TrackedRow
from connector.store.worklist import lists
from functions.finish_run.app import handler as finish
from functions.push_customers.app import handler as push_customers
from functions.push_invoices.app import handler as push_invoices
from functions.push_products.app import handler as push_products
from tests.functions.cloud import Cloud
from tests.functions.context import Context
from tests.functions.events import CONNECTION, RUN, event
from tests.functions.sites import IntuitSite
from tests.functions.test_serve_runs import NOW, RECORDS

FOLLOWED = ("tracked", "tracking", "found-by", "worklist-notes")
EARLIER = RUN.replace("2026", "2025")


def stands() -> tuple[Counts, list[TrackedRecord]]:
    """Return the counts, and the records without what only the run knew."""
    numbered = [
        one
        for number in ("INV-5501", "INV-5502")
        for one in tracked.find(CONNECTION, Sought(number=number), after=None, limit=9).records
    ]
    return tracked.counts(CONNECTION), numbered


def test_what_is_linked_held_or_left_out_is_found_as_if_it_had_been_followed(
    connected: Cloud, intuit: IntuitSite, context: Context
) -> None:
    connected.finds(*RECORDS)
    runs.begin(CONNECTION, EARLIER, found={}, now=NOW, phase=Phase.LIVE)
    for handler, name in (
        (push_customers, "push_customers"),
        (push_products, "push_products"),
        (push_invoices, "push_invoices"),
    ):
        handler(event(name, run_id=EARLIER), context)
    runs.finish(CONNECTION, EARLIER, tallies={}, failures=[], now=NOW)
    (followed, _), (on_the_list, _) = stands(), lists.read(CONNECTION)
    assert on_the_list
    for row in list(Item.scan()):
        if row.pk.split("#")[1:2] and row.pk.split("#")[1] in FOLLOWED:
            row.delete()
    runs.begin(CONNECTION, RUN, found={}, now=NOW, phase=Phase.LIVE)
    finish(event("finish_run"), context)
    counts, (posted,) = stands()
    assert {flow: [*states] for flow, states in counts.items()} == {
        flow: [*states] for flow, states in followed.items()
    }
    assert (posted.record_id, posted.quickbooks_id, str(posted.amount)) == ("5501", "63", "9.63")
    assert lists.read(CONNECTION)[0] == on_the_list
    assert filled.read(CONNECTION) == filled.DONE


def test_what_was_followed_but_not_listed_by_month_is_by_the_end_of_the_next_run(
    connected: Cloud, intuit: IntuitSite, context: Context
) -> None:
    connected.finds(*RECORDS)
    runs.begin(CONNECTION, EARLIER, found={}, now=NOW, phase=Phase.LIVE)
    push_customers(event("push_customers", run_id=EARLIER), context)
    runs.finish(CONNECTION, EARLIER, tallies={}, failures=[], now=NOW)
    listed = sought()
    assert listed
    for row in list(Item.scan()):
        if row.sk.startswith("month#"):
            row.delete()
    for tracked_row in TrackedRow.query(key(CONNECTION, "tracked", "push_customers")):
        tracked_row.batches = {k: v for k, v in tracked_row.batches.items() if k != "month"}
        tracked_row.save()
    filled.save(CONNECTION, filled.HELD)
    assert not sought()
    runs.begin(CONNECTION, RUN, found={}, now=NOW, phase=Phase.LIVE)
    finish(event("finish_run"), context)
    assert (sought(), filled.read(CONNECTION)) == (listed, filled.DONE)


def sought() -> list[str]:
    """Return the customers that are found without anything said of them but the flow."""
    asked = Sought(flows=frozenset({"push_customers"}))
    return [one.record_id for one in tracked.find(CONNECTION, asked, after=None, limit=9).records]
