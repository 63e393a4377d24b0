from dataclasses import replace

import pytest
from pynamodb.exceptions import TransactWriteError

from connector.engine.stores import Store
from connector.model.pending import NewItem, PendingItem, PendingState
from connector.store.records import fingerprints, left_out
from tests.contract.linking import crowded

HERON = NewItem(
    record_id="700001",
    record="<customer/>",
    fingerprint="f1",
    found_at="2026-03-02T12:00:00+00:00",
    label="customer 700001",
)


@pytest.mark.parametrize(
    ("flow", "noted", "again"),
    [("push_customers", [], 0), ("push_customers", ["700001"], 1), ("pull_customers", [], 1)],
    ids=["gone with all others", "noted by a look", "pulled"],
)
def test_what_was_left_out_and_is_gone_stays_out_also_where_no_record_is_known(
    store: Store, flow: str, noted: list[str], again: int
) -> None:
    store.pending.put_all("c1", flow, [HERON])
    (item,) = store.pending.read_all("c1", flow)
    store.left_out.keep(item, label="Blue Heron", reason="Disabled.")
    store.pending.close(item)
    if noted:
        store.fingerprints.note("c1", flow, noted)
    assert store.left_out.replay("c1", flow, most=9) == 1
    assert len(list(store.pending.read_all("c1", flow))) == again


def test_what_is_left_out_and_told_comes_back_and_says_the_latest_reason(store: Store) -> None:
    store.pending.put_all("c1", "pull_customers", [HERON])
    (item,) = store.pending.read_all("c1", "pull_customers")
    for reason in ("Disabled.", "Before the start."):
        store.left_out.keep(item, label="Blue Heron", reason=reason)
    (kept,) = store.left_out.read_many("c1", "pull_customers", ["700001"]).values()
    assert kept.reason == "Before the start."
    store.pending.hold(item, PendingState.DELETED)
    assert store.left_out.replay("c1", "pull_customers", most=9) == 1
    (again,) = store.pending.read_all("c1", "pull_customers")
    assert (again.state, again.refusals) == (PendingState.CHANGED, 0)


@pytest.mark.parametrize("newer", ["f2", None])
def test_who_planned_an_older_reading_puts_nothing_away(store: Store, newer: str | None) -> None:
    flow = "push_customers"
    store.pending.put_all("c1", flow, [HERON])
    (older,) = store.pending.read_all("c1", flow)
    store.pending.close(older)
    store.pending.put_all("c1", flow, [replace(HERON, fingerprint=newer)] if newer else [])
    store.left_out.put_away(older, label="Blue Heron", reason="Disabled.")
    marks = [item.fingerprint for item in store.pending.read_all("c1", flow)]
    assert (store.left_out.read_many("c1", flow, ["700001"]), marks) == ({}, [newer] * bool(newer))


def test_what_is_left_out_is_put_away_in_the_place_of_its_item(store: Store) -> None:
    flow = "push_customers"
    store.pending.put_all("c1", flow, [HERON])
    (item,) = store.pending.read_all("c1", flow)
    for _ in range(2):
        store.left_out.put_away(item, label="Blue Heron", reason="Disabled.")
    (kept,) = store.left_out.read_many("c1", flow, ["700001"]).values()
    assert (kept.fingerprint, kept.reason) == ("f1", "Disabled.")
    assert list(store.pending.read_all("c1", flow)) == []


@pytest.mark.case("X1")
def test_what_was_left_out_stays_out_once_there_was_a_newer_reading(store: Store) -> None:
    flow = "push_customers"
    store.pending.put_all("c1", flow, [HERON])
    (item,) = store.pending.read_all("c1", flow)
    store.left_out.keep(item, label="Blue Heron", reason="Disabled.")
    store.pending.close(item)
    known = store.fingerprints.read("c1", flow)
    known.remember("700001", "newer")
    store.fingerprints.save("c1", flow, known)
    assert store.left_out.replay("c1", flow, most=9) == 1
    assert list(store.pending.read_all("c1", flow)) == []


@pytest.mark.case("X1")
def test_what_was_left_out_is_forgotten_once_there_is_a_newer_reading(store: Store) -> None:
    flow = "push_customers"
    store.pending.put_all("c1", flow, [HERON])
    (item,) = store.pending.read_all("c1", flow)
    store.left_out.keep(item, label="Blue Heron", reason="Inactive.")
    store.left_out.forget("c1", flow, ["700001", "700002"])
    assert store.left_out.read_many("c1", flow, ["700001"]) == {}


def undone(record_id: str) -> PendingItem:
    return PendingItem(
        connection_id="c1",
        flow="push_customers",
        record_id=record_id,
        state=PendingState.CHANGED,
        record="",
        fingerprint="",
        found_at=HERON.found_at,
        label="customer",
    )


def test_what_was_undone_is_told_but_never_planned_again_as_there_is_no_reading_of_it(
    store: Store,
) -> None:
    flow, wanted = "push_customers", ["700001", "700002"]
    store.pending.put_all("c1", flow, [HERON])
    (item,) = store.pending.read_all("c1", flow)
    store.fingerprints.note("c1", flow, wanted)
    for one in (undone("700000"), item, undone("700002")):
        store.left_out.keep(one, label="customer", reason="Undone.")
    store.pending.close(item)
    assert set(store.left_out.read_many("c1", flow, wanted)) == set(wanted)
    assert store.left_out.read_page("c1", flow, after="", most=1) == [
        replace(HERON, label="customer")
    ]
    store.left_out.replay_some("c1", flow, ["700002"])
    counts = [store.left_out.replay("c1", flow, most=9) for _ in range(2)]
    assert counts == [1, 0]
    assert [one.record_id for one in store.pending.read_all("c1", flow)] == ["700001"]


@pytest.mark.case("X1")
def test_what_is_left_out_while_older_readings_come_back_stays_left_out(
    dynamodb: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    flow, newer = "push_customers", replace(HERON, fingerprint="f2")
    dynamodb.pending.put_all("c1", flow, [HERON])
    (older,) = dynamodb.pending.read_all("c1", flow)
    dynamodb.left_out.keep(older, label="Blue Heron", reason="Disabled.")
    dynamodb.pending.put_all("c1", flow, [newer])
    read = fingerprints.read

    def while_it_is_left_out(connection_id: str, name: str) -> object:
        (item,) = dynamodb.pending.read_all("c1", flow)
        dynamodb.left_out.put_away(item, label="Blue Heron", reason="Inactive.")
        return read(connection_id, name)

    monkeypatch.setattr(fingerprints, "read", while_it_is_left_out)
    dynamodb.left_out.replay("c1", flow, most=9)
    (kept,) = dynamodb.left_out.read_many("c1", flow, ["700001"]).values()
    assert (kept.fingerprint, kept.reason) == ("f2", "Inactive.")


@pytest.mark.case("X1")
@pytest.mark.parametrize("put_away", [False, True])
def test_what_is_read_anew_while_older_readings_come_back_is_not_written_over(
    dynamodb: Store, monkeypatch: pytest.MonkeyPatch, *, put_away: bool
) -> None:
    flow, newer = "push_customers", replace(HERON, fingerprint="f2")
    others = [replace(HERON, record_id=f"70001{number}") for number in range(9)]
    dynamodb.pending.put_all("c1", flow, [HERON, *others])
    for older in list(dynamodb.pending.read_all("c1", flow)):
        dynamodb.fingerprints.note("c1", flow, [older.record_id])
        dynamodb.left_out.keep(older, label="Blue Heron", reason="Disabled.")
        dynamodb.pending.close(older)
    read = fingerprints.read

    def while_it_is_read(connection_id: str, name: str) -> object:
        found = read(connection_id, name)
        dynamodb.pending.put_all("c1", flow, [newer])
        if put_away:
            (item,) = dynamodb.pending.read_all("c1", flow)
            dynamodb.left_out.put_away(item, label="Blue Heron", reason="Inactive.")
        return found

    monkeypatch.setattr(fingerprints, "read", while_it_is_read)
    dynamodb.left_out.replay("c1", flow, most=99)
    ids = [HERON.record_id, *(one.record_id for one in others)]
    left = dynamodb.left_out.read_many("c1", flow, ids)
    marks = {one.record_id: one.fingerprint for one in dynamodb.pending.read_all("c1", flow)}
    expected = dict.fromkeys(ids[1:], "f1") | ({} if put_away else {HERON.record_id: "f2"})
    assert marks == expected
    assert [one.fingerprint for one in left.values()] == ["f2"] * put_away


def test_what_another_writes_at_this_moment_is_left_out_until_it_is_asked_for_again(
    dynamodb: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    flow, ids = "pull_customers", ["700001", "700002"]
    dynamodb.pending.put_all("c1", flow, [HERON, replace(HERON, record_id="700002")])
    for item in list(dynamodb.pending.read_all("c1", flow)):
        dynamodb.left_out.keep(item, label="Blue Heron", reason="Disabled.")
        dynamodb.pending.close(item)

    def left() -> list[str]:
        return sorted(dynamodb.left_out.read_many("c1", flow, ids))

    with monkeypatch.context() as patch:
        patch.setattr(left_out, "transaction", crowded(times=2))
        dynamodb.left_out.replay("c1", flow, most=9)
        seen = [left(), sorted(one.record_id for one in dynamodb.pending.read_all("c1", flow))]
    dynamodb.left_out.replay("c1", flow, most=9)
    assert (seen, left()) == ([["700001"], ["700002"]], [])
    assert [one.record_id for one in dynamodb.pending.read_all("c1", flow)] == ids


def test_a_table_that_is_out_of_reach_is_no_newer_reading(
    dynamodb: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, flow = dynamodb.left_out, "pull_customers"
    dynamodb.pending.put_all("c1", flow, [HERON])
    (item,) = dynamodb.pending.read_all("c1", flow)
    monkeypatch.setattr(left_out, "transaction", crowded(times=9, code="ThrottlingError"))
    with pytest.raises(TransactWriteError):
        kept.put_away(item, label="Blue Heron", reason="Disabled.")
    kept.keep(item, label="Blue Heron", reason="Disabled.")
    dynamodb.pending.close(item)
    with pytest.raises(TransactWriteError):
        kept.replay("c1", flow, most=9)
    assert set(kept.read_many("c1", flow, ["700001"])) == {"700001"}


LATER = "2026-03-02T12:00:00.5+00:00"


@pytest.mark.case("X17a")
@pytest.mark.parametrize(
    ("first", "then", "stays"),
    [("f2", "f1", "f2"), ("f1", "f2", "f2"), ("", "f1", "f1"), ("f2", "", "")],
    ids=["an older reading", "a newer one", "what was undone before", "what is undone now"],
)
def test_who_leaves_an_older_reading_out_late_writes_over_no_newer_one(
    store: Store, first: str, then: str, stays: str
) -> None:
    flow, at = "push_customers", {"f1": HERON.found_at, "f2": LATER, "": HERON.found_at}
    for mark in (first, then):
        store.pending.put_all("c1", flow, [replace(HERON, fingerprint=mark, found_at=at[mark])])
        (item,) = store.pending.read_all("c1", flow)
        store.left_out.keep(item, label="Blue Heron", reason=f"Undone, as of {mark}.")
    (kept,) = store.left_out.read_many("c1", flow, ["700001"]).values()
    assert (kept.fingerprint, kept.reason) == (stays, f"Undone, as of {stays}.")
