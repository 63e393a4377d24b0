from connector.engine.stores import Store

HEAD = {"match_id": "m1", "state": "reading", "calls": 0}
SHOWN = {"amount": "9.63", "day": "2025-11-02"}


def pages(store: Store, part: str, begin: str | None = None) -> list[tuple[str, list[object]]]:
    return list(store.books.read_part("c1", "m1", part, begin=begin))


def test_the_heads_of_matches_are_kept_the_newest_first(store: Store) -> None:
    store.books.save_head("c1", "m1", HEAD)
    store.books.save_head("c1", "m2", HEAD | {"match_id": "m2"})
    store.books.save_head("c1", "m1", HEAD | {"state": "done"})
    assert store.books.head("c1", "m1") == HEAD | {"state": "done"}
    assert store.books.head("c1", "m3") is None
    assert [one["match_id"] for one in store.books.heads("c1", most=5)] == ["m2", "m1"]
    assert len(store.books.heads("c1", most=1)) == 1


def test_a_page_takes_the_place_of_itself_and_parts_stay_apart(store: Store) -> None:
    store.books.save_page("c1", "m1", "there-Bill", "000002", [["2", None]])
    store.books.save_page("c1", "m1", "there-Bill", "000001", [["1", SHOWN]])
    store.books.save_page("c1", "m1", "there-Bill", "000001", [["3", SHOWN]])
    store.books.save_page("c1", "m1", "there-BillX", "000001", [["9", None]])
    assert pages(store, "there-Bill") == [("000001", [["3", SHOWN]]), ("000002", [["2", None]])]
    assert pages(store, "there-Bill", "000002") == [("000002", [["2", None]])]
    store.books.drop_part("c1", "m1", "there-Bill")
    assert pages(store, "there-Bill") == []
    assert len(pages(store, "there-BillX")) == 1


def test_what_change_data_showed_is_remembered_until_it_is_as_linked(store: Store) -> None:
    store.books.note_shown("c1", "Bill", {"1": SHOWN, "2": SHOWN})
    store.books.note_shown("c1", "Bill", {"1": None, "7": None})
    assert store.books.shown_of("c1", "Bill", ["1", "2", "3"]) == {"2": SHOWN}
    assert list(store.books.all_shown("c1", "Bill")) == [("2", SHOWN)]
    assert list(store.books.all_shown("c1", "Invoice")) == []
