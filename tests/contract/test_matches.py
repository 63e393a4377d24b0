import zlib
from dataclasses import replace
from itertools import count

import pytest
from pynamodb.constants import PUT_ITEM
from pynamodb.signals import pre_dynamodb_send

from connector.engine.stores import Store
from connector.errors import RetriableError
from connector.model.links import RecordKey
from connector.model.matching.comparison import Grade
from connector.model.matching.matches import Candidate, Match, MatchDecision
from connector.store import packing
from connector.store.matching import candidates
from connector.store.table import key
from tests.meanwhile import meanwhile

FOUND, LATER = "2026-11-29T10:00:00+00:00", "2026-11-29T12:00:00+00:00"


def a_match(own: str, *numbers: str, grade: Grade = Grade.CERTAIN, at: str = FOUND) -> Match:
    some = (
        Candidate(number, f"invoice {number}", {"total": "9.63"}, {"number": ("1", "2")})
        for number in numbers
    )
    return Match(
        owner=RecordKey("invoice", own),
        target="Invoice",
        label=f"invoice {own}",
        grade=grade,
        candidates=tuple(some),
        flow="push_invoices",
        item=own,
        found_at=at,
    )


def owners(store: Store, *numbers: str) -> dict[str, list[str]]:
    found = store.matches.of_quickbooks("c1", "Invoice", numbers)
    return {number: [one.owner.mobiwork_id for one in some] for number, some in found.items()}


def test_matches_are_found_from_both_sides_and_replaced_together(store: Store) -> None:
    first, second = a_match("1", "61"), a_match("2", "61", "62", grade=Grade.SEVERAL)
    store.matches.replace_all("c1", "Invoice", [first, second])
    wanted = [first.owner, RecordKey("invoice", "9")]
    assert store.matches.read_many("c1", "Invoice", wanted) == {first.owner: first}
    assert owners(store, "61", "62", "63") == {"61": ["1", "2"], "62": ["2"]}
    store.matches.replace_all("c1", "Invoice", [a_match("2", "62")])
    assert owners(store, "61", "62") == {"62": ["2"]}
    assert list(store.matches.read_all("c1", "Bill")) == []
    assert list(store.matches.read_all("c2", "Invoice")) == []


def test_what_may_be_a_part_of_a_record_or_several_is_found_by_each_of_them(store: Store) -> None:
    store.matches.replace_all("c1", "Invoice", [a_match("1", "Invoice:61"), a_match("2", "Bill:7")])
    store.matches.keep("c1", a_match("3", "Invoice:61+62"))
    assert owners(store, "61", "62", "7") == {"61": ["1", "3"], "62": ["3"]}


def test_each_sides_spelling_is_kept(store: Store) -> None:
    number = Candidate("61", "invoice 61", {"number": "INV 42"}, {}, {"number": "inv-0042"})
    match = replace(a_match("1", "61"), candidates=(number, Candidate("62", "invoice 62")))
    store.matches.replace_all("c1", "Invoice", [match])
    assert list(store.matches.read_all("c1", "Invoice")) == [match]


def test_it_is_kept_that_a_decision_is_open_again(store: Store) -> None:
    match = replace(a_match("1", "61"), opened_again=True)
    store.matches.keep("c1", match)
    assert list(store.matches.read_all("c1", "Invoice")) == [match]


def test_a_match_that_is_met_anew_is_found_by_what_it_may_be_now(store: Store) -> None:
    for number in ("61", "62"):
        store.matches.keep("c1", a_match("1", number))
    assert owners(store, "61", "62") == {"62": ["1"]}


def test_two_workers_who_meet_one_quickbooks_record_are_both_heard(dynamodb: Store) -> None:
    dynamodb.matches.keep("c1", a_match("1", "61"))
    with meanwhile(lambda: dynamodb.matches.keep("c1", a_match("2", "61")), before=PUT_ITEM):
        dynamodb.matches.keep("c1", a_match("3", "61"))
    with meanwhile(lambda: dynamodb.matches.keep("c1", a_match("4", "62")), before=PUT_ITEM):
        dynamodb.matches.keep("c1", a_match("5", "62"))
    assert owners(dynamodb, "61", "62") == {"61": ["1", "2", "3"], "62": ["4", "5"]}


@pytest.mark.case("X9b")
@pytest.mark.parametrize("number", ["61", "62", "63"])
@pytest.mark.parametrize("place", range(12))
def test_what_a_worker_meets_while_all_are_replaced_is_found_from_both_sides(
    dynamodb: Store, place: int, number: str
) -> None:
    kept, found = dynamodb.matches, [a_match("1", "61"), a_match("2", "62")]
    kept.replace_all("c1", "Invoice", [a_match("1", "61"), a_match("9", "63")])
    met, calls = a_match("3", number), count()

    def meet(_sender: object, **_: object) -> None:
        if next(calls) == place:
            kept.keep("c1", met)

    with pre_dynamodb_send.connected_to(meet):
        kept.replace_all("c1", "Invoice", found)
    if next(calls) <= place:
        kept.keep("c1", met)
    there = "3" in {one.owner.mobiwork_id for one in kept.read_all("c1", "Invoice")}
    assert ("3" in owners(dynamodb, number).get(number, [])) == there
    assert there or place < 3, "what was found before all were read is replaced as well"


@pytest.mark.case("X9b")
@pytest.mark.parametrize("place", range(8))
def test_what_is_replaced_while_a_worker_keeps_a_match_leaves_that_in_both_or_in_none(
    dynamodb: Store, place: int
) -> None:
    kept, found = dynamodb.matches, [a_match("1", "61"), a_match("2", "62")]
    kept.replace_all("c1", "Invoice", found)
    calls = count()

    def replace_them(_sender: object, **_: object) -> None:
        if next(calls) == place:
            kept.replace_all("c1", "Invoice", found)

    with pre_dynamodb_send.connected_to(replace_them):
        kept.keep("c1", a_match("3", "61"))
    there = "3" in {one.owner.mobiwork_id for one in kept.read_all("c1", "Invoice")}
    assert ("3" in owners(dynamodb, "61").get("61", [])) == there


def test_what_another_zlib_packed_before_versions_were_counted_is_added_to(
    dynamodb: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    some, back = [["invoice", str(number)] for number in range(40)], key("c1", "matched", "Invoice")
    with monkeypatch.context() as patch:
        patch.setattr(packing, "pack", lambda text: zlib.compress(text.encode(), level=0))
        candidates.CandidateRow(back, "61", owners=some).save()
    for own in ("99", "98"):
        dynamodb.matches.keep("c1", a_match(own, "61"))
    row = candidates.CandidateRow.get(back, "61")
    assert row.owners == [*some, ["invoice", "99"], ["invoice", "98"]]
    assert row.version == 2


def test_a_record_that_all_others_meet_all_the_time_is_to_be_tried_again(
    dynamodb: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(candidates, "TRIES", 0)
        with pytest.raises(RetriableError, match="changed all the time"):
            dynamodb.matches.keep("c1", a_match("1", "61"))
    assert owners(dynamodb, "61") == {}


def test_what_a_person_said_survives_another_look(store: Store) -> None:
    said, other = a_match("1", "61", grade=Grade.LIKELY), a_match("2", "62")
    store.matches.replace_all("c1", "Invoice", [said, other])
    decided = replace(
        said, decision=MatchDecision.SAME, chosen="61", decided_by="ann", decided_at=LATER
    )
    store.matches.decide("c1", decided)
    store.matches.replace_all("c1", "Invoice", [])
    assert list(store.matches.read_all("c1", "Invoice")) == [decided]
    assert owners(store, "61", "62") == {"61": ["1"]}


def test_one_decision_takes_all_certain_ones_found_until_then(store: Store) -> None:
    sure, likely = a_match("1", "61"), a_match("2", "62", grade=Grade.LIKELY)
    late = a_match("3", "63", at="2026-11-29T13:00:00+00:00")
    store.matches.replace_all("c1", "Invoice", [sure, likely, late])
    store.matches.decide_certain("c1", by="ann", at=LATER)
    one, two, three = store.matches.read_all("c1", "Invoice")
    assert (one.decision, one.chosen, one.decided_by) == (MatchDecision.SAME, "61", "ann")
    assert [two.decision, three.decision] == [MatchDecision.UNDECIDED, MatchDecision.UNDECIDED]
    other = replace(sure, decision=MatchDecision.DIFFERENT, decided_by="bo", decided_at=LATER)
    store.matches.decide("c1", other)
    [again] = store.matches.read_many("c1", "Invoice", [sure.owner]).values()
    assert again.decision is MatchDecision.DIFFERENT
    store.matches.decide("c1", replace(again, decision=MatchDecision.UNDECIDED))
    [forgotten] = store.matches.read_many("c1", "Invoice", [sure.owner]).values()
    assert forgotten.decided_by == "ann"


def test_what_one_decision_took_together_survives_another_look(store: Store) -> None:
    sure, late = a_match("1", "61"), a_match("3", "63", at="2026-11-29T13:00:00+00:00")
    store.matches.replace_all("c1", "Invoice", [sure, late])
    store.matches.decide_certain("c1", by="ann", at=LATER)
    store.matches.replace_all("c1", "Invoice", [])
    [kept] = store.matches.read_all("c1", "Invoice")
    assert (kept.owner, kept.decision, kept.chosen) == (sure.owner, MatchDecision.SAME, "61")
    assert owners(store, "61", "63") == {"61": ["1"]}


def test_a_match_met_later_joins_the_others_and_they_come_page_by_page(store: Store) -> None:
    store.matches.replace_all("c1", "Invoice", [a_match("1", "61"), a_match("2", "62")])
    store.matches.keep("c1", a_match("3", "61", grade=Grade.CONTRADICTS))
    assert owners(store, "61") == {"61": ["1", "3"]}
    page = store.matches.read_some("c1", "Invoice", after="", limit=2)
    assert [one.owner.mobiwork_id for one in page] == ["1", "2"]
    [last] = store.matches.read_some("c1", "Invoice", after="invoice 2", limit=2)
    assert last.owner.mobiwork_id == "3"


def test_a_look_goes_on_where_it_stood_and_a_page_read_twice_counts_once(store: Store) -> None:
    assert store.matches.look("c1") == {}
    store.matches.save_look("c1", {"step": 2})
    assert store.matches.look("c1") == {"step": 2}
    store.matches.save_facts("c1", "Invoice", "000001", [{"id": "61"}])
    store.matches.save_facts("c1", "Invoice", "000001", [{"id": "61"}])
    store.matches.save_facts("c1", "Invoice", "001000", [{"id": "62"}])
    assert [one["id"] for one in store.matches.read_facts("c1", "Invoice")] == ["61", "62"]
    store.matches.drop_facts("c1", "Invoice")
    assert list(store.matches.read_facts("c1", "Invoice")) == []


def test_a_decision_holds_only_where_nobody_decided_since_it_was_read(store: Store) -> None:
    read, beside = a_match("1", "61", grade=Grade.LIKELY), a_match("2", "62", grade=Grade.LIKELY)
    store.matches.replace_all("c1", "Invoice", [read, beside])
    ann = replace(read, decision=MatchDecision.LEFT_OUT, decided_by="ann", decided_at=FOUND)
    bob = replace(read, decision=MatchDecision.DIFFERENT, decided_by="bob", decided_at=LATER)
    too = replace(beside, decision=MatchDecision.DIFFERENT, decided_by="bob", decided_at=LATER)
    assert store.matches.decide_as_read("c1", [(read, ann)])
    assert not store.matches.decide_as_read("c1", [(beside, too), (read, bob)])
    assert list(store.matches.read_all("c1", "Invoice")) == [ann, beside]
    assert store.matches.decide_as_read("c1", [(ann, bob), (beside, too)])
    assert store.matches.decide_as_read("c1", [(too, beside)])
    assert not store.matches.decide_as_read("c1", [(ann, read)])
    assert list(store.matches.read_all("c1", "Invoice")) == [bob, beside]


def test_a_decision_that_was_made_together_is_changed_by_itself(store: Store) -> None:
    store.matches.replace_all("c1", "Invoice", [a_match("1", "61")])
    store.matches.decide_certain("c1", by="ann", at=LATER)
    [together] = store.matches.read_all("c1", "Invoice")
    bob = replace(together, decision=MatchDecision.LEFT_OUT, chosen=None, decided_by="bob")
    assert store.matches.decide_as_read("c1", [(together, bob)])
    assert list(store.matches.read_all("c1", "Invoice")) == [bob]


def test_certain_ones_that_nobody_decided_on_are_counted(store: Store) -> None:
    late = a_match("4", "64", at="2026-11-29T13:00:00+00:00")
    likely = a_match("5", "65", grade=Grade.LIKELY)
    kinds = [a_match("1", "61"), a_match("2", "62"), a_match("3", "63"), late, likely]
    store.matches.replace_all("c1", "Invoice", kinds)
    counts = [store.matches.certain_undecided("c1", "Invoice")]
    for one in (kinds[0], late, likely):
        said = replace(one, decision=MatchDecision.DIFFERENT, decided_by="bo", decided_at=LATER)
        store.matches.decide("c1", said)
        counts.append(store.matches.certain_undecided("c1", "Invoice"))
    store.matches.decide("c1", late)
    store.matches.decide_certain("c1", by="ann", at=LATER)
    counts.append(store.matches.certain_undecided("c1", "Invoice"))
    store.matches.decide("c1", replace(late, decision=MatchDecision.LEFT_OUT, decided_by="bo"))
    counts.append(store.matches.certain_undecided("c1", "Invoice"))
    assert counts == [4, 3, 2, 2, 1, 0]
    assert store.matches.certain_undecided("c1", "Bill") == 0


def test_a_decision_does_not_hold_over_a_later_one_of_the_same_person_nor_one_of_that_moment(
    store: Store,
) -> None:
    match = a_match("1", "61", grade=Grade.LIKELY)
    store.matches.replace_all("c1", "Invoice", [match])
    ann = replace(match, decision=MatchDecision.LEFT_OUT, decided_by="ann", decided_at=FOUND)
    bob = replace(match, decision=MatchDecision.DIFFERENT, decided_by="bob", decided_at=LATER)
    for now in (replace(ann, decided_at=LATER), replace(ann, decided_by="eve")):
        store.matches.decide("c1", now)
        assert not store.matches.decide_as_read("c1", [(ann, bob)])
        assert list(store.matches.read_all("c1", "Invoice")) == [now]


def test_that_both_sides_are_to_be_compared_is_kept_until_when(store: Store) -> None:
    assert store.matches.asked("c1") is None
    for at in (FOUND, LATER):
        store.matches.ask("c1", at)
    store.matches.save_look("c1", {"live": True})
    assert (store.matches.asked("c1"), store.matches.asked("c2")) == (LATER, None)


def test_kinds_of_documents_are_watched_each_once(store: Store) -> None:
    for kind in ("SalesReceipt", "Deposit", "SalesReceipt"):
        store.matches.watch("c1", kind)
    store.matches.save_look("c1", {"live": True})
    assert store.matches.watched("c1") == ["Deposit", "SalesReceipt"]
    assert store.matches.watched("c2") == []


def test_what_was_ruled_out_is_kept_with_the_others(store: Store) -> None:
    match = a_match("1", "61", "62", grade=Grade.SEVERAL)
    first, second = match.candidates
    both = replace(match, candidates=(first, replace(second, ruled_out=True)))
    store.matches.replace_all("c1", "Invoice", [both])
    [found] = store.matches.read_all("c1", "Invoice")
    assert (found, found.open_ids) == (both, ("61",))
