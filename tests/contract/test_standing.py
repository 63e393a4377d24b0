from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from random import Random
from typing import Any

import pytest

from bench.worklist import counted
from connector.engine.stores import Store
from connector.jobs.worklist import watch_worklists
from connector.model.outcomes import Outcome, RecordOutcome
from connector.model.pending import Deletion, Hindrance, NewItem, PendingState
from connector.model.policy.postable import Question
from connector.model.worklist.causes import Kind
from connector.model.worklist.notes import Note
from connector.observability import logger
from connector.store.worklist import lists
from connector.store.worklist.rows import WorklistRow, partition

FLOW = "push_invoices"
CLOSED = Hindrance(Kind.CLOSED.value)


def put(store: Store, *ids: str, fingerprint: str = "f1") -> None:
    store.pending.put_all(
        "c1",
        FLOW,
        [
            NewItem(record_id=one, record="<x/>", fingerprint=fingerprint, found_at="t", label=one)
            for one in ids
        ],
    )


def hold(store: Store, record_id: str, why: Hindrance = CLOSED) -> None:
    item = store.pending.read_many("c1", FLOW, [record_id])[record_id]
    store.pending.hold(item, PendingState.REFUSED, reason="Closed.", why=why)


def standing(store: Store) -> dict[str, str | None]:
    items, _ = store.worklist.read("c1")
    return {one.record_id: one.cause for one in items}


def test_what_is_held_stands_on_the_worklist_beside_the_notes(store: Store) -> None:
    put(store, "1", "2")
    hold(store, "1", Hindrance("parent|customer 7", ("customer/7",)))
    day = date(2026, 3, 9)
    asked = {"text": "Asked.", "assignee": "bob", "by": "ann", "at": "t"}
    note = Note(about="closed-books", snoozed_until=day, **asked)
    short = Note(about=f"{FLOW}/1", text="Later.", by="ann", at="t")
    store.notes.keep("c1", [note, short])
    (item,), notes = store.worklist.read("c1")
    assert (item.record_id, item.cause, item.parents) == ("1", "parent|customer 7", ("customer/7",))
    assert (item.record, item.reason) == ("", None)
    assert notes == {one.about: one for one in (note, short)}
    assert store.notes.read_all("c1") == notes
    facts = store.worklist.facts("c1", [(FLOW, "1"), (FLOW, "3")])
    assert (facts.items[FLOW, "1"].reason, len(facts.items), facts.tracked) == ("Closed.", 1, {})


def test_facts_of_a_record_are_its_item_and_where_it_stands(store: Store) -> None:
    put(store, "1", "2")
    told = [
        RecordOutcome(run_id="r", flow=FLOW, record_id=own, outcome=Outcome.CREATED, label=own)
        for own in ("2", "3")
    ]
    store.tracked.note("c1", FLOW, told, now=datetime(2026, 3, 2, tzinfo=UTC))
    facts = store.worklist.facts("c1", [(FLOW, own) for own in ("1", "2", "3", "4")])
    assert {own: one.record for (_, own), one in facts.items.items()} == {"1": "<x/>", "2": "<x/>"}
    assert {own: one.label for (_, own), one in facts.tracked.items()} == {"2": "2", "3": "3"}


def test_a_listed_item_says_what_all_are_sorted_and_summed_by(store: Store) -> None:
    put(store, "1", "2")
    hold(store, "1", Hindrance("parent|customer 7", ("customer/7",), Decimal("9.63")))
    said = "As of March, the books in QuickBooks are closed."
    item = store.pending.read_many("c1", FLOW, ["2"])["2"]
    store.pending.hold(item, PendingState.WAITING, label="two", reason=said)
    kept = store.pending.read_many("c1", FLOW, ["1", "2"])
    without: dict[str, Any] = {"record": "", "fingerprint": "", "reason": None, "refusals": 0}
    since = str(kept["1"].since)
    assert store.worklist.read("c1")[0] == [
        replace(kept["1"], found_at=since, **without),
        replace(kept["2"], cause=Kind.CLOSED.value, since=kept["2"].found_at, **without),
    ]


def test_whatever_ends_an_item_takes_it_off_the_worklist(store: Store) -> None:
    ids = ["501", "503", "504", "505", "506"]
    put(store, *ids)
    for one in ids:
        hold(store, one)
    put(store, "501", fingerprint="f2")
    store.pending.close(store.pending.read_many("c1", FLOW, ["503"])["503"])
    store.pending.drop_unsent("c1", FLOW, "504")
    item = store.pending.read_many("c1", FLOW, ["505"])["505"]
    store.pending.hold(item, PendingState.PLANNED)
    assert standing(store) == {"506": CLOSED.cause}


def test_what_is_tried_again_stands_there_until_there_is_an_outcome(store: Store) -> None:
    put(store, "1", "2", "3")
    for one in ("1", "2", "3"):
        hold(store, one)
    assert store.pending.replay_some("c1", FLOW, ["1", "2", "999"]) == ["1", "2"]
    items = {one.record_id: one for one in store.worklist.read("c1")[0]}
    again = {own: one.is_tried_again for own, one in items.items()}
    assert again == {"1": True, "2": True, "3": False}
    read = store.pending.read_many("c1", FLOW, ["1", "2"])
    store.pending.close(read["1"])
    store.pending.hold(read["2"], PendingState.REFUSED, why=Hindrance("tax"))
    assert standing(store) == {"2": "tax", "3": CLOSED.cause}


def test_what_a_person_must_decide_or_is_told_stands_there_too(store: Store) -> None:
    put(store, "1", "2")
    item = store.pending.read_many("c1", FLOW, ["1"])["1"]
    question = Question(word="status", value="Odd", setting="post", otherwise="leave")
    store.pending.ask(item, question, label="1", reason="Odd?", worth=None)
    item = store.pending.read_many("c1", FLOW, ["2"])["2"]
    store.pending.hold(item, PendingState.PLANNED, why=Hindrance(Kind.APPROVAL))
    gone = Deletion(record_id="3", label="3", reason="Gone.", fixes=(), found_at="t", cause="x")
    store.pending.put_deleted("c1", FLOW, gone)
    assert standing(store) == {"1": "question|status Odd", "2": "approval", "3": "x"}
    assert store.pending.approve("c1", FLOW, "2", "hash")
    assert set(standing(store)) == {"1", "3"}


def test_what_only_tells_of_a_record_is_there_to_be_looked_at_and_each_connection_has_its_own(
    dynamodb: Store,
) -> None:
    put(dynamodb, "1")
    hold(dynamodb, "1")
    gone = Deletion(record_id="2", label="2", reason="Gone.", fixes=(), found_at="t", cause="x")
    dynamodb.pending.put_deleted("c1", FLOW, gone)
    dynamodb.notes.keep("c1", [Note(about=f"{FLOW}/2", text="Later.", by="ann", at="t")])
    assert [lists.to_look_at(one) for one in ("c1", "c2")] == [1, 0]
    assert dynamodb.worklist.read("c2") == ([], {})


def test_records_far_apart_are_on_lists_of_their_own() -> None:
    spread = {lists.list_of(FLOW, str(number)) for number in range(0, 100_000, 1_000)}
    assert len(spread) > 80
    assert len({lists.list_of(FLOW, str(number)) for number in range(3_000, 3_010)}) == 1


def test_what_a_dead_worker_left_is_mended_from_the_outcomes_of_its_run(dynamodb: Store) -> None:
    put(dynamodb, "1", "2")
    hold(dynamodb, "1")
    for row in WorklistRow.query(partition("c1"), consistent_read=True):
        row.delete()
    put(dynamodb, "3")
    stale = dynamodb.pending.read_many("c1", FLOW, ["3"])["3"]
    dynamodb.pending.hold(stale, PendingState.REFUSED, why=CLOSED)
    dynamodb.pending.close(stale)  # as who read it before it was held
    assert standing(dynamodb) == {"3": CLOSED.cause}
    told = [
        RecordOutcome(run_id="r", flow=FLOW, record_id=own, outcome=outcome, label=own)
        for own, outcome in (
            ("1", Outcome.REFUSED),
            ("2", Outcome.WAITING),
            ("3", Outcome.CREATED),
        )
    ]
    dynamodb.worklist.mend("c1", FLOW, told)
    assert standing(dynamodb) == {"1": CLOSED.cause}


def test_two_who_change_one_list_both_get_their_say(
    dynamodb: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(dynamodb, "1", "2")
    stored, between = lists._stored, ["2"]

    def slow(*asked: object) -> object:
        found = stored(*asked)  # type: ignore[arg-type]
        if between:
            hold(dynamodb, between.pop())
        return found

    monkeypatch.setattr(lists, "_stored", slow)
    hold(dynamodb, "1")
    assert set(standing(dynamodb)) == {"1", "2"}


def test_what_is_held_again_for_the_same_costs_nothing_more(dynamodb: Store) -> None:
    put(dynamodb, "1")
    hold(dynamodb, "1")
    item = dynamodb.pending.read_many("c1", FLOW, ["1"])["1"]
    with counted() as calls:
        dynamodb.pending.hold(item, PendingState.REFUSED, reason="Closed.", why=CLOSED)
    assert calls == ["UpdateItem"]


def test_a_list_that_says_what_its_items_say_is_not_written(dynamodb: Store) -> None:
    put(dynamodb, "1")
    hold(dynamodb, "1")
    with counted() as calls:
        lists.settle("c1", FLOW, ["1"])
    assert set(calls) == {"BatchGetItem"}


def test_a_list_that_changes_all_the_time_is_told_of_and_left_to_the_watch(
    dynamodb: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[tuple[object, object]] = []
    put(dynamodb, "1")
    with monkeypatch.context() as patch:
        patch.setattr(lists, "_saved", lambda *_: False)
        patch.setattr(lists, "TRIES", 2)
        patch.setattr(logger, "warning", lambda text, **more: said.append((text, more)))
        hold(dynamodb, "1")
    where = {"list": lists.list_of(FLOW, "1")}
    assert said == [("a list of the worklist changes all the time", where)]
    watch_worklists.measure_one("c1", datetime.now(UTC), dynamodb)
    assert standing(dynamodb) == {"1": CLOSED.cause}


class DiedError(Exception):
    """The worker died."""


def test_after_any_history_with_deaths_the_worklist_is_what_its_items_say(
    dynamodb: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = Random(14)  # noqa: S311 - the same each time
    ids, saved = [str(one) for one in range(95, 105)], lists._saved

    def saved_or_died(*asked: Any) -> bool:
        if chance.random() < 0.2:
            raise DiedError
        return saved(*asked)

    monkeypatch.setattr(lists, "_saved", saved_or_died)
    for turn in range(40):
        own = chance.choice(ids)
        item = dynamodb.pending.read_many("c1", FLOW, [own]).get(own)
        with suppress(DiedError):
            match chance.choice(("found", "held", "held", "again", "closed")) if item else "found":
                case "found":
                    put(dynamodb, own, fingerprint=f"f{turn}")
                case "held":
                    hold(dynamodb, own, Hindrance(chance.choice(("tax", "closed-books"))))
                case "again":
                    dynamodb.pending.replay("c1", FLOW, own)
                case "closed" if item:
                    dynamodb.pending.close(item)
    monkeypatch.undo()
    kept = {one.record_id: one for one in dynamodb.pending.open_items("c1", FLOW)}
    told = [
        RecordOutcome(
            run_id="r",
            flow=FLOW,
            record_id=own,
            outcome=Outcome.REFUSED if own in kept else Outcome.CREATED,
            label=own,
        )
        for own in ids
    ]
    dynamodb.worklist.mend("c1", FLOW, told)
    assert set(standing(dynamodb)) == set(kept)
    watch_worklists.measure_one("c1", datetime.now(UTC), dynamodb)
    assert standing(dynamodb) == {own: one.cause for own, one in kept.items()}
    assert kept
