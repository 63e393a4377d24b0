"""Where rows lie and how long they stay, as the next version must find them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from connector.errors import RateLimitedError, ReadsStoppedError
from connector.model.calls import Calls
from connector.model.control.people import Membership, Role
from connector.model.cursor import ByPages, PageCursor, UnreadRecord
from connector.model.review.planned import Decision, PlannedRecord
from connector.model.totals import Difference, DifferenceCause, TotalDifference
from connector.store import call_meter, looks, permits
from connector.store.control import books, people
from connector.store.control.budgets import REMEMBERED_SECONDS, BudgetWatch
from connector.store.records import cursors, matches, plans, totals
from connector.store.sealing import Vault
from connector.store.trouble import passes

pytestmark = pytest.mark.usefixtures("table")
NOON = datetime(2026, 3, 2, 12, 0, 0, 500, tzinfo=UTC)
DAY = timedelta(days=1)
ANN = Membership(email="ann@harbor.example", connection_id="c1", role=Role.ADMIN, by="bob", at=NOON)


def every_row() -> list[dict[str, Any]]:
    """Return all rows of the table."""
    found: list[dict[str, Any]] = (
        boto3.resource("dynamodb", region_name="us-east-1").Table("connector").scan()["Items"]
    )
    return found


def rows(partition: str) -> dict[str, dict[str, Any]]:
    """Return the rows of a partition as they lie in the table, by their own keys."""
    return {str(one["sk"]): one for one in every_row() if one["pk"] == partition}


def days_left(row: dict[str, Any], now: datetime | None = None) -> int:
    """Return for how many days a row is kept."""
    since = (now or datetime.now(UTC)).timestamp()
    return round((float(row["expires_at"]) - since) / DAY.total_seconds())


def a_plan(**changes: Any) -> PlannedRecord:
    made = PlannedRecord(
        flow="push_invoices",
        record_id="5501",
        label="invoice 5501",
        decision=Decision.CREATE,
        entity="invoice",
        target="Invoice",
        content_hash="h",
        total=Decimal("9.63"),
    )
    return replace(made, **changes)


def test_calls_of_a_run_stay_as_long_as_the_run_and_those_of_a_month_for_good() -> None:
    meter = call_meter.Meter("c1", now=lambda: NOON)
    meter.count("metered")
    assert meter.counted == Calls(metered=1)
    meter.flush(flow="push_invoices", run_id="r1")
    (of_run,) = rows("c1#run-calls#r1").values()
    assert days_left(of_run, NOON) == 400
    (of_month,) = rows("c1#calls").values()
    assert (of_month["sk"], "expires_at" in of_month) == ("2026-03#push_invoices", False)
    meter.count("free")
    assert meter.flush() == Calls(free=1)
    assert call_meter.of_app("2026-03") == {"c1": Calls(metered=1, free=1)}


def test_permits_of_a_company_lie_under_its_realm_and_count_their_changes() -> None:
    permits.change("913", lambda _: "a")
    permits.change("913", lambda text: f"{text}b")
    (row,) = rows("realm#913").values()
    assert (row["sk"], row["shared"], row["version"]) == ("permits", "ab", 2)


def test_who_finds_permits_changed_again_and_again_comes_back_in_a_second() -> None:
    def step(text: str) -> str:
        if len(text) < 60:
            permits.change("914", lambda inner: f"{inner}x")
        return text

    with pytest.raises(RateLimitedError) as refused:
        permits.change("914", step)
    assert refused.value.retry_after == 1


class Keys:
    """A KMS that notes what it was asked."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []

    def decrypt(self, **asked: Any) -> dict[str, bytes]:
        self.asked.append(asked)
        return {"Plaintext": b"k" * 32}


def test_a_data_key_is_opened_once_by_its_own_key_and_for_its_own_connection() -> None:
    keys: Any = Keys()
    vault = Vault(keys, "arn:key")
    for _ in range(2):
        vault.open_key("c1", b"wrapped")
    assert keys.asked == [
        {
            "KeyId": "arn:key",
            "CiphertextBlob": b"wrapped",
            "EncryptionContext": {"connection_id": "c1"},
        }
    ]


@pytest.mark.parametrize(
    ("response", "expected"),
    [
        ({"ResponseMetadata": {"HTTPStatusCode": 500}}, True),
        ({"ResponseMetadata": {"HTTPStatusCode": 499}}, False),
        ({"Error": {"Code": "SlowDown"}}, True),
        ({}, False),
    ],
)
def test_a_service_that_fails_itself_may_answer_later(
    response: dict[str, Any], *, expected: bool
) -> None:
    told: Any = response
    assert passes(ClientError(told, "Decrypt")) is expected


def test_people_lie_under_themselves_and_under_their_connection() -> None:
    people.save(ANN)
    people.save(replace(ANN, connection_id="c2", role=Role.VIEWER))
    assert people.of_connection("c1") == (ANN,)
    assert [*rows("person#ann@harbor.example")] == ["c1", "c2"]
    people.remove("c1", ANN.email)
    assert (people.of_connection("c1"), people.of_person("c1", ANN.email)) == ((), None)
    assert people.read(ANN.email).roles == {"c2": Role.VIEWER}


def test_who_signs_out_ends_all_sessions_of_before() -> None:
    people.save(ANN)
    assert people.read(ANN.email).signed_out_at is None
    before = datetime.now(UTC)
    people.sign_out(ANN.email)
    known = people.read(ANN.email)
    assert known.roles == {"c1": Role.ADMIN}
    assert known.signed_out_at is not None
    assert before <= known.signed_out_at <= datetime.now(UTC)


def test_an_invitation_holds_until_its_end_and_not_at_it() -> None:
    people.save(replace(ANN, until=NOON + DAY))
    assert people.read(ANN.email, now=NOON + DAY - timedelta(seconds=1)).roles == {"c1": Role.ADMIN}
    assert people.read(ANN.email, now=NOON + DAY).roles == {}


def test_what_a_match_of_the_books_read_stays_a_year_and_more() -> None:
    books.save_page("c1", "m1", "there-Invoice", "1", [["61", {}]])
    assert {days_left(one) for one in every_row()} == {400}


def test_what_change_data_showed_stays_until_it_is_said_to_end() -> None:
    books.note_shown("c1", "Invoice", {"61": {"amount": "1"}}, until=NOON)
    books.note_shown("c1", "Bill", {"62": {"amount": "1"}})
    assert rows("c1#books-shown#Invoice")["61"]["expires_at"] == int(NOON.timestamp())
    assert "expires_at" not in rows("c1#books-shown#Bill")["62"]


def test_a_plan_stays_a_year_and_more_with_how_its_result_differs() -> None:
    plans.keep("c1", "s1", [a_plan(unlike="It is 1.00 less.")])
    (row,) = rows("c1#plan#s1#push_invoices").values()
    assert days_left(row) == 400
    assert plans.read_many("c1", "s1", "push_invoices", ["5501"])["5501"].unlike == (
        "It is 1.00 less."
    )


def test_what_is_missing_of_a_total_is_kept_with_its_tax() -> None:
    cause, tax = next(iter(DifferenceCause)), Decimal("0.30")
    told = TotalDifference("5501", "invoice", Difference(cause, "0.30 of tax less.", tax, tax))
    totals.note("c1", "push_invoices", told, counts=True)
    assert totals.read_many("c1", "push_invoices", ["5501"]) == {"5501": told}
    assert [*rows("c1#totals#push_invoices")]


def test_who_compares_anew_forgets_that_all_was_compared_since_the_start() -> None:
    matches.compare_anew("c1")
    assert matches.look("c1") == {}
    matches.save_look("c1", {"live": True, "started": "2026-03-02", "read": ["Invoice"]})
    matches.compare_anew("c1")
    assert matches.look("c1") == {"live": False, "read": ["Invoice"]}


def test_whoever_decides_on_all_certain_ones_does_so_for_what_was_found_by_then() -> None:
    matches.decide_certain("c1", by="ann", at="2026-03-02", until="2026-03-01")
    (row,) = rows("c1#match-said-together").values()
    assert (row["by"], row["at"], row["until"]) == ("ann", "2026-03-02", "2026-03-01")


def test_a_cursor_comes_back_with_all_that_it_says() -> None:
    begun = cursors.begin("c1", since=NOON, now=NOON)
    unread = UnreadRecord(
        flow="pull_terms", source="Term", why="Why.", found_at=NOON, asked_at=NOON + DAY, place=3
    )
    pages = ByPages(begun=NOON, failed_at=NOON, again_at=NOON + DAY, since=NOON, told="Told.")
    told = replace(
        begun,
        rung_at=NOON + DAY,
        taxes_at=NOON,
        taxes_asked_at=NOON + 2 * DAY,
        page_cursor=PageCursor(source="Term", since=NOON.isoformat(), start=7, rows=("1",)),
        by_pages={"Bill": pages},
        unread=(unread,),
    )
    assert cursors.keep(begun, told) == cursors.read("c1") == told
    (row,) = rows("c1#cursor").values()
    assert {"rung_at", "taxes_asked_at"} <= row.keys()


def test_what_a_look_found_is_found_again_with_whether_it_came_to_its_end() -> None:
    assert (looks.last_found("c1"), looks.last_look("c1")) == ({}, None)
    found = {"push_invoices": {"read": 3, "more": True}}
    looks.save_findings("c1", found=found, run_id="r1", settings_version=2, now=NOON)
    assert looks.last_found("c1") == found
    assert looks.last_found("c2") == {}
    last = looks.last_look("c1")
    assert last is not None
    assert (last.unfinished, last.settings_version) == (True, 2)
    (row,) = rows("c1#findings").values()
    assert (row["sk"], row["run_id"]) == ("latest", "r1")


def a_watch(times: list[float], monkeypatch: pytest.MonkeyPatch, *, line: int = 10) -> BudgetWatch:
    """Return a watch over a line of so many calls in March, on a clock that a test sets."""
    monkeypatch.setattr("time.monotonic", lambda: times[-1])
    return BudgetWatch(line, now=lambda: NOON)


def call_often(connection_id: str, often: int) -> None:
    meter = call_meter.Meter(connection_id, now=lambda: NOON)
    for _ in range(often):
        meter.count("metered")
    meter.flush()


def test_a_company_whose_share_is_used_up_says_when_it_is_read_again_and_writes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    call_often("c1", 99)
    call_often("c2", 1)
    watch = a_watch([0.0], monkeypatch, line=120)
    assert watch.reads_again("c1") == watch.current().ends
    assert watch.reads_again("c2") is None
    watch.may_call("c1", "free")
    watch.may_call("c2", "metered")
    with pytest.raises(ReadsStoppedError, match="QuickBooks"):
        watch.may_call("c1", "metered")


def test_a_budget_is_read_again_after_a_while_or_when_it_is_to_be_forgotten(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    times = [1000.0]
    watch = a_watch(times, monkeypatch)
    assert watch.reads_again("c1") is None
    call_often("c1", 99)
    times.append(1000.0 + REMEMBERED_SECONDS)
    assert watch.reads_again("c1") is None, "it is remembered as it was"
    times.append(1001.0 + REMEMBERED_SECONDS)
    assert watch.reads_again("c1") is not None
    fresh = a_watch(times, monkeypatch)
    call_often("c3", 99)
    fresh.current()
    call_often("c4", 999)
    assert fresh.reads_again("c4") is None
    fresh.forget()
    assert fresh.reads_again("c4") is not None
