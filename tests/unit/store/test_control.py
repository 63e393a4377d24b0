"""What people did, when they were written to, and how often they asked."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from connector.model.control.activity import Deed, DeedsOf
from connector.model.outcomes import Outcome, Sum, SumOfKind, Tally
from connector.model.policy.account_values import Finding, Probed
from connector.store import runs
from connector.store.control import activity, digests, probes, uses
from connector.store.control.uses import UsesRow

pytestmark = pytest.mark.usefixtures("table")

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
FLOW = "push_invoices"
DEED = Deed(
    at=NOON,
    by="ann",
    what="Left it out.",
    before={"state": "refused"},
    after={"state": "left out"},
    flow=FLOW,
    record_id="5501",
)


def at(minutes: int, **more: Any) -> Deed:
    return replace(DEED, at=NOON + timedelta(minutes=minutes), **more)


def test_what_people_did_is_read_page_by_page_the_latest_first() -> None:
    of_all = Deed(at=NOON + timedelta(minutes=2), by="bob", what="Saved the settings.")
    activity.note("c1", [DEED, at(1, record_id="5502"), of_all])
    activity.note("c2", [at(3)])
    first, after = activity.read_some("c1", after=None, limit=2)
    rest, end = activity.read_some("c1", after=after, limit=2)
    assert (first, rest, end) == ([of_all, at(1, record_id="5502")], [DEED], None)
    assert activity.read_some("c1", after=None, limit=3)[1] is None


def test_what_somebody_did_or_of_some_words_and_days_is_read_page_by_page() -> None:
    some = [at(5 * one, by="Ann" if one % 3 else "bob", record_id=str(one)) for one in range(9)]
    activity.note("c1", some)
    activity.note("c1", [at(50, by="bob", what="Saved the settings.")])
    asked = DeedsOf(by="ann", what="left", since=NOON + timedelta(minutes=10))
    found, after = list[Deed](), None
    while after is not None or not found:
        page, after = activity.read_some("c1", asked, after=after, limit=2)
        assert len(page) <= 2
        found += page
    assert [one.record_id for one in found] == ["8", "7", "5", "4", "2"]
    until = DeedsOf(until=NOON + timedelta(minutes=5))
    assert [one.record_id for one in activity.read_some("c1", until, after=None, limit=9)[0]] == [
        "0"
    ]


def test_what_was_done_to_a_record_is_told_beside_it_the_first_change_first() -> None:
    others = (at(1, record_id="5501#2"), at(1, flow="push_bills"), at(1, record_id="55"))
    activity.note("c1", [at(2), *others, DEED])
    activity.note("c2", [DEED])
    assert activity.of_record("c1", FLOW, "5501") == (DEED, at(2))
    assert activity.of_record("c1", FLOW, "5501#2") == (others[0],)


def test_a_digest_is_sent_once_for_each_moment_at_which_it_is_due() -> None:
    day = timedelta(days=1)
    claims = [
        digests.claim("c1", due=due, now=now)
        for due, now in (
            (NOON, NOON),
            (NOON, NOON + day),
            (NOON - day, NOON + day),
            (NOON + day, NOON + 2 * day),
        )
    ]
    assert claims == [True, False, False, True]
    assert (digests.latest("c1"), digests.latest("c2")) == (NOON + 2 * day, None)


def ran(run_id: str, **sums: Sum) -> None:
    outcomes = {Outcome[name]: one for name, one in sums.items()}
    runs.begin("c1", run_id, found={}, now=NOON)
    runs.finish("c1", run_id, tallies={FLOW: Tally(outcomes)}, failures=[], now=NOON)


def test_what_was_written_since_counts_records_and_sums_of_usual_runs_alone() -> None:
    assert digests.written_since("c1", NOON) == ()
    five = Sum(1, Decimal("5.00"))
    ran("20260302T115959-a", CREATED=five)
    ran("20260302T120000-b", CREATED=Sum(2, Decimal("9.63")), REFUSED=five)
    ran("20260302T130000-c", UPDATED=Sum(1))
    ran("20260302T140000-d-dry", CREATED=five)
    runs.begin("c1", "20260302T150000-e", found={}, now=NOON)
    assert digests.written_since("c1", NOON) == (SumOfKind(FLOW, 3, Decimal("9.63")),)
    assert digests.written_since("c1", NOON + timedelta(minutes=30)) == (SumOfKind(FLOW, 1, None),)


def test_uses_are_counted_by_the_minute_for_each_who_and_what() -> None:
    late = NOON + timedelta(seconds=59)
    counts = [
        uses.count(what, who, now=now)
        for what, who, now in (
            ("sign-in", "ann", NOON),
            ("sign-in", "ann", late),
            ("sign-in", "bob", late),
            ("export", "ann", late),
            ("sign-in", "ann", NOON + timedelta(minutes=1)),
        )
    ]
    assert counts == [1, 2, 1, 1, 1]
    row = UsesRow.get("uses#sign-in", "ann 2026-03-02T12:00")
    assert row.expires_at == (late + timedelta(hours=1)).timestamp()


def test_the_findings_of_the_latest_probe_are_kept() -> None:
    assert probes.latest("c1") is None
    for works in (True, False):
        last = Probed("c1", NOON, (Finding("vendor.list", works=works, told="It answers."),))
        probes.save(last)
    assert probes.latest("c1") == last
