from collections import Counter
from datetime import timedelta

import pytest

from connector.jobs.report import summarize
from connector.model.connection import Mode, Phase
from connector.model.matching.comparison import Grade
from tests.builders import CONNECTION
from tests.generated_company import generate
from tests.unit.changes.looked import NOW, Killed, Looking, killed_at, looking

EXPECTED = {
    "customer": {"certain": 185, "likely": 8, "contradicts": 2},
    "invoice": {"certain": 1469, "likely": 459, "several": 2, "contradicts": 70},
    "payment": {"certain": 1261, "likely": 505, "contradicts": 34},
}
"""What docs/matching.md tells of the generated company."""
CHOSEN = {Grade.CERTAIN, Grade.LIKELY}


def graded(looking: Looking) -> dict[str, Counter[str]]:
    found: dict[str, Counter[str]] = {}
    for one in looking.matches():
        found.setdefault(one.owner.entity, Counter())[one.grade.value] += 1
    return found


@pytest.mark.case("F1m")
def test_two_years_of_history_on_both_sides_are_matched_without_one_wrong_link() -> None:
    company = generate()
    found = looking(company)
    looked = found.look()
    for one in found.matches():
        true = company.true_pairs[one.owner.entity].get(one.owner.mobiwork_id)
        if one.grade in CHOSEN:
            assert one.quickbooks_ids[0] == true, one
        elif true:
            assert true in one.quickbooks_ids
    assert graded(found) == EXPECTED
    assert (looked.rows, looked.calls, found.books.calls) == (3840, 7, 7)


def test_matching_that_is_killed_at_any_step_goes_on_and_ends_the_same() -> None:
    company = generate(customers=16, invoices=24, payments=20)
    whole = looking(company, size=10)
    whole.look()
    for step in range(1, 99):
        found = looking(company, size=10)
        try:
            found.look(checkpoint=killed_at(step))
        except Killed:
            found.look()
        else:
            break
        assert found.matches() == whole.matches()
        assert found.books.calls <= whole.books.calls + 1
    assert step > 5


def test_matching_stops_when_its_time_is_up_and_goes_on_with_the_next_page() -> None:
    company = generate(customers=16, invoices=24, payments=20)
    whole, found = looking(company, size=10), looking(company, size=10)
    whole.look()
    turns = 0
    while found.look(remaining=iter([99.0, 99.0, 99.0, 0.0, 0.0]).__next__).more:
        turns += 1
    assert turns > 1
    assert found.matches() == whole.matches()
    assert found.books.calls == whole.books.calls


def test_what_was_read_serves_with_the_changes_since_and_is_read_again_after_weeks() -> None:
    found = looking(generate(customers=16, invoices=10, payments=5))
    calls = [found.look() and found.books.calls]
    for run_id, days in (("r2", 0), ("r3", 2), ("r4", 4), ("r5", 40)):
        found.look(run_id=run_id, now=lambda days=days: NOW + timedelta(days=days))
        calls.append(found.books.calls)
    assert calls == [4, 4, 5, 6, 10]


@pytest.mark.case("F4f")
@pytest.mark.parametrize(("mode", "calls"), [(Mode.REVIEW, 0), (Mode.EXECUTE, 2)])  # and deposits
def test_what_was_voided_a_minute_before_the_start_is_known_when_the_first_is_posted(
    mode: Mode, calls: int
) -> None:
    company = generate(customers=16, invoices=10, payments=5)
    paired = {*company.true_pairs["invoice"].values()}
    [one, *_] = [row for row in company.quickbooks["Invoice"] if row["Id"] in paired]
    found = looking(company)
    found.look()
    before = found.books.calls
    void = {**one, "TotalAmt": 0, "Balance": 0, "PrivateNote": "Voided"}
    found.books.changed = {"Invoice": [void]}
    found.look(run_id="r2", now=lambda: NOW + timedelta(minutes=1), mode=mode)
    candidates = [each for match in found.matches() for each in match.candidates]
    voided = [each.quickbooks_id for each in candidates if "voided" in each.other.get("total", ())]
    assert voided == ([one["Id"]] if mode is Mode.EXECUTE else [])
    assert found.books.calls == before + calls


def test_where_change_data_of_each_kind_is_cut_short_everything_is_read_again() -> None:
    found = looking(generate(customers=16, invoices=10, payments=5))
    found.look()
    found.books.truncated = True
    before = found.matches()
    found.look(run_id="r2", now=lambda: NOW + timedelta(days=1))
    asked = 2 + 4  # all together, without what no flow posts, and each kind that was read
    assert (found.books.calls, len(found.matches())) == (4 + asked + 4, len(before))


@pytest.mark.case("R3b")
@pytest.mark.parametrize(("kind", "alone"), [("SalesReceipt", 2), ("Invoice", 4)])
def test_only_a_kind_of_which_change_data_holds_too_much_is_read_again(
    kind: str, alone: int
) -> None:
    company = generate(customers=16, invoices=10, payments=5)
    found = looking(company)
    found.look()
    assert {*found.store.matches.look(CONNECTION)["read"]} >= {"Invoice", "SalesReceipt"}
    before, found.books.most = found.books.calls, 3
    [one, *_] = company.quickbooks["Invoice"]
    found.books.changed = {kind: [{**one, "Id": f"9{own}"} for own in range(3)]}
    found.look(run_id="r2", now=lambda: NOW + timedelta(days=1))
    assert found.books.calls - before == 2 + alone + 1, "and one page of the kind"


@pytest.mark.case("R3b")
def test_only_a_kind_that_change_data_fails_on_is_read_again() -> None:
    company = generate(customers=16, invoices=10, payments=5)
    found = looking(company)
    found.look()
    before = found.books.calls
    gone = company.quickbooks["Invoice"].pop(0)
    found.books.poison = frozenset({"Invoice"})
    found.look(run_id="r2", now=lambda: NOW + timedelta(days=1))
    kept = found.store.matches.read_facts(CONNECTION, "Invoice")
    assert gone["Id"] not in {one["id"] for one in kept}
    assert found.books.calls - before == 3 + 1, "three answers of change data, one page of invoices"


@pytest.mark.case("F1b")
def test_what_was_typed_changed_or_deleted_in_quickbooks_since_it_was_read_is_matched_so() -> None:
    company = generate(customers=16, invoices=10, payments=5)
    typed, deleted = company.quickbooks["Invoice"].pop(), company.quickbooks["Invoice"][0]["Id"]
    found = looking(company)
    found.look()

    def of_invoices() -> set[str]:
        matched = (one for one in found.matches() if one.target == "Invoice")
        return {number for one in matched for number in one.quickbooks_ids}

    before = of_invoices()
    found.books.changed, found.books.deleted = {"Invoice": [typed]}, {"Invoice": [deleted]}
    looked = found.look(run_id="r2", now=lambda: NOW + timedelta(hours=1), phase=Phase.LIVE)
    assert of_invoices() == before - {deleted} | {typed["Id"]}
    assert (looked.calls, found.store.matches.look(CONNECTION)["live"]) == (5, True)


@pytest.mark.case("R3b")
@pytest.mark.parametrize("size", [60, 7])
def test_a_document_that_quickbooks_fails_on_is_named_and_all_others_are_matched(size: int) -> None:
    company = generate(customers=16, invoices=150, payments=20)
    whole = looking(company)
    whole.look()
    found = looking(company, size=size)
    places = (0, 40, len(company.quickbooks["Invoice"]) - 1)
    bad = {company.quickbooks["Invoice"][place]["Id"] for place in places}
    found.books.bad = frozenset(bad)
    found.look()

    theirs = {one.owner for one in whole.matches() if bad & set(one.quickbooks_ids)}
    rest = [one for one in whole.matches() if one.owner.entity == "invoice"]
    same = {one.owner for one in found.matches() if not bad & set(one.quickbooks_ids)}
    assert {one.owner for one in rest} - theirs <= same
    told = summarize(CONNECTION, "r1", found.store.plans, found.store.matches).notes
    assert sum("invoice of QuickBooks at place" in one for one in told) == len(places)
    assert all("look for what it is there before you start" in one for one in told[-3:])
