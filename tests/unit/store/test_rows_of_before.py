"""Rows that versions before this one wrote are read as they were meant."""

from typing import Any

import pytest
from pynamodb.constants import DELETE_ITEM

from connector.model.connection import Phase
from connector.model.links import Addition, Intent, Link, Origin, RecordKey, Released
from connector.store import connections, settings
from connector.store.life.rows import ConnectionRow
from connector.store.records import additions, links, pending
from connector.store.records.additions import AdditionRow
from connector.store.records.link_rows import LinkRow
from connector.store.settings import CompanyRow
from connector.store.table import key
from connector.store.worklist.rows import PendingRow
from tests.builders import CONNECTION, a_company, a_link
from tests.contract.linking import TOLD
from tests.meanwhile import meanwhile

EMPTY = dict.fromkeys(
    ("claim", "request_id", "content_hash", "twin_query", "target", "kind", "line_ids"), ""
) | dict.fromkeys(("drift", "merged_into", "gone"), "")
pytestmark = pytest.mark.usefixtures("table")

INVOICE = {"target": "Invoice", "quickbooks_id": "145", "sync_token": "0", "total": "9.64"}


def write(**values: Any) -> None:
    """Write a row as it was: texts that say nothing are empty, and there are no facts."""
    LinkRow(pk=key(CONNECTION, "link", "invoice"), sk="5501", **(EMPTY | values)).save()


@pytest.mark.parametrize(
    ("written", "origin"),
    [
        ("created", Origin.CREATED),
        ("posted with difference", Origin.CREATED),
        ("updated", Origin.CREATED),
        ("", Origin.CREATED),
        ("adopted", Origin.LINKED),
        ("linked", Origin.LINKED),
        ("pulled", Origin.PULLED),
    ],
)
def test_a_link_is_read_whatever_its_first_outcome_was(written: str, origin: Origin) -> None:
    write(state="linked", origin=written, **INVOICE)
    found = links.read_many(CONNECTION, [("invoice", "5501")])[("invoice", "5501")]
    assert isinstance(found, Link)
    assert (found.origin, found.quickbooks_id, found.facts) == (origin, "145", {})
    assert (found.gone, found.merged_into, found.drift, found.kind) == (None,) * 4


def test_an_intent_that_was_let_go_is_claimed_as_it_stands() -> None:
    write(state="pending", generation=2, target="Invoice", request_id="abc", body={})
    seen = links.read(CONNECTION, "invoice", "5501")
    assert isinstance(seen, Intent)
    assert seen.twin_query is None, "it was to be adopted: nothing was sent"
    mine = Intent(
        owner=seen.owner,
        target=seen.target,
        generation=seen.generation,
        claim="mine",
        request_id=seen.request_id,
        content_hash=seen.content_hash,
        body=seen.body,
    )
    assert links.claim(CONNECTION, mine, before=seen)


def test_a_released_one_keeps_its_generation() -> None:
    write(state="free", generation=3)
    assert links.read(CONNECTION, "invoice", "5501") == Released(generation=3)


def test_an_addition_that_was_under_way_goes_on_where_it_lies_now() -> None:
    place = key(CONNECTION, "adding", "product")
    for number, taken in (("77", True), ("78", False)):
        AdditionRow(pk=place, sk=number, claim="theirs", taken=taken).save()
    link = a_link(RecordKey("product", "p1"), target="Item", quickbooks_id="78")
    assert links.save(CONNECTION, link, TOLD)
    additions.bring_over(CONNECTION, "product", "Item")
    begun = Addition(source="Item", quickbooks_id="77", claim="theirs", taken=True)
    assert additions.under_way(CONNECTION, "Item", ["77", "78"]) == {"77": begun}
    assert links.owners_of(CONNECTION, "Item", ["77", "78"]) == {"78": link.owner}
    assert not list(AdditionRow.query(place))


def test_an_addition_that_another_version_takes_over_meanwhile_is_not_lost() -> None:
    place = key(CONNECTION, "adding", "product")
    old = AdditionRow(pk=place, sk="77", claim="theirs", taken=False)
    old.save()
    others = AdditionRow(pk=place, sk="77", claim="others", taken=False)
    with meanwhile(others.save, before=DELETE_ITEM):
        additions.bring_over(CONNECTION, "product", "Item")
    assert [one.claim for one in AdditionRow.query(place)] == ["others"]


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


def test_a_fix_of_before_that_needs_nothing_has_no_target() -> None:
    fixes = '[["retry", "Try again", ""], ["link", "It is Payment 7", "7"]]'
    PendingRow(
        pk=key(CONNECTION, "pending", "push_payments"),
        sk="901",
        state="refused",
        record="<payment/>",
        fingerprint="abc",
        found_at="2026-03-02T08:00:00+00:00",
        label="payment 901",
        fixes=fixes,
    ).save()
    (item,) = pending.worklist(CONNECTION, "push_payments")
    assert [fix.target for fix in item.fixes] == [None, "7"]


def test_a_company_of_before_knows_as_little_as_it_did() -> None:
    told = a_company().model_dump(mode="json")
    texts = ("edition", "time_zone", "tax_code", "class_tracking", "closed_until")
    bare = [dict(account, subtype="") for account in told["accounts"]]
    row = CompanyRow(pk=key(CONNECTION, "company"), sk="company")
    row.company = told | dict.fromkeys(texts, "") | {"accounts": bare}
    row.save()
    company = settings.read_company(CONNECTION)
    assert company
    assert [getattr(company, name) for name in texts] == [None] * len(texts)
    assert {account.subtype for account in company.accounts} == {None}
