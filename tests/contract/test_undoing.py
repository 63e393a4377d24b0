from dataclasses import replace
from decimal import Decimal

from connector.engine.stores import Store
from connector.model.links import Link, Released, Undone
from connector.model.outcomes import Sum
from connector.model.undoing.images import BeforeImage
from connector.model.undoing.undo import UndoEntry, Undoing, UndoState, UndoStep, UndoWay
from tests.builders import a_link
from tests.contract.linking import GULL, HERON, TOLD, at, claimed, linked, stands

ASKED = Undoing(run_id="r1", state=UndoState.PREVIEWING, job="j1", by="ann", at="2026-03-02")
SUMS = {"a": Sum(2, Decimal("1.50")), "b": Sum(1, None)}
ENTRY = UndoEntry(
    place=11,
    flow="push_customers",
    record_id="700001",
    label="customer 700001",
    entity="customer",
    mobiwork_id="700001",
    target="Customer",
    quickbooks_id="61",
    way=UndoWay.DEACTIVATE,
    why="It was created.",
    worth=Decimal("9.63"),
    before={"Notes": None, "Line": [{"Amount": Decimal("1.10")}]},
    after={"Notes": "x", "Line": []},
)
IMAGE = BeforeImage(
    run_id="r1",
    flow="push_customers",
    record_id="700001",
    side="QuickBooks",
    entity="Customer",
    own_id="61",
    label="customer 700001",
    before={"Notes": None},
    after={"Notes": "x"},
    at="2026-03-02T12:00:00+00:00",
)


def undone(link: Link) -> Undone:
    return Undone(by="ann", at="2026-03-02", run_id="r1", reason="Undone.", link=link)


def let_go(store: Store, link: Link, *, keep_back: bool = False) -> bool:
    store.undos.put("c1", "r1", [ENTRY])
    return store.undos.end_link("c1", "r1", ENTRY, undone(link), keep_back=keep_back)


def entries(store: Store) -> list[UndoEntry]:
    return store.undos.page("c1", "r1", after=None, limit=10)


def test_one_of_two_begins_to_undo_a_run_and_its_own_repetition_counts(store: Store) -> None:
    assert store.undos.begin("c1", ASKED, before=None)
    assert store.undos.begin("c1", ASKED, before=None)
    assert not store.undos.begin("c1", replace(ASKED, job="j2"), before=None)
    done = replace(ASKED, state=UndoState.DONE, reached="x", sums=SUMS)
    store.undos.save("c1", done)
    assert not store.undos.begin("c1", replace(ASKED, job="j2"), before=ASKED)
    assert store.undos.read("c1", "r1") == done
    assert store.undos.begin("c1", replace(ASKED, job="j2"), before=done)
    assert store.undos.read("c1", "r2") is None


def test_entries_come_back_as_they_were_put_in_the_order_of_undoing(store: Store) -> None:
    first = replace(ENTRY, place=2, mobiwork_id="9", before={}, after={}, worth=None)
    store.undos.put("c1", "r1", [ENTRY, first])
    assert entries(store) == [first, ENTRY]
    assert store.undos.page("c1", "r1", after=first.key, limit=1) == [ENTRY]
    store.undos.clear("c1", "r1")
    assert entries(store) == []


def test_an_entry_that_is_done_stays_so(store: Store) -> None:
    link = linked(store)
    store.undos.put("c1", "r1", [ENTRY])
    store.undos.note("c1", "r1", ENTRY, UndoStep.BEGUN, "why")
    assert [(one.step, one.why) for one in entries(store)] == [(UndoStep.BEGUN, "why")]
    assert store.undos.end_link("c1", "r1", ENTRY, undone(link), keep_back=False)
    store.undos.note("c1", "r1", ENTRY, UndoStep.KEPT, "late")
    assert [one.step for one in entries(store)] == [UndoStep.DONE]
    store.undos.put("c1", "r1", [replace(ENTRY, mobiwork_id="9")])
    store.undos.clear("c1", "r1")
    assert [(one.mobiwork_id, one.step) for one in entries(store)] == [("700001", UndoStep.DONE)]


def test_a_link_that_is_let_go_says_who_undid_it_and_what_it_was(store: Store) -> None:
    link = linked(store, made_in="r1", shown="h", total=Decimal("9.63"))
    assert let_go(store, at(link, "7"))
    assert stands(store) == Released(generation=2, undone=undone(at(link, "7")))
    assert store.links.owner_of("c1", "Customer", "61") is None
    assert store.undos.end_link("c1", "r1", ENTRY, undone(link), keep_back=False), "repeated"


def test_what_was_pulled_is_still_found_from_quickbooks(store: Store) -> None:
    link = linked(store)
    assert let_go(store, link, keep_back=True)
    assert store.links.owner_of("c1", "Customer", "61") == HERON
    store.undos.let_post("c1", HERON, back=("Customer", "61"))
    assert store.links.owner_of("c1", "Customer", "61") is None
    assert stands(store) == Released(generation=2)


def test_what_another_record_found_since_is_not_taken_from_it(store: Store) -> None:
    assert let_go(store, linked(store))
    other = a_link(GULL)
    assert store.links.save("c1", other, TOLD)
    store.undos.let_post("c1", HERON, back=("Customer", "61"))
    assert store.links.owner_of("c1", "Customer", "61") == other.owner
    assert stands(store) == Released(generation=2)


def test_a_link_that_is_another_one_by_now_is_not_let_go(store: Store) -> None:
    link = linked(store)
    assert not let_go(store, replace(link, quickbooks_id="62"))
    assert stands(store) == link
    assert [one.step for one in entries(store)] == [UndoStep.PLANNED]


def test_what_was_undone_can_be_linked_again_as_it_was(store: Store) -> None:
    link = linked(store)
    assert let_go(store, link)
    assert store.undos.revive("c1", at(link, "8"))
    assert stands(store) == at(link, "8")
    assert store.links.owner_of("c1", "Customer", "61") == HERON
    assert not store.undos.revive("c1", link), "it is linked"


def test_what_was_undone_may_be_sent_again_once_it_is_asked_for(store: Store) -> None:
    assert let_go(store, linked(store, generation=3))
    store.undos.let_post("c1", HERON)
    store.undos.let_post("c1", HERON)
    assert stands(store) == Released(generation=4)


def test_a_restored_link_is_kept_unless_somebody_was_faster(store: Store) -> None:
    link = linked(store)
    store.undos.put("c1", "r1", [ENTRY])
    newer = replace(at(link, "1"), drift="restored")
    assert not store.undos.end_restored("c1", "r1", ENTRY, newer, before=at(link, "5"))
    assert store.undos.end_restored("c1", "r1", ENTRY, newer, before=link)
    assert store.undos.end_restored("c1", "r1", ENTRY, newer, before=link), "repeated"
    assert stands(store) == newer
    assert [one.step for one in entries(store)] == [UndoStep.DONE]


def test_images_come_back_by_their_records(store: Store) -> None:
    other, later = replace(IMAGE, record_id="700002"), replace(IMAGE, at="2026-03-02T13:00:00")
    for one in (later, IMAGE, other, replace(IMAGE, run_id="r2"), replace(IMAGE, flow="pull_x")):
        store.images.keep("c1", one)
    found = store.images.between("c1", "r1", "push_customers", first="700001", last="700001")
    assert list(found) == [IMAGE, later]
    found = store.images.between("c1", "r1", "push_customers", first="700001", last="700002")
    assert list(found) == [IMAGE, later, other]
    there = replace(IMAGE, flow="pull_customers", record_id="61#2", side="MobiWork")
    store.images.keep("c1", there)
    found = store.images.between("c1", "r1", "pull_customers", first="61", last="61#2")
    assert list(found) == [there]


def test_what_is_asked_for_again_is_kept_until_it_was_found(store: Store) -> None:
    store.again.ask("c1", "push_customers", ["1", "2"])
    store.again.ask("c1", "push_customers", ["2"])
    store.again.ask("c1", "push_bills", ["#3#"])
    assert store.again.asked("c1") == {"push_customers": {"1", "2"}, "push_bills": {"#3#"}}
    store.again.found("c1", "push_customers", ["1"])
    assert store.again.asked("c1") == {"push_customers": {"2"}, "push_bills": {"#3#"}}
    assert store.again.asked("c2") == {}


def test_who_saw_another_step_of_undoing_begins_nothing(store: Store) -> None:
    assert store.undos.begin("c1", ASKED, before=None)
    other = replace(ASKED, job="j3")
    for seen in (replace(ASKED, state=UndoState.DONE), replace(ASKED, job="j2")):
        assert not store.undos.begin("c1", other, before=seen)
    assert store.undos.read("c1", "r1") == ASKED


def test_a_released_intent_that_nobody_undid_is_not_linked_again(store: Store) -> None:
    store.links.release("c1", claimed(store))
    assert not store.undos.revive("c1", a_link(HERON))
    store.undos.let_post("c1", HERON)
    assert stands(store) == Released(generation=2)


def test_what_was_undone_is_not_linked_again_to_what_belongs_to_another_by_now(
    store: Store,
) -> None:
    link = linked(store)
    assert let_go(store, link)
    taken = linked(store, GULL)
    assert not store.undos.revive("c1", link)
    assert (stands(store, GULL), store.links.owner_of("c1", "Customer", "61")) == (taken, GULL)


def test_what_was_undone_and_found_by_another_since_stays_with_it(store: Store) -> None:
    assert let_go(store, linked(store))
    linked(store, GULL)
    store.undos.let_post("c1", HERON, back=("Customer", "61"))
    assert store.links.owner_of("c1", "Customer", "61") == GULL


def test_what_is_under_way_is_not_changed_by_letting_it_be_sent(store: Store) -> None:
    intent = claimed(store)
    store.undos.let_post("c1", HERON)
    assert stands(store) == intent
    assert not store.undos.revive("c1", a_link(HERON))


def test_what_was_let_go_or_points_elsewhere_is_not_restored(store: Store) -> None:
    link = linked(store)
    store.undos.put("c1", "r1", [ENTRY])
    elsewhere = replace(link, quickbooks_id="62")
    assert not store.undos.end_restored("c1", "r1", ENTRY, link, before=elsewhere)
    assert let_go(store, link)
    store.undos.put("c1", "r1", [ENTRY])
    assert not store.undos.end_restored("c1", "r1", ENTRY, link, before=link)
    assert isinstance(stands(store), Released)


def test_what_was_done_with_a_record_is_told_as_done() -> None:
    told = {step: replace(ENTRY, way=UndoWay.DELETE, step=step).what for step in UndoStep}
    assert told == {
        UndoStep.PLANNED: "delete in QuickBooks",
        UndoStep.BEGUN: "delete in QuickBooks",
        UndoStep.DONE: "deleted in QuickBooks",
        UndoStep.KEPT: "kept",
    }
    assert [one.done for one in UndoWay][1:3] == [
        "made inactive in QuickBooks",
        "restored in QuickBooks",
    ]
