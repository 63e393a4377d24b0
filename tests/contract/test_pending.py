from datetime import UTC, datetime, timedelta

import pytest

from connector.engine.stores import Store
from connector.errors import RETRY, SKIP, Fix
from connector.model.pending import Deletion, LeftOut, Need, NewItem, PendingItem, PendingState

NOON = "2026-03-02T12:00:00+00:00"
FLOW = "push_customers"


def found(record_id: str = "700001", fingerprint: str = "f1") -> NewItem:
    return NewItem(
        record_id=record_id,
        record=f"<customer>{fingerprint}</customer>",
        fingerprint=fingerprint,
        found_at=NOON,
        label=f"customer {record_id}",
    )


def gone(record_id: str = "700001") -> Deletion:
    return Deletion(
        record_id=record_id,
        label=f"customer {record_id}",
        reason="It was deleted in MobiWork.",
        fixes=(SKIP,),
        found_at=NOON,
    )


def put(store: Store, *items: NewItem) -> None:
    store.pending.put_all("c1", FLOW, items)


def one(store: Store, record_id: str = "700001") -> PendingItem:
    return store.pending.read_many("c1", FLOW, [record_id])[record_id]


def states(store: Store) -> dict[str, PendingState]:
    return {item.record_id: item.state for item in store.pending.read_all("c1", FLOW)}


def test_what_was_found_waits_as_changed(store: Store) -> None:
    put(store, found())
    item = one(store)
    assert (item.flow, item.record_id, item.state, item.record, item.label) == (
        FLOW,
        "700001",
        PendingState.CHANGED,
        "<customer>f1</customer>",
        "customer 700001",
    )


def test_a_newer_reading_replaces_an_older_one(store: Store) -> None:
    put(store, found())
    put(store, found(fingerprint="f2"))
    assert [item.record for item in store.pending.to_plan("c1", FLOW)] == [
        "<customer>f2</customer>"
    ]


def test_a_newer_reading_of_a_refused_record_is_to_be_planned_again(store: Store) -> None:
    put(store, found())
    store.pending.hold(one(store), PendingState.REFUSED, reason="It has no name.")
    put(store, found(fingerprint="f2"))
    assert (one(store).state, one(store).reason) == (PendingState.CHANGED, None)


@pytest.mark.case("M18a")
def test_what_waits_for_a_moment_is_something_to_do_from_then_on(store: Store) -> None:
    put(store, found())
    due = datetime(2026, 3, 3, 8, tzinfo=UTC)
    store.pending.hold(one(store), PendingState.WAITING, reason="Not yet.", not_before=due)
    moments = (due - timedelta(seconds=1), due, due + timedelta(days=9))
    assert [store.pending.need("c1", FLOW, now=moment) for moment in moments] == [
        Need.ALONG,
        Need.START,
        Need.START,
    ]


def test_what_waits_for_something_else_by_now_is_not_woken_by_time(store: Store) -> None:
    put(store, found())
    due = datetime(2026, 3, 3, tzinfo=UTC)
    store.pending.hold(one(store), PendingState.WAITING, reason="Not yet.", not_before=due)
    store.pending.hold(one(store), PendingState.WAITING, reason="It is waiting for a customer.")
    assert store.pending.need("c1", FLOW, now=datetime(2026, 3, 4, tzinfo=UTC)) is Need.ALONG


def test_a_newer_reading_does_not_wait_for_the_moment_of_the_older(store: Store) -> None:
    put(store, found())
    older = one(store)
    put(store, found(fingerprint="f2"))
    due = datetime(2026, 3, 3, tzinfo=UTC)
    store.pending.hold(older, PendingState.WAITING, reason="Not yet.", not_before=due)
    assert one(store).not_before is None


def test_items_are_read_some_at_a_time_by_record_id(store: Store) -> None:
    put(store, *(found(one) for one in ("700003", "700001", "700002")))

    def some(after: str) -> list[str]:
        return [it.record_id for it in store.pending.read_some("c1", FLOW, after=after, limit=2)]

    assert (some(""), some("700002"), some("700003")) == (["700001", "700002"], ["700003"], [])


def test_a_newer_reading_survives_the_close_of_the_older(store: Store) -> None:
    put(store, found())
    older = one(store)
    put(store, found(fingerprint="f2"))
    store.pending.close(older)
    assert one(store).fingerprint == "f2"


def test_a_newer_reading_survives_the_hold_of_the_older(store: Store) -> None:
    put(store, found())
    older = one(store)
    put(store, found(fingerprint="f2"))
    store.pending.hold(older, PendingState.REFUSED, reason="It has no name.")
    assert (one(store).fingerprint, one(store).state, one(store).reason) == (
        "f2",
        PendingState.CHANGED,
        None,
    )


def test_the_hold_of_an_item_that_is_done_brings_nothing_back(store: Store) -> None:
    put(store, found())
    item = one(store)
    store.pending.close(item)
    store.pending.hold(item, PendingState.SENT)
    assert states(store) == {}


def test_closing_twice_is_as_closing_once(store: Store) -> None:
    put(store, found())
    item = one(store)
    store.pending.close(item)
    store.pending.close(item)
    assert states(store) == {}


def test_a_held_item_says_why_and_what_to_do(store: Store) -> None:
    put(store, found())
    fixes = (RETRY, Fix(action="link", label="Link to it", target="61"))
    store.pending.hold(
        one(store), PendingState.REFUSED, label="customer X", reason="Taken.", fixes=fixes
    )
    item = one(store)
    assert (item.state, item.label, item.reason, item.fixes) == (
        PendingState.REFUSED,
        "customer X",
        "Taken.",
        fixes,
    )


@pytest.fixture
def all_states(store: Store) -> None:
    put(store, *(found(f"70000{n}") for n in range(4)))
    for n, state in enumerate((PendingState.SENT, PendingState.WAITING, PendingState.REFUSED)):
        store.pending.hold(one(store, f"70000{n}"), state)


@pytest.mark.usefixtures("all_states")
def test_a_run_plans_everything_but_what_was_refused(store: Store) -> None:
    planned = [item.record_id for item in store.pending.to_plan("c1", FLOW)]
    assert planned == ["700000", "700001", "700003"]


@pytest.mark.usefixtures("all_states")
def test_a_run_goes_on_after_the_record_it_reached(store: Store) -> None:
    planned = [item.record_id for item in store.pending.to_plan("c1", FLOW, after="700000")]
    assert planned == ["700001", "700003"]


@pytest.mark.usefixtures("all_states")
def test_the_worklist_is_what_waits_and_what_was_refused(store: Store) -> None:
    assert [item.record_id for item in store.pending.worklist("c1", FLOW)] == ["700001", "700002"]


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (PendingState.CHANGED, Need.START),
        (PendingState.SENT, Need.START),
        (PendingState.WAITING, Need.ALONG),
        (PendingState.ASKED, Need.RECOUNT),
        (PendingState.REFUSED, Need.NOTHING),
    ],
)
def test_changed_and_sent_items_start_a_run_and_waiting_ones_go_along(
    store: Store, state: PendingState, expected: Need
) -> None:
    put(store, found())
    store.pending.hold(one(store), state)
    assert store.pending.need("c1", FLOW) is expected


def test_an_empty_flow_has_nothing_to_do(store: Store) -> None:
    put(store, found())
    assert store.pending.need("c1", "push_products") is Need.NOTHING


@pytest.mark.usefixtures("all_states")
def test_a_refused_item_can_be_set_back_to_changed(store: Store) -> None:
    assert (store.pending.replay("c1", FLOW, "700002"), one(store, "700002").state) == (
        True,
        PendingState.CHANGED,
    )


def test_what_is_not_pending_cannot_be_replayed(store: Store) -> None:
    assert (store.pending.replay("c1", FLOW, "700001"), states(store)) == (False, {})


def test_items_of_another_connection_are_not_seen(store: Store) -> None:
    put(store, found())
    assert store.pending.read_many("c2", FLOW, ["700001"]) == {}


def test_a_record_without_an_id_has_no_item(store: Store) -> None:
    put(store, found())
    assert store.pending.read_many("c1", FLOW, [""]) == {}


def test_every_attempt_that_failed_is_counted(store: Store) -> None:
    put(store, found())
    counted = [store.pending.count_try(one(store)) for _ in range(3)]
    assert (counted, one(store).tries) == ([1, 2, 3], 3)


def test_an_attempt_at_an_older_reading_is_not_counted(store: Store) -> None:
    put(store, found())
    older = one(store)
    put(store, found(fingerprint="f2"))
    assert (store.pending.count_try(older), one(store).tries) == (0, 0)


def test_a_replayed_item_has_all_its_attempts_again(store: Store) -> None:
    put(store, found())
    store.pending.count_try(one(store))
    store.pending.replay("c1", FLOW, "700001")
    assert one(store).tries == 0


def test_an_item_that_is_held_without_a_label_keeps_its_own(store: Store) -> None:
    put(store, found())
    store.pending.hold(one(store), PendingState.SENT)
    assert one(store).label == "customer 700001"


def test_what_was_deleted_says_so_with_what_can_be_done(store: Store) -> None:
    store.pending.put_deleted("c1", FLOW, gone())
    item = one(store)
    assert (item.state, item.reason, item.fixes, item.record) == (
        PendingState.DELETED,
        "It was deleted in MobiWork.",
        (SKIP,),
        "",
    )


@pytest.mark.usefixtures("all_states")
@pytest.mark.parametrize(
    ("record_id", "expected"),
    [
        ("700000", PendingState.SENT),
        ("700001", PendingState.DELETED),
        ("700002", PendingState.DELETED),
        ("700003", PendingState.CHANGED),
        ("700009", PendingState.DELETED),
    ],
)
def test_a_deletion_takes_the_place_of_nothing_that_is_to_be_pushed(
    store: Store, record_id: str, expected: PendingState
) -> None:
    put_it = store.pending.put_deleted_unless_newer("c1", FLOW, gone(record_id))
    assert (put_it, one(store, record_id).state) == (expected == PendingState.DELETED, expected)


@pytest.mark.usefixtures("all_states")
def test_only_what_was_not_sent_takes_a_newer_reading(store: Store) -> None:
    for record_id in ("700000", "700001", "700002", "700003", "700009"):
        store.pending.replace_reading("c1", FLOW, record_id, record="<new/>", fingerprint="f2")
    marks = {item.record_id: item.fingerprint for item in store.pending.read_all("c1", FLOW)}
    assert marks == {"700000": "f1", "700001": "f2", "700002": "f2", "700003": "f2"}


@pytest.mark.usefixtures("all_states")
def test_a_reading_takes_the_place_of_the_one_it_is_newer_than(store: Store) -> None:
    now = []
    for known, own in (("f0", "700001"), ("f1", "700001"), ("f1", "700000")):
        store.pending.replace_reading(
            "c1", FLOW, own, record="<new/>", fingerprint="f2", instead_of=known
        )
        now.append(one(store, own).fingerprint)
    assert now == ["f1", "f2", "f1"], "what was sent keeps its own"


@pytest.mark.usefixtures("all_states")
def test_only_what_was_sent_or_tells_of_the_deletion_outlives_its_record(store: Store) -> None:
    store.pending.put_deleted("c1", FLOW, gone("700008"))
    for record_id in ("700000", "700001", "700002", "700003", "700008", "700009"):
        store.pending.drop_unsent("c1", FLOW, record_id)
    assert states(store) == {"700000": PendingState.SENT, "700008": PendingState.DELETED}


def know(store: Store, *record_ids: str) -> None:
    known = store.fingerprints.read("c1", FLOW)
    for record_id in record_ids:
        known.remember(record_id, "f1")
    store.fingerprints.save("c1", FLOW, known)


def test_what_is_left_out_says_why(store: Store) -> None:
    put(store, found())
    store.left_out.keep(one(store), label="customer X", reason="It is a prospect.")
    assert store.left_out.read_many("c1", FLOW, ["700001", "700002", ""]) == {
        "700001": LeftOut(
            record_id="700001",
            record="<customer>f1</customer>",
            fingerprint=found().fingerprint,
            label="customer X",
            reason="It is a prospect.",
            found_at=found().found_at,
        )
    }


def test_what_was_left_out_is_pending_again_once_unless_a_newer_reading_is(store: Store) -> None:
    put(store, found("700001"), found("700002"))
    know(store, "700001", "700002")
    for record_id in ("700001", "700002"):
        item = one(store, record_id)
        store.left_out.keep(item, label="left out", reason="It is a prospect.")
        store.pending.close(item)
    put(store, found("700002", fingerprint="f2"))
    counts = [store.left_out.replay("c1", FLOW, most=9) for _ in range(2)]
    marks = {item.record_id: item.fingerprint for item in store.pending.read_all("c1", FLOW)}
    assert (counts, marks, store.left_out.read_many("c1", FLOW, ["700001"])) == (
        [2, 0],
        {"700001": "f1", "700002": "f2"},
        {},
    )


def test_some_of_what_was_left_out_is_read_and_made_pending_alone(store: Store) -> None:
    put(store, *(found(own) for own in ("700001", "700002", "700003")))
    know(store, "700001", "700002", "700003")
    for item in list(store.pending.read_all("c1", FLOW)):
        store.left_out.keep(item, label="left out", reason="It is a prospect.")
        store.pending.close(item)
    page = store.left_out.read_page("c1", FLOW, after="700001", most=1)
    assert [(one.record_id, one.fingerprint, one.label) for one in page] == [
        ("700002", "f1", "left out")
    ]
    store.left_out.replay_some("c1", FLOW, ["700002", "700009"])
    assert states(store) == {"700002": PendingState.CHANGED}
    rest = store.left_out.read_page("c1", FLOW, after="", most=9)
    assert [one.record_id for one in rest] == ["700001", "700003"]


def test_a_planned_item_is_no_work_until_it_is_approved_or_replayed(store: Store) -> None:
    put(store, found(), found("700002"))
    for item in list(store.pending.read_all("c1", FLOW)):
        store.pending.hold(item, PendingState.PLANNED)
    assert list(store.pending.to_plan("c1", FLOW)) == []
    assert store.pending.need("c1", FLOW) is Need.NOTHING
    assert len(list(store.pending.planned("c1", FLOW))) == 2
    assert store.pending.approve("c1", FLOW, "700001", "h1")
    assert not store.pending.approve("c1", FLOW, "700001", "h1")
    assert store.pending.replay("c1", FLOW, "700002")
    assert [one.approved for one in store.pending.to_plan("c1", FLOW)] == ["h1", None]


def test_a_newer_reading_is_not_approved(store: Store) -> None:
    put(store, found())
    store.pending.hold(one(store), PendingState.PLANNED)
    store.pending.approve("c1", FLOW, "700001", "h1")
    put(store, found(fingerprint="f2"))
    assert one(store).approved is None
