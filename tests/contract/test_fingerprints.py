from datetime import UTC, datetime

import pytest

from connector.engine.stores import Store
from connector.model.fingerprints import OUTDATED, Fingerprints, HeldAnswer
from connector.store.records.fingerprints import BLOCKS

FLOW = "push_customers"
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def remember(store: Store, **marks: str) -> None:
    known = store.fingerprints.read("c1", FLOW)
    for record_id, mark in marks.items():
        known.remember(record_id, mark)
    store.fingerprints.save("c1", FLOW, known)


def known(store: Store, connection_id: str = "c1") -> Fingerprints:
    return store.fingerprints.read(connection_id, FLOW)


def test_a_record_never_seen_has_none(store: Store) -> None:
    assert known(store).known("700001") is None


def test_a_remembered_fingerprint_is_known_after_a_save(store: Store) -> None:
    remember(store, a="f1")
    assert (known(store).known("a"), known(store).ids()) == ("f1", {"a"})


def test_what_was_not_saved_is_forgotten(store: Store) -> None:
    known(store).remember("700001", "f1")
    assert known(store).known("700001") is None


def test_a_newer_fingerprint_replaces_the_older(store: Store) -> None:
    remember(store, a="f1")
    remember(store, a="f2")
    assert known(store).known("a") == "f2"


def test_a_forgotten_fingerprint_is_gone_after_a_save(store: Store) -> None:
    remember(store, a="f1", b="f1")
    less = known(store)
    less.forget("a")
    store.fingerprints.save("c1", FLOW, less)
    assert known(store).ids() == {"b"}


def test_a_second_save_changes_nothing_that_another_saved_meanwhile(store: Store) -> None:
    first = known(store)
    first.remember("a", "f1")
    store.fingerprints.save("c1", FLOW, first)
    remember(store, a="f2")
    store.fingerprints.save("c1", FLOW, first)
    assert known(store).known("a") == "f2"


@pytest.mark.case("X9a")
def test_two_who_keep_fingerprints_at_once_lose_nothing_of_each_other(store: Store) -> None:
    ids = [str(number) for number in range(4 * BLOCKS)]  # Each block has some of both.
    remember(store, **dict.fromkeys(ids, "f1"))
    first, second = known(store), known(store)
    for own in ids[::2]:
        first.remember(own, "f2")
    second.forget(ids[1])
    second.remember(ids[3], "f3")
    second.keep_print(ids[5], "p1 said 5.00")
    store.fingerprints.save("c1", FLOW, first)
    store.fingerprints.save("c1", FLOW, second)

    kept = known(store)
    wanted = dict.fromkeys(ids, "f1") | dict.fromkeys(ids[::2], "f2") | {ids[3]: "f3"}
    del wanted[ids[1]]
    assert (kept.marks, kept.prints) == (wanted, {ids[5]: "p1 said 5.00"})


@pytest.mark.case("X9a")
@pytest.mark.parametrize(
    ("one", "other", "kept"),
    [("f2", "f3", ""), ("f2", "f2", "f2"), (OUTDATED, "f3", OUTDATED), (None, "f3", ""),
     ("f2", None, ""), (None, None, None), ("f2", "f1", "f2"), ("f2", OUTDATED, OUTDATED)],
)  # fmt: skip
def test_a_record_that_two_kept_otherwise_at_once_is_read_again(
    store: Store, one: str | None, other: str | None, kept: str | None
) -> None:
    remember(store, a="f1")
    both = known(store), known(store)
    for fingerprints, mark in zip(both, (one, other), strict=True):
        if mark is None:
            fingerprints.forget("a")
        else:
            fingerprints.remember("a", mark)
        store.fingerprints.save("c1", FLOW, fingerprints)

    assert known(store).marks.get("a") == kept


def test_a_name_that_two_kept_otherwise_at_once_is_the_later_one(store: Store) -> None:
    kept = store.fingerprints
    both = kept.read_names("c1", "pull_customers"), kept.read_names("c1", "pull_customers")
    for names, name in zip(both, ("Heron", "Kite"), strict=True):
        names.remember("1", key=name, native=None)
        kept.save_names("c1", "pull_customers", names)

    assert kept.read_names("c1", "pull_customers").by_key() == {"kite": ["1"]}


def test_a_name_that_another_noted_is_not_forgotten(store: Store) -> None:
    kept = store.fingerprints
    names = kept.read_names("c1", "pull_customers")
    names.remember("1", key="Heron", native=None)
    kept.save_names("c1", "pull_customers", names)
    forgets, notes = (kept.read_names("c1", "pull_customers") for _ in range(2))
    forgets.keep_only(set())
    notes.remember("1", key="Kite", native=None)
    kept.save_names("c1", "pull_customers", notes)
    kept.save_names("c1", "pull_customers", forgets)

    assert kept.read_names("c1", "pull_customers").by_key() == {"kite": ["1"]}


def test_added_records_are_known_before_and_after_the_next_save(store: Store) -> None:
    remember(store, a="f1")
    name = store.fingerprints.note("c1", FLOW, ["61"], until=NOW)
    store.fingerprints.add("c1", FLOW, {"b": "f1", "c": "f2"}, instead_of=[name])
    before = known(store)
    remember(store, c="f3")

    assert (before.marks, before.linking) == ({"a": "f1", "b": "f1", "c": "f2"}, {})
    assert known(store).marks == {"a": "f1", "b": "f1", "c": "f3"}


def test_connections_do_not_share_fingerprints(store: Store) -> None:
    remember(store, a="f1")
    assert known(store, "c2").known("a") is None


def test_names_are_found_by_what_is_written_and_by_the_quickbooks_id(store: Store) -> None:
    names = store.fingerprints.read_names("c1", "pull_customers")
    names.remember("2", key="Blue  Heron", native="61")
    names.remember("1", key="blue heron", native=None)
    store.fingerprints.save_names("c1", "pull_customers", names)
    again = store.fingerprints.read_names("c1", "pull_customers")
    assert (again.by_key(), again.by_native()) == ({"blue heron": ["1", "2"]}, {"61": ["2"]})


def test_names_of_records_that_are_not_listed_any_more_are_forgotten(store: Store) -> None:
    names = store.fingerprints.read_names("c1", "pull_customers")
    names.remember("1", key="Heron", native=None)
    names.remember("2", key="Kite", native=None)
    names.keep_only({"2"})
    store.fingerprints.save_names("c1", "pull_customers", names)
    assert store.fingerprints.read_names("c1", "pull_customers").by_key() == {"kite": ["2"]}


def test_names_are_no_fingerprints_of_the_flow(store: Store) -> None:
    names = store.fingerprints.read_names("c1", FLOW)
    names.remember("1", key="Heron", native=None)
    store.fingerprints.save_names("c1", FLOW, names)
    assert known(store).ids() == set()


def test_what_a_list_answered_is_kept_until_something_is_known_anew(store: Store) -> None:
    def told() -> HeldAnswer:
        return store.answers.read_all("c1").get(FLOW, HeldAnswer())

    store.answers.keep("c1", FLOW, {"digest": "d1", "asked": [[{}, 0]]}, turn=told().turn)
    first = told()
    assert first.body == {"digest": "d1", "asked": [[{}, 0]]}
    remember(store, a="f1")
    store.answers.keep("c1", FLOW, {"digest": "d2"}, turn=first.turn)
    void = told()
    store.answers.keep("c1", FLOW, {"digest": "d3"}, turn=void.turn)
    assert (void.body, told().body) == (None, {"digest": "d3"})


def test_a_record_that_is_to_be_read_again_stays_so_until_it_was_whoever_writes(
    store: Store,
) -> None:
    remember(store, a="f1")
    before = known(store)
    store.fingerprints.outdate("c1", FLOW, "a")
    before.remember("a", "f2")
    store.fingerprints.save("c1", FLOW, before)
    remember(store, b="f1")  # It read the note, but not the record.
    before.remember("a", "f3")
    store.fingerprints.save("c1", FLOW, before)
    outdated = known(store).known("a")
    remember(store, a="f4")

    assert (outdated, known(store).known("a")) == (OUTDATED, "f4")


def test_a_look_drops_no_note_that_it_has_not_read(store: Store) -> None:
    store.fingerprints.outdate("c1", FLOW, "a")
    look = known(store)
    store.fingerprints.outdate("c1", FLOW, "a")
    look.remember("a", "f2")
    store.fingerprints.save("c1", FLOW, look)
    assert known(store).known("a") == OUTDATED


def test_a_record_that_is_gone_is_not_to_be_read_again(store: Store) -> None:
    store.fingerprints.outdate("c1", FLOW, "a")
    look = known(store)
    look.forget("a")
    store.fingerprints.save("c1", FLOW, look)
    assert known(store).ids() == set()
