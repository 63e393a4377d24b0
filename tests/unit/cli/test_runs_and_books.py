import json
from pathlib import Path
from typing import Any

import pytest

from cli.api import Answer
from cli.errors import ExitCode
from tests.unit.cli.documented import CONNECTION, Documented, command, page, with_connection

ONE = "/connections/c1"

BOOKS: dict[str, Any] = {
    "match_id": "m1",
    "state": "done",
    "company": "Harbor Books",
    "first_day": None,
    "last_day": "2026-10-31",
    "proven": True,
    "asked_by": "ann",
    "asked_at": "2026-11-29T10:00:00+00:00",
    "ended_at": None,
    "calls": 4,
    "rows": 10,
    "records": 10,
    "not_listed": [],
    "kinds": [],
    "apart": [],
    "unexplained": 0,
    "adds_up": True,
    "statement": "Both agree.",
}


def test_the_books_are_matched_waited_for_and_saved(tmp_path: Path) -> None:
    started = {"match_id": "m1", "calls": 4, "about": True}
    one, file = f"GET {ONE}/books-match/m1", tmp_path / "books.pdf"
    api = with_connection(
        **{
            f"POST {ONE}/books-match": started,
            one: [BOOKS | {"state": "reading"}, BOOKS, Answer(200, {}, "", b"%PDF-1.7")],
        }
    )
    done = command("books", "--to", "2026-10-31", "--proven", "--pdf", str(file), api=api)
    assert (done.code, file.read_bytes()) == (ExitCode.DONE, b"%PDF-1.7")
    assert "This takes about 4 reads of QuickBooks." in done.remarks
    assert api.done(f"POST {ONE}/books-match") == [
        {"from": None, "to": "2026-10-31", "proven": True}
    ]


def test_a_comparison_that_fails_ends_with_a_code_of_its_own() -> None:
    started = {"match_id": "m1", "calls": 0, "about": False}
    failed = BOOKS | {"state": "failed", "statement": "QuickBooks did not answer."}
    api = with_connection(
        **{f"POST {ONE}/books-match": started, f"GET {ONE}/books-match/m1": failed}
    )
    done = command("books", "--to", "2026-10-31", api=api)
    assert (done.code, done.remarks.splitlines()[-1]) == (
        ExitCode.NOT_ALL_WELL,
        "QuickBooks did not answer.",
    )


UNDO = {
    "run_id": "r1",
    "state": "previewed",
    "under_way": False,
    "by": "ann",
    "at": "2026-11-29T10:00:00+00:00",
    "sums": [
        {
            "what": "delete in QuickBooks",
            "flow": "push_invoices",
            "kind": "invoices",
            "count": 2,
            "amount": "20.00",
        }
    ],
    "records": [],
    "next": None,
}


def test_undoing_is_shown_before_it_is_done_and_waited_for() -> None:
    path = f"{ONE}/runs/r1/undo"
    told = [UNDO | {"under_way": True}, UNDO, UNDO | {"state": "done"}]
    api = with_connection(**{f"POST {path}": UNDO, f"GET {path}": told})
    done = command("undo", "r1", "--yes", api=api)
    assert (done.code, "  delete in QuickBooks, invoices: 2, 20.00" in done.out) == (
        ExitCode.DONE,
        True,
    )
    assert [one["preview"] for one in api.done(f"POST {path}")] == [True, False]


def test_nothing_is_undone_where_nobody_can_be_asked() -> None:
    path = f"{ONE}/runs/r1/undo"
    api = with_connection(**{f"POST {path}": UNDO, f"GET {path}": UNDO})
    assert command("undo", "r1", api=api).code == ExitCode.USAGE
    assert [one["preview"] for one in api.done(f"POST {path}")] == [True]


RUN: dict[str, Any] = {
    "run_id": "r1",
    "kind": "usual",
    "state": "finished",
    "by": "arn:aws:sts::1:r/office",
    "flows": [],
    "chosen": {},
    "started_at": "2026-11-29T10:00:00+00:00",
    "finished_at": None,
    "seconds": 4.25,
    "records": 3,
    "metered": 1,
    "free": 2,
    "outcomes": {"created": 2, "refused": 1, "updated": 0},
    "failures": [],
    "note": None,
}
OUTCOMES = [{"outcome": "created", "count": 2, "amount": "1234.5"}]
DETAIL = {
    "run": RUN,
    "under_way": None,
    "flows": [{"flow": "push_invoices", "found": 3, "done": 3, "outcomes": OUTCOMES}],
}
LINE = [
    "r1",
    "usual",
    "finished",
    "2026-11-29 10:00",
    "4.2",
    "3",
    "1",
    "2",
    "2 created, 1 refused",
    "office",
]


def test_runs_are_listed_with_what_became_of_their_records() -> None:
    api = with_connection(**{f"GET {ONE}/runs": page("runs", RUN)})
    assert command("runs", api=api).rows[1] == LINE


def test_a_run_is_started_for_chosen_records_and_waited_for() -> None:
    going_on = DETAIL | {"run": RUN | {"state": "running"}}
    api = with_connection(
        **{f"POST {ONE}/runs": {"run_id": "r1"}, f"GET {ONE}/runs/r1": [going_on, DETAIL]}
    )
    done = command("run", "--record", "push_invoices/5501", api=api)
    assert (done.code, done.rows[1]) == (ExitCode.DONE, LINE)
    assert done.rows[-1] == ["invoices to QuickBooks", "created", "2", "1,234.50"]
    chosen = [{"flow": "push_invoices", "record_id": "5501"}]
    assert api.done(f"POST {ONE}/runs") == [{"flows": [], "records": chosen}]


@pytest.mark.parametrize(("words", "told"), [((), True), (("--flow", "push_invoices"), False)])
def test_a_whole_run_that_found_nothing_says_that_a_look_follows(
    words: tuple[str, ...], told: bool
) -> None:
    nothing = DETAIL | {"flows": []}
    api = with_connection(**{f"POST {ONE}/runs": {"run_id": "r1"}, f"GET {ONE}/runs/r1": nothing})
    assert ("Both sides are being checked now" in command("run", *words, api=api).remarks) is told


def test_a_run_that_fails_has_a_code_of_its_own() -> None:
    failed = DETAIL | {"run": RUN | {"state": "failed", "failures": ["push_bills: timed out"]}}
    api = with_connection(**{f"POST {ONE}/runs": {"run_id": "r1"}, f"GET {ONE}/runs/r1": failed})
    done = command("run", api=api)
    assert (done.code, "push_bills: timed out" in done.out) == (ExitCode.NOT_ALL_WELL, True)
    assert command("run", "--record", "5501", api=api).code == ExitCode.USAGE


def test_a_run_of_a_connection_that_does_not_work_says_what_the_connection_says() -> None:
    refused = CONNECTION | {"state": "login refused", "reason": "MobiWork refuses the login."}
    ended = {f"POST {ONE}/runs": {"run_id": "r1"}, f"GET {ONE}/runs/r1": DETAIL}
    api = Documented({"GET /connections": {"connections": [refused]}} | ended)
    done = command("run", api=api)
    assert (done.code, "MobiWork refuses the login." in done.remarks) == (
        ExitCode.NOT_ALL_WELL,
        True,
    )


OUTCOME = {
    "run_id": "r1",
    "flow": "push_invoices",
    "record_id": "5501",
    "outcome": "created",
    "label": "invoice INV-1",
    "worth": "9.63",
    "quickbooks_id": "61",
    "note": "Its tax differs.",
}


def test_what_became_of_each_record_is_listed() -> None:
    api = with_connection(**{f"GET {ONE}/runs/r1/outcomes": page("outcomes", OUTCOME)})
    assert command("runs", "r1", "--outcome", "created", api=api).rows[1] == [
        *("push_invoices/5501", "invoice INV-1", "created", "9.63", "61", "Its tax differs.")
    ]


TRACKED = {
    "flow": "push_invoices",
    "record_id": "5501",
    "label": "invoice INV-1",
    "outcome": "created",
    "state": "posted",
    "run_id": "r1",
    "at": "2026-11-29T10:00:00+00:00",
    "since": "2026-11-29T10:00:00+00:00",
}
STORY: dict[str, Any] = {
    "flow": "push_invoices",
    "record_id": "5501",
    "stands": TRACKED,
    "read_at": "2026-11-29T09:59:00+00:00",
    "on_its_way": None,
    "left_out": None,
    "planned": None,
    "other_side": [
        {
            "entity": "invoice",
            "mobiwork_id": "5501",
            "target": "Invoice",
            "quickbooks_id": "61",
            "how": "created",
            "sent": {},
            "total": "9.63",
            "changed_since": ["It was voided."],
            "page": None,
        }
    ],
    "outcomes": [OUTCOME],
    "people": [],
    "cost": "It cost 1 write and 0 reads.",
}


def test_of_one_record_alone_the_story_is_told() -> None:
    api = with_connection(
        **{
            f"GET {ONE}/records": page("records", TRACKED),
            f"GET {ONE}/records/push_invoices/5501": STORY,
        }
    )
    done = command("find", "INV-1", api=api)
    assert done.out.startswith("invoice INV-1: posted since 2026-11-29 10:00\n")
    assert "  created: Invoice 61, 9.63\n    It was voided.\n  It cost 1 write" in done.out
    assert command("find", "push_invoices/5501", "--json", api=api).json == STORY


def test_several_records_are_listed_and_none_is_told_by_the_code() -> None:
    api = with_connection(**{f"GET {ONE}/records": page("records", TRACKED, TRACKED)})
    assert command("find", "--customer", "Heron", api=api).rows[1][:2] == [
        *("push_invoices/5501", "invoice INV-1")
    ]
    nothing = with_connection(**{f"GET {ONE}/records": page("records")})
    assert command("find", "1042", api=nothing).code == ExitCode.REFUSED


def test_the_budget_of_a_connection_and_of_the_app_are_shown() -> None:
    flows = [{"flow": "looks", "metered": 30, "free": 0}]
    own = {
        "month": "2026-11",
        "metered": 30,
        "free": 400,
        "forecast": 31,
        "level": 1000,
        "pace": "full",
        "means": "All is read.",
        "flows": flows,
    }
    company = {"connection_id": "c1", "metered": 30, "free": 400, "forecast": 31, "pace": "full"}
    app = {
        "month": "2026-11",
        "line": 500000,
        "metered": 30,
        "forecast": 31,
        "percent": 0,
        "slow_at": 0.7,
        "stop_at": 0.95,
        "companies": [company, company | {"connection_id": "c9"}],
    }
    api = with_connection(**{f"GET {ONE}/budget": own, "GET /budget": app})
    done = command("budget", api=api)
    assert done.out.startswith("2026-11: 30 reads, 400 writes, 31 projected for the month\n")
    assert done.rows[-1] == ["looks", "30", "0"]
    whole = command("budget", "--app", api=api)
    assert "30 of 500,000 reads (0 %)" in whole.out
    figures = ["30", "400", "31", "full"]
    assert whole.rows[-2:] == [["c1", *figures], ["c9 (not connected)", *figures]]


def test_what_was_undone_is_sent_again() -> None:
    answer = {"flow": "push_invoices", "record_ids": ["5501"]}
    api = with_connection(**{f"POST {ONE}/post-again": answer})
    assert command("post-again", "push_invoices", "5501", "-y", api=api).code == ExitCode.DONE
    assert api.done(f"POST {ONE}/post-again") == [answer]


def test_what_cannot_be_used_is_a_wrong_use() -> None:
    told = {"detail": "The last day lies before the first.", "status": 422}
    asked = {f"POST {ONE}/books-match": Answer(422, {}, json.dumps(told))}
    done = command(
        "books", "--from", "2026-02-01", "--to", "2026-01-01", api=with_connection(**asked)
    )
    assert (done.code, done.remarks) == (ExitCode.USAGE, f"{told['detail']}\n")
