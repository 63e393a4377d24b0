from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from pynamodb.signals import pre_dynamodb_send

from connector.errors import RemoteDownError
from connector.model.fingerprints import UNREAD, Fingerprints, HeldAnswer
from connector.model.pending import fingerprint
from connector.store.reading import answers
from connector.store.records import fingerprints
from connector.store.records.fingerprints import BLOCKS, BlockRow

pytestmark = pytest.mark.usefixtures("table")

FLOW = "push_customers"


def remembered(count: int) -> Fingerprints:
    known = Fingerprints()
    for n in range(count):
        known.remember(str(n), "f1")
    fingerprints.save("c1", FLOW, known)
    return known


def blocks_of(count: int) -> dict[str, dict[str, str]]:
    remembered(count)
    return blocks()


def blocks() -> dict[str, dict[str, str]]:
    return {block.sk: block.marks for block in BlockRow.query(f"c1#fingerprints#{FLOW}")}


def test_the_same_text_has_the_same_fingerprint() -> None:
    assert fingerprint("a") == fingerprint("a")


def test_different_texts_have_different_fingerprints() -> None:
    assert len({fingerprint(str(n)) for n in range(1000)}) == 1000


def test_records_of_one_block_are_kept_together() -> None:
    remembered(2 * BLOCKS)
    assert fingerprints.read("c1", FLOW).ids() == {str(n) for n in range(2 * BLOCKS)}


def test_a_company_of_any_size_takes_sixty_four_items() -> None:
    remembered(1000)
    assert len(blocks()) == 64


def test_only_the_blocks_that_changed_are_written() -> None:
    known = remembered(100)
    known.remember("7", "f2")
    fingerprints.save("c1", FLOW, known)
    rows = BlockRow.query(f"c1#fingerprints#{FLOW}")
    assert [row.marks.get("7") for row in rows if row.version == 2] == ["f2"]


def test_a_block_that_a_version_before_wrote_is_joined_with_what_another_kept_of_it() -> None:
    block = next(sk for sk, marks in blocks_of(100).items() if "7" in marks)
    BlockRow(f"c1#fingerprints#{FLOW}", block, flow=FLOW, marks={"7": "f1", "17": "f1"}).save()
    both = fingerprints.read("c1", FLOW), fingerprints.read("c1", FLOW)
    for known, own in zip(both, ("7", "17"), strict=True):
        known.remember(own, "f2")
        fingerprints.save("c1", FLOW, known)
    assert blocks()[block] == {"7": "f2", "17": "f2"}


def test_what_is_kept_on_after_a_save_beside_another_one_stands_on_both() -> None:
    remembered(100)
    mine, other = fingerprints.read("c1", FLOW), fingerprints.read("c1", FLOW)
    for known, own in ((other, "7"), (mine, "17"), (mine, "69")):  # They are in one block.
        known.remember(own, "f2")
        fingerprints.save("c1", FLOW, known)
    kept = fingerprints.read("c1", FLOW).marks
    assert {own for own, mark in kept.items() if mark == "f2"} == {"7", "17", "69"}


def test_a_record_that_is_read_once_more_after_a_save_of_others_is_known_by_the_next_one() -> None:
    remembered(100)
    fingerprints.outdate("c1", FLOW, "7")
    known = fingerprints.read("c1", FLOW)
    for own in ("17", "7"):
        known.remember(own, "f2")
        fingerprints.save("c1", FLOW, known)
    after = fingerprints.read("c1", FLOW)
    assert (after.known("7"), after.again) == ("f2", {})


def test_who_noted_only_how_a_record_is_printed_takes_up_what_another_kept_of_it() -> None:
    remembered(8)
    mine, other = fingerprints.read("c1", FLOW), fingerprints.read("c1", FLOW)
    other.remember("7", "f2")
    for known, printed in ((other, "theirs"), (mine, "mine")):
        known.keep_print("7", printed)
        fingerprints.save("c1", FLOW, known)
    kept = fingerprints.read("c1", FLOW)
    assert (kept.known("7"), kept.prints["7"]) == ("f2", "theirs")


def test_a_write_that_the_client_repeats_is_no_write_of_another() -> None:
    known = remembered(1)
    known.remember("0", "f2")
    known.blocks.clear()  # As if its first answer had been lost.
    fingerprints.save("c1", FLOW, known)
    known.remember("0", "f3")
    fingerprints.save("c1", FLOW, known)
    assert fingerprints.read("c1", FLOW).marks == {"0": "f3"}


def test_a_record_that_is_noted_is_known_until_it_is_saved_and_then_for_good() -> None:
    fingerprints.note("c1", FLOW, ["7"])
    known = fingerprints.read("c1", FLOW)
    assert (known.ids(), known.known("7")) == ({"7"}, None)
    fingerprints.save("c1", FLOW, known)
    again = fingerprints.read("c1", FLOW)
    assert (again.ids(), again.notes) == ({"7"}, set())


def test_of_a_record_that_is_noted_the_reading_of_before_counts_no_more() -> None:
    remembered(8)
    fingerprints.note("c1", FLOW, ["7"])
    known = fingerprints.read("c1", FLOW)
    assert (known.known("7"), known.known("6")) == (None, "f1")


def test_what_is_about_to_be_linked_is_nothing_known_and_stays_until_it_is_followed_up() -> None:
    name = fingerprints.note("c1", FLOW, ["31"], until=datetime(2026, 3, 2, 12, tzinfo=UTC))
    fingerprints.save("c1", FLOW, fingerprints.read("c1", FLOW))
    known = fingerprints.read("c1", FLOW)
    noted = {name: {"31": "2026-03-02T12:00:00+00:00"}}
    assert (known.ids(), known.linking) == (set(), noted)


def test_a_second_save_writes_nothing() -> None:
    known = remembered(1)
    next(iter(BlockRow.query(f"c1#fingerprints#{FLOW}"))).delete()
    fingerprints.save("c1", FLOW, known)
    assert blocks() == {}


def _a_look_meanwhile(write: Callable[[], object], operation: str) -> Fingerprints:
    """Let a look read and find nothing new right before a write is sent; return what it knew."""
    seen: list[Fingerprints] = []

    def look(_: object, operation_name: str, **__: object) -> None:
        if operation_name == operation and not seen:
            seen.append(Fingerprints())
            held = answers.read_all("c1").get(FLOW, HeldAnswer())
            seen[0] = fingerprints.read("c1", FLOW)
            answers.keep("c1", FLOW, {"digest": "d1"}, turn=held.turn)

    with pre_dynamodb_send.connected_to(look):
        write()
    return seen[0]


@pytest.mark.parametrize(
    ("write", "operation"),
    [
        (lambda: fingerprints.outdate("c1", FLOW, "7"), "PutItem"),
        (lambda: fingerprints.note("c1", FLOW, ["7"]), "PutItem"),
        (lambda: fingerprints.add("c1", FLOW, {"7": "f2"}, instead_of=()), "PutItem"),
        (lambda: saved_anew("7"), "PutItem"),
    ],
)
def test_no_answer_holds_that_a_look_kept_while_something_was_about_to_be_known(
    write: Callable[[], object], operation: str
) -> None:
    remembered(8)
    before = _a_look_meanwhile(write, operation)
    assert (before.known("7"), fingerprints.read("c1", FLOW).known("7")) != ("f1", "f1")
    assert answers.read_all("c1")[FLOW].body is None


def saved_anew(own: str) -> None:
    known = fingerprints.read("c1", FLOW)
    known.remember(own, "f2")
    fingerprints.save("c1", FLOW, known)


def test_what_others_write_all_the_time_is_left_with_its_notes_and_read_anew_in_the_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    known = remembered(1)
    fingerprints.note("c1", FLOW, ["0"])
    late = fingerprints.read("c1", FLOW)
    known.remember("0", "f2")
    fingerprints.save("c1", FLOW, known)
    late.remember("0", "f3")
    monkeypatch.setattr(fingerprints, "TRIES", 1)
    with pytest.raises(RemoteDownError, match="written by others all the time"):
        fingerprints.save("c1", FLOW, late)
    assert (set(late.changed), len(late.notes)) == ({"0"}, 1)
    monkeypatch.undo()
    fingerprints.save("c1", FLOW, late)
    assert fingerprints.read("c1", FLOW).marks == {"0": UNREAD}


def test_of_a_connection_that_was_erased_meanwhile_all_is_read_anew() -> None:
    known = remembered(100)
    for row in list(BlockRow.query(f"c1#fingerprints#{FLOW}")):
        row.delete()
    known.remember("7", "f2")
    fingerprints.save("c1", FLOW, known)
    assert fingerprints.read("c1", FLOW).marks == {"7": UNREAD}
