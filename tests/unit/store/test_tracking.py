"""Where records stand: exact when a worker dies between two writes, found in few calls."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from pynamodb.signals import pre_dynamodb_send

from connector.errors import RetriableError
from connector.model.outcomes import About, Outcome, RecordOutcome, Sum
from connector.model.tracking.history import OutcomesOf
from connector.model.tracking.tracked import Sought, StandsAs, TrackedRecord
from connector.store.runs import OutcomeRow, outcome_item
from connector.store.table import Item, one_call
from connector.store.tracking import changes, history, months, postings, rows, tracked
from tests.memory.tracked import MemoryTracked

FLOW, OTHER = "push_invoices", "push_payments"
NOON = datetime(2026, 11, 29, 12, tzinfo=UTC)
RECORDS = 100

pytestmark = pytest.mark.usefixtures("table")


def told(number: int, **more: Any) -> RecordOutcome:
    outcomes = (Outcome.CREATED, Outcome.REFUSED, Outcome.LEFT_OUT, Outcome.WAITING)
    about = About(
        number=f"INV-{number:04d}",
        customer=f"Customer {number % 40}",
        day=date(2026, 1 + number % 12, 1 + number % 28),
    )
    usual: dict[str, Any] = {"run_id": "r1", "flow": FLOW, "label": f"invoice {number}"}
    usual |= {"outcome": outcomes[number % 4], "worth": Decimal("5.00")}
    return RecordOutcome(record_id=f"{number:06d}", about=about, **(usual | more))


def state_of(number: int) -> StandsAs | None:
    found = tracked.read_many("c1", FLOW, [f"{number:06d}"])
    return next((one.state for one in found.values()), None)


class DiedError(Exception):
    """The worker died."""


def died(*_: object) -> None:
    raise DiedError


def test_whoever_comes_after_a_dead_worker_puts_what_it_had_begun(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(changes, "_end", died)
        with pytest.raises(DiedError):
            tracked.note("c1", FLOW, [told(1)], now=NOON)
    assert (state_of(1), tracked.counts("c1")[FLOW]) == (
        None,
        {StandsAs.REFUSED: Sum(1, Decimal("5.00"))},
    )
    tracked.note("c1", FLOW, [told(2)], now=NOON + timedelta(seconds=5))
    assert (state_of(1), state_of(2)) == (None, None)  # the first one may be at it still
    tracked.note("c1", FLOW, [told(2)], now=NOON + timedelta(minutes=5))
    assert (state_of(1), state_of(2)) == (StandsAs.REFUSED, StandsAs.LEFT_OUT)
    assert sum(one.count for one in tracked.counts("c1")[FLOW].values()) == 2


def begun(monkeypatch: pytest.MonkeyPatch, one: RecordOutcome) -> None:
    """Leave a change as a worker has it who is just putting its rows."""
    with monkeypatch.context() as patch:
        patch.setattr(changes, "_end", died)
        with pytest.raises(DiedError):
            tracked.note("c1", FLOW, [one], now=NOON)


def test_what_only_a_look_tells_is_not_dropped_where_a_worker_is_at_the_flow(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    begun(monkeypatch, told(1))
    waited: list[float] = []

    def ends(pause: float) -> None:
        waited.append(pause)
        if len(waited) == 3:
            changes.catch_up("c1", FLOW, [], now=NOON)

    changes.insist("c1", FLOW, [told(2)], now=NOON, sleep=ends)
    assert (len(waited), state_of(1), state_of(2)) == (
        3,
        StandsAs.REFUSED,
        StandsAs.LEFT_OUT,
    )


def test_who_waits_for_ever_asks_to_be_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    begun(monkeypatch, told(1))
    waited: list[float] = []
    with pytest.raises(RetriableError, match="changed all the time"):
        changes.insist("c1", FLOW, [told(2)], now=NOON, sleep=waited.append)
    assert 10 < sum(waited) < 20


def test_the_end_of_a_run_follows_what_nobody_followed_and_nothing_twice() -> None:
    everything = [told(number) for number in range(60)]
    tracked.note("c1", FLOW, everything[:50], now=NOON)
    with counted() as calls:
        tracked.catch_up("c1", FLOW, everything, now=NOON)
    assert calls["PutItem"] == 3  # a change of ten: begun, their one row, ended
    with counted() as calls:
        tracked.catch_up("c1", FLOW, everything, now=NOON)
    assert sum(calls.values()) == 1
    assert sum(one.count for one in tracked.counts("c1")[FLOW].values()) == 60


@contextmanager
def counted() -> Iterator[dict[str, int]]:
    """Count the calls of the table by their names."""
    calls: dict[str, int] = {}

    def count(_: object, operation_name: str, **__: object) -> None:
        calls[operation_name] = calls.get(operation_name, 0) + 1

    with pre_dynamodb_send.connected_to(count):
        yield calls


def followed() -> None:
    """Follow many outcomes of two flows, as they are also kept."""
    for flow in (FLOW, OTHER):
        every = [told(number, flow=flow) for number in range(RECORDS)]
        with OutcomeRow.batch_write() as batch:
            for outcome in every:
                batch.save(outcome_item("c1", outcome))
        tracked.note("c1", flow, every, now=NOON)


LAST_DAYS: dict[str, Any] = {"first": date(2026, 6, 1), "last": date(2026, 6, 30)}


def test_a_page_takes_three_calls_at_most_of_however_many_flows_and_states_it_is() -> None:
    followed()

    def page(**known: Any) -> Callable[[str | None], Any]:
        sought = Sought(**known)
        return lambda after: tracked.find("c1", sought, after=after, limit=20)

    def outcomes(**asked: Any) -> Callable[[str | None], Any]:
        of = OutcomesOf("r1", **asked)
        return lambda after: history.outcomes("c1", of, after=after, limit=20)

    flow = frozenset({FLOW})
    for most, read in (
        (2, page(number="INV-0042")),
        (3, page(part="V-00")),
        (2, page(customer="Customer 7")),
        *((2, page(state=state, flows=flow)) for state in StandsAs),
        (2, page(state=StandsAs.POSTED, flows=flow, **LAST_DAYS)),
        *((3, page(state=state)) for state in StandsAs),
        (3, page(flows=frozenset({FLOW, OTHER}), **LAST_DAYS)),
        (3, page(flows=flow)),
        (3, page()),
        (3, page(amounts=frozenset({Decimal("5.00")}))),
        (1, outcomes()),
        (1, outcomes(flow=OTHER)),
        (2, outcomes(outcome=Outcome.REFUSED)),
        (2, outcomes(outcome=Outcome.CREATED, flow=OTHER)),
    ):
        after, pages = None, 0
        while pages == 0 or after is not None:
            with counted() as calls:
                after = read(after).next
            assert sum(calls.values()) <= most, calls
            pages += 1


@pytest.mark.parametrize("oldest_first", [False, True])
def test_pages_of_whatever_is_rare_or_far_back_take_three_calls_each_and_together_hold_all(
    monkeypatch: pytest.MonkeyPatch, oldest_first: bool
) -> None:
    monkeypatch.setattr(months, "FIRST", 3)
    monkeypatch.setattr(months, "FILLS", 4)
    followed()
    bare = [replace(told(number, flow=OTHER), about=About()) for number in range(200, 203)]
    tracked.note("c1", OTHER, bare, now=NOON)
    everything = MemoryTracked()
    for name in (FLOW, OTHER):
        every = [told(number, flow=name) for number in range(RECORDS)]
        everything.note("c1", name, [*every, *bare] if name == OTHER else every, now=NOON)
    flow, worth = frozenset({FLOW}), frozenset({Decimal("5.00")})
    for sought in (
        Sought(),
        Sought(flows=flow),
        Sought(amounts=worth),
        *(Sought(state=one) for one in StandsAs),
        *(Sought(state=one, flows=flow, **LAST_DAYS) for one in StandsAs),
    ):
        found, after, pages = list[TrackedRecord](), None, 0
        while not pages or after:
            with counted() as calls:
                page = tracked.find("c1", sought, after=after, limit=20, oldest_first=oldest_first)
            assert sum(calls.values()) <= 3
            found += page.records
            after = page.next
            pages += 1
        whole = everything.find(
            "c1", sought, after=None, limit=999, oldest_first=oldest_first
        ).records
        assert [(one.flow, one.record_id) for one in found] == [
            (one.flow, one.record_id) for one in whole
        ]


def test_lists_without_days_are_read_where_they_lie() -> None:
    followed()
    names = [replace(told(one, flow="push_customers"), about=About()) for one in range(9)]
    tracked.note("c1", "push_customers", names, now=NOON)
    for flows in (frozenset({"push_customers"}), frozenset({"push_customers", "push_vendors"})):
        with counted() as calls:
            page = tracked.find("c1", Sought(flows=flows, undated=True), after=None, limit=99)
        assert (len(page.records), page.next, sum(calls.values())) == (9, None, 2)


def test_days_that_end_before_they_begin_are_not_asked_for() -> None:
    followed()
    first, last = date(2026, 6, 1), date(2026, 5, 1)
    sought = Sought(state=StandsAs.POSTED, flows=frozenset({FLOW}), first=first, last=last)
    with counted() as calls:
        page = tracked.find("c1", sought, after=None, limit=20)
    assert (page.records, page.next, calls) == ((), None, {})


def test_records_that_are_told_one_by_one_share_their_lists_and_views_stay_short() -> None:
    for number in range(12):
        about = About(number=f"{1040 + number}", customer="Ann", day=NOON.date())
        one = replace(told(4 * number), about=about, worth=Decimal(number), run_id=f"r{number:02}")
        tracked.note("c1", FLOW, [one], now=NOON)
    lists = [row.sk.split("#")[0] for row in Item.scan() if row.pk.endswith("found-by")]
    assert (Counter(lists)["month"], Counter(lists)["number"]) == (1, 1)
    for known in ({"amounts": frozenset({Decimal(7)})}, {"number": "1047"}, {"part": "47"}):
        (found,) = tracked.find("c1", Sought(**known), after=None, limit=9).records
        assert found.record_id == "000028"


def test_what_a_slow_worker_puts_late_takes_nobody_off_the_lists_who_came_since(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    end, late = changes._end, [1]
    every = [told(number) for number in (0, 4, 8)]
    tracked.note("c1", FLOW, every[:1], now=NOON)

    def end_late(connection_id: str, head: changes.HeadRow) -> None:
        if late:
            late.clear()
            tracked.catch_up("c1", FLOW, every, now=NOON)
        end(connection_id, head)

    monkeypatch.setattr(changes, "_end", end_late)
    tracked.note("c1", FLOW, every[1:2], now=NOON)
    for known in (
        {"number": "INV-0008"},
        {"amounts": frozenset({Decimal("5.00")})},
        {"customer": "c"},
        {},
    ):
        found = tracked.find("c1", Sought(**known), after=None, limit=9).records
        assert "000008" in {one.record_id for one in found}


def test_records_whose_ids_are_alike_are_each_found_by_its_own() -> None:
    ids = ["5", "6", "56", "5*", "77-120", "77-121", "77-12*", "é", "700001", "700002"]
    for number, own in enumerate(ids):
        tracked.note("c1", FLOW, [replace(told(number), record_id=own)], now=NOON)
    numbers = {own: one.number for own, one in tracked.read_many("c1", FLOW, ids).items()}
    assert numbers == {own: told(number).about.number for number, own in enumerate(ids)}
    assert tracked.read_many("c1", FLOW, ["7", "77-122", ""]) == {}
    assert sum(one.count for one in tracked.counts("c1")[FLOW].values()) == len(ids)


def test_a_part_of_a_number_is_looked_for_by_one_call_for_each_page(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    named = replace(told(50), about=About(number="Ära  0"))
    every = [*(told(number) for number in range(50)), named]
    tracked.note("c1", FLOW, every[:20], now=NOON)
    tracked.note("c1", FLOW, every[20:], now=NOON)
    monkeypatch.setattr(postings, "one_call", partial(one_call, size=1))
    pages, after = list[list[str]](), None
    while not pages or after:
        with counted() as calls:
            page = tracked.find("c1", Sought(part="0"), after=after, limit=2)
        assert sum(calls.values()) <= 2
        pages.append([one.record_id for one in page.records])
        after = page.next
    assert sorted(own for page in pages for own in page) == [one.record_id for one in every]
    assert max(map(len, pages)) == 2
    monkeypatch.undo()
    odd = tracked.find("c1", Sought(part="v-0042"), after="~nonsense", limit=2)
    assert [one.label for one in odd.records] == ["invoice 42"]


def test_a_page_by_a_part_goes_on_where_a_record_got_another_day_meanwhile(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tracked.note("c1", FLOW, [told(number) for number in range(5)], now=NOON)
    read, day = rows.read_shown, date(2026, 11, 2)

    def moved(own: str, wanted: Any) -> Any:
        return {one: replace(record, day=day) for one, record in read(own, wanted).items()}

    monkeypatch.setattr(rows, "read_shown", moved)
    pages, after = list[str](), None
    while not pages or after:
        page = tracked.find("c1", Sought(part="INV"), after=after, limit=2)
        pages += [one.record_id for one in page.records]
        after = page.next
    assert sorted(pages) == [f"{number:06d}" for number in range(5)]


def test_what_comes_to_nothing_is_not_found_by_an_amount() -> None:
    tracked.note("c1", FLOW, [told(0, worth=None), told(4), told(8, worth=Decimal(1))], now=NOON)
    for customer in (None, "Customer"):
        sought = Sought(amounts=frozenset({Decimal("5.00")}), customer=customer)
        found = tracked.find("c1", sought, after=None, limit=9).records
        assert [one.record_id for one in found] == ["000004"]


def test_customers_of_one_letter_share_rows_over_many_changes_and_are_all_found() -> None:
    for batch in range(12):
        some = [
            replace(told(50 * batch + one), about=About(customer=f"{'ab'[one % 2]} {one}"))
            for one in range(50)
        ]
        tracked.note("c1", FLOW, some, now=NOON)
    lists = [row.sk.split("#")[0] for row in Item.scan() if row.pk.endswith("found-by")]
    assert Counter(lists)["customer"] == 4  # two letters, of ten changes and of two
    assert len(tracked.find("c1", Sought(customer="a"), after=None, limit=400).records) == 300


def test_a_full_batch_of_bills_of_one_month_writes_little_more_than_its_records() -> None:
    """Rows of up to a kilobyte are a unit of writing each."""
    about = [
        About(number=f"{1000 + one}", customer=f"{chr(97 + one % 20)}", day=NOON.date())
        for one in range(50)
    ]
    tracked.note(
        "c1", FLOW, [replace(told(4 * own), about=one) for own, one in enumerate(about)], now=NOON
    )
    kinds = Counter(row.pk.split("#")[1] for row in Item.scan())
    assert (kinds["tracked"], kinds["tracking"]) == (20, 1)  # each fourth id, ten of them a row
    assert kinds["found-by"] <= 23  # 20 first letters, a month, a run, the numbers 10..
