import pytest

from connector.store.fingerprints import BLOCKS, Block, Fingerprints, fingerprint

pytestmark = pytest.mark.usefixtures("table")

FLOW = "push_customers"


def open_them(connection_id: str = "c1") -> Fingerprints:
    return Fingerprints(connection_id, FLOW)


def blocks() -> dict[str, dict[str, str]]:
    return {block.sk: block.marks for block in Block.query(f"c1#fingerprints#{FLOW}")}


def test_the_same_text_has_the_same_fingerprint() -> None:
    assert fingerprint("a") == fingerprint("a")


def test_different_texts_have_different_fingerprints() -> None:
    assert len({fingerprint(str(n)) for n in range(1000)}) == 1000


def test_a_record_never_seen_has_none() -> None:
    assert open_them().known("700001") == ""


def test_a_remembered_fingerprint_is_known_after_a_save() -> None:
    known = open_them()
    known.remember("700001", "f1")
    known.save()
    assert open_them().known("700001") == "f1"


def test_what_was_not_saved_is_forgotten() -> None:
    open_them().remember("700001", "f1")
    assert open_them().known("700001") == ""


def test_a_newer_fingerprint_replaces_the_older() -> None:
    for mark in ("f1", "f2"):
        known = open_them()
        known.remember("700001", mark)
        known.save()
    assert open_them().known("700001") == "f2"


def test_records_of_one_block_are_kept_together() -> None:
    known = open_them()
    for n in range(2 * BLOCKS):
        known.remember(str(n), f"f{n}")
    known.save()
    again = open_them()
    assert [again.known(str(n)) for n in range(2 * BLOCKS)] == [f"f{n}" for n in range(2 * BLOCKS)]


def test_a_company_of_any_size_takes_sixty_four_items() -> None:
    known = open_them()
    for n in range(1000):
        known.remember(str(n), "f")
    known.save()
    assert len(blocks()) == 64


def test_only_the_blocks_that_changed_are_written() -> None:
    known = open_them()
    for n in range(100):
        known.remember(str(n), "f1")
    known.save()
    changing = open_them()
    for block in Block.query(f"c1#fingerprints#{FLOW}"):
        block.delete()
    changing.remember("7", "f2")
    changing.save()
    assert [marks.get("7") for marks in blocks().values()] == ["f2"]


def test_a_second_save_writes_nothing() -> None:
    known = open_them()
    known.remember("7", "f1")
    known.save()
    next(iter(Block.query(f"c1#fingerprints#{FLOW}"))).delete()
    known.save()
    assert blocks() == {}


def test_connections_do_not_share_fingerprints() -> None:
    known = open_them()
    known.remember("700001", "f1")
    known.save()
    assert open_them("c2").known("700001") == ""
