from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from connector.engine.stores import Store
from connector.model.review.planned import REVIEW, Decision, PlannedRecord, StandIn
from connector.store.records import plans
from connector.store.runs import KEPT

FLOW = "push_invoices"


def planned(record_id: str = "5501", **changes: Any) -> PlannedRecord:
    told: dict[str, Any] = {
        "flow": FLOW,
        "record_id": record_id,
        "label": f"invoice {record_id}",
        "decision": Decision.CREATE,
        "entity": "invoice",
        "target": "Invoice",
        "body": {"TxnDate": "2026-11-29", "Line": [{"Amount": Decimal("9.00")}]},
        "content_hash": "h1",
        "total": Decimal("9.63"),
        "tax": Decimal("0.63"),
        "day": date(2026, 11, 29),
        "accounts": {"Sales": Decimal("9.00")},
        "waits_for": ("customer Blue Heron",),
        "warnings": ("The number is taken.",),
    }
    return PlannedRecord(**(told | changes))


def keep(store: Store, *some: PlannedRecord, scope: str = REVIEW) -> None:
    store.plans.keep("c1", scope, some)


def test_a_plan_comes_back_as_it_was_kept_and_a_newer_one_takes_its_place(store: Store) -> None:
    keep(store, planned())
    assert store.plans.read_many("c1", REVIEW, FLOW, ["5501", "5502"]) == {"5501": planned()}
    newer = planned(decision=Decision.REFUSE, reason="It has no lines.", body=None)
    keep(store, newer)
    assert store.plans.read_many("c1", REVIEW, FLOW, ["5501"]) == {"5501": newer}


def test_plans_are_read_page_by_page_and_scopes_are_kept_apart(store: Store) -> None:
    keep(store, *(planned(str(one)) for one in (3, 1, 2)))
    keep(store, planned("9"), scope="dry-1")
    first = store.plans.read_some("c1", REVIEW, FLOW, after="", limit=2)
    rest = store.plans.read_some("c1", REVIEW, FLOW, after="2", limit=2)
    assert [[one.record_id for one in page] for page in (first, rest)] == [["1", "2"], ["3"]]


def test_what_is_planned_to_be_created_is_stood_in_for_until_that_is_not_planned_any_more(
    store: Store,
) -> None:
    keep(store, planned())
    own = ("invoice", "5501")
    [found] = store.plans.stand_ins("c1", REVIEW, [own, ("invoice", "5502")]).values()
    assert found == StandIn(
        flow=FLOW,
        entity="invoice",
        record_id="5501",
        other_id="new:invoice:5501",
        body=planned().body or {},
        total=Decimal("9.63"),
    )
    keep(store, planned(decision=Decision.WAIT))
    assert store.plans.stand_ins("c1", REVIEW, [own]) == {}


def test_what_is_to_be_linked_is_stood_in_for_by_the_record_itself(store: Store) -> None:
    keep(store, planned(decision=Decision.LINK, other_id="77", body=None))
    own, twin = ("invoice", "5501"), ("Invoice", "77")
    found = store.plans.stand_ins("c1", REVIEW, [own, twin])
    assert {key: one.other_id for key, one in found.items()} == {own: "77", twin: "5501"}


def test_a_review_that_is_made_anew_leaves_earlier_plans_behind(store: Store) -> None:
    assert store.plans.scope("c1") == REVIEW
    store.plans.begin("c1", "r2")
    assert (store.plans.scope("c1"), store.plans.scope("c2")) == ("r2", REVIEW)


@pytest.mark.usefixtures("dynamodb")
def test_the_scope_that_people_read_until_the_new_one_is_added_up_is_remembered() -> None:
    assert plans.scope_before("c1") is None
    plans.begin("c1", "r2", before="r1")
    assert (plans.scope_before("c1"), plans.scope_before("c2")) == ("r1", None)


@pytest.mark.usefixtures("dynamodb")
def test_who_has_a_name_is_remembered_as_long_as_plans_are() -> None:
    plans.take("c1", REVIEW, {("Customer", "name:blue heron"): "vendor 7"})
    (row,) = plans.TakenRow.query(f"c1#stand-in#{REVIEW}#Customer")
    left = datetime.fromtimestamp(int(row.expires_at), UTC) - datetime.now(UTC)
    assert KEPT - timedelta(minutes=5) < left <= KEPT


def test_what_became_of_a_plan_is_noted_on_it(store: Store) -> None:
    keep(store, planned())
    store.plans.note_result("c1", REVIEW, planned(), outcome="created", unlike="")
    [first] = store.plans.read_some("c1", REVIEW, FLOW, after="", limit=9)
    assert first == planned(outcome="created")
    store.plans.note_result("c1", REVIEW, planned(), outcome="created", unlike="By a cent.")
    [later] = store.plans.read_some("c1", REVIEW, FLOW, after="", limit=9)
    assert later.unlike == "By a cent."


def test_who_has_a_name_or_a_number_is_remembered_by_scope(store: Store) -> None:
    own = ("Customer", "name:blue heron")
    store.plans.take("c1", REVIEW, {own: "vendor 7"})
    assert store.plans.takers("c1", REVIEW, [own, ("Item", "name:pump")]) == {own: "vendor 7"}
    assert store.plans.takers("c1", "dry-1", [own]) == {}


@pytest.mark.usefixtures("dynamodb")
def test_of_two_dry_runs_at_once_one_begins() -> None:
    assert plans.latest_dry_run("c1") is None
    assert not plans.begin_dry_run("c1", "dry-1", after="dry-0")
    assert plans.begin_dry_run("c1", "dry-1", after=None)
    assert not plans.begin_dry_run("c1", "dry-2", after=None)
    assert not plans.begin_dry_run("c1", "dry-2", after="dry-0")
    assert plans.latest_dry_run("c1") == "dry-1"
    assert plans.begin_dry_run("c1", "dry-2", after="dry-1")
    assert [plans.latest_dry_run(one) for one in ("c1", "c2")] == ["dry-2", None]


def test_a_review_says_whether_it_holds_records(store: Store) -> None:
    held = [store.plans.holds("c1")]
    store.plans.hold("c1")
    held += [store.plans.holds("c1"), store.plans.holds("c2")]
    store.plans.let_go("c1")
    assert [*held, store.plans.holds("c1")] == [False, True, False, False]


def test_a_plan_that_says_little_comes_back_as_it_was_kept(store: Store) -> None:
    little = PlannedRecord(
        flow=FLOW, record_id="5501", label="", decision=Decision.WAIT, entity="", target=""
    )
    keep(store, little)
    assert store.plans.read_many("c1", REVIEW, FLOW, ["5501", ""]) == {"5501": little}
    zero = planned(total=Decimal("0.00"), tax=Decimal("0.00"), other_id="77", outcome="left out")
    keep(store, zero)
    assert store.plans.read_many("c1", REVIEW, FLOW, ["5501"]) == {"5501": zero}


def test_what_is_no_more_different_says_so_no_more(store: Store) -> None:
    keep(store, planned(unlike="By a cent.", reason="It was approved."))
    store.plans.note_result("c1", REVIEW, planned(), outcome="created", unlike="")
    [kept] = store.plans.read_some("c1", REVIEW, FLOW, after="", limit=9)
    assert kept == planned(reason="It was approved.", outcome="created")
