import io
import json
from pathlib import Path
from typing import Any

import pytest

from cli.api import Answer
from cli.commands.settings import CONFIRM
from cli.errors import ExitCode
from tests.unit.cli.documented import (
    CONNECTION,
    Documented,
    at_a_terminal,
    command,
    page,
    with_connection,
)

ONE = "/connections/c1"
COST = {
    "calls_expected": 3,
    "calls_made": 0,
    "rows_read": 0,
    "read_at": None,
    "sentence": "Making the review now takes about 3 reads of QuickBooks.",
}
READ = "2026-11-29T18:01:02+00:00"
REPORT = {"connection_id": "c1", "scope": "r9-review", "made_at": READ, "flows": []}
NOT_THERE = Answer(404, {}, json.dumps({"detail": "There is no such report."}))


def life(**changes: Any) -> dict[str, Any]:
    step = {"phase": "live", "at": "2026-11-29T18:01:02+00:00", "by": "arn:aws:x/Ann"}
    return {
        "connection": CONNECTION | changes,
        "history": [step],
        "other_realms": [],
        "review_cost": None,
    }


def test_connections_are_lines_with_tabs_where_they_are_piped() -> None:
    done = command("connections", api=with_connection())
    assert done.code == ExitCode.DONE
    assert done.rows == [
        ["id", "company", "MobiWork account", "phase", "state", "to look at"],
        ["c1", "Harbor Books", "40321", "live", "active", ""],
    ]


def test_json_is_what_the_api_answered() -> None:
    assert command("connections", "--json", api=with_connection()).json == {
        "connections": [CONNECTION]
    }


@pytest.mark.parametrize("named", ["c1", "harbor", "Harbor Books"])
def test_a_connection_is_named_by_its_id_or_the_beginning_of_the_company(named: str) -> None:
    api = with_connection(**{f"GET {ONE}": life()})
    done = command("connections", named, api=api)
    assert (done.code, "Harbor Books (c1)" in done.out) == (ExitCode.DONE, True)
    assert "2026-11-29 18:01\tlive\tAnn" in done.out


def test_a_connection_that_is_to_be_connected_again_names_the_command() -> None:
    api = with_connection(**{f"GET {ONE}": life(state="reconnect needed")})
    told = "mobiwork-quickbooks connect 40321"
    assert told in command("connections", "c1", api=api).out
    assert (
        told not in command("connections", "c1", api=with_connection(**{f"GET {ONE}": life()})).out
    )


def test_of_several_connections_one_must_be_named() -> None:
    other = CONNECTION | {"connection_id": "c2", "company": "Other Co"}
    api = Documented({"GET /connections": {"connections": [CONNECTION, other]}})
    done = command("pause", api=api)
    assert (done.code, "c1 (Harbor Books); c2 (Other Co)" in done.remarks) == (
        ExitCode.USAGE,
        True,
    )


@pytest.mark.parametrize("step", ["pause", "resume"])
def test_a_step_of_its_life_is_taken(step: str) -> None:
    api = with_connection(**{f"POST {ONE}/{step}": life(phase="paused")})
    assert "paused, active" in command(step, api=api).out


@pytest.mark.parametrize(
    ("words", "links"), [(("close", "-y"), "keep"), (("close", "-y", "--links", "erase"), "erase")]
)
def test_a_connection_is_closed_and_its_links_are_kept_unless_it_is_said(
    words: tuple[str, ...], links: str
) -> None:
    api = with_connection(**{f"POST {ONE}/close": life(phase="closed")})
    assert command(*words, api=api).code == ExitCode.DONE
    assert api.done(f"POST {ONE}/close") == [{"links": links}]


def test_what_posts_asks_first_and_where_nobody_can_be_asked_needs_yes() -> None:
    answers = {f"POST {ONE}/start": life(), f"GET {ONE}/review": REPORT}
    api = with_connection(**answers)
    for words in (("--link-certain",), ("--yes",)):
        refused = command("start", *words, api=api)
        assert (refused.code, f"--reviewed-at {READ} --yes" in refused.remarks) == (
            ExitCode.USAGE,
            True,
        )
    read = ("--reviewed-at", READ)
    assert command("start", "--link-certain", *read, "--yes", api=api).code == ExitCode.DONE
    assert api.done(f"POST {ONE}/start") == [{"link_certain": True, "reviewed_at": READ}]


def test_who_starts_at_a_terminal_is_shown_what_the_review_comes_to(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    decided = {"name": "create", "count": 2, "total": "19.28"}
    flow = {"flow": "push_invoices", "decisions": [decided]}
    report = REPORT | {"flows": [flow]}
    api = with_connection(**{f"POST {ONE}/start": life(), f"GET {ONE}/review": report})
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    code, remarks = at_a_terminal("start", api=api)
    assert (code, "invoices to QuickBooks: create 2, 19.28" in remarks) == (0, True)
    assert api.done(f"POST {ONE}/start") == [{"link_certain": False, "reviewed_at": READ}]


def test_a_refusal_is_told_in_the_words_of_the_api() -> None:
    refusal = Answer(409, {}, json.dumps({"detail": "A run is under way.", "status": 409}))
    done = command("review", "--again", api=with_connection(**{f"POST {ONE}/review": refusal}))
    assert (done.code, done.remarks, done.out) == (
        ExitCode.REFUSED,
        "A run is under way.\n",
        "",
    )


@pytest.mark.parametrize("body", ['{"message": "Service Unavailable"}', "<html>", ""])
def test_a_failure_has_an_exit_code_of_its_own(body: str) -> None:
    done = command("connections", api=Documented({"GET /connections": Answer(503, {}, body)}))
    assert (done.code, bool(done.remarks.strip())) == (ExitCode.FAILED, True)


def test_a_review_that_is_made_anew_tells_its_cost_and_is_waited_for() -> None:
    api = with_connection(
        **{
            f"POST {ONE}/review": {"run_id": "r9-review", "cost": COST},
            f"GET {ONE}/review": [NOT_THERE, REPORT | {"scope": "r8"}, REPORT, REPORT],
        }
    )
    done = command("review", "--again", "--json", api=api)
    assert (done.code, done.json, done.remarks) == (ExitCode.DONE, REPORT, f"{COST['sentence']}\n")


def test_all_plans_are_saved_though_they_come_in_parts(tmp_path: Path) -> None:
    parts = [
        Answer(200, {"x-next": "push_invoices:1"}, "flow,record_id\npush_invoices,1\n"),
        Answer(200, {}, "flow,record_id\npush_invoices,2\n"),
    ]
    file = tmp_path / "plans.csv"
    api = with_connection(**{f"GET {ONE}/review": parts})
    assert command("review", "--csv", str(file), api=api).code == ExitCode.DONE
    assert file.read_text() == "flow,record_id\npush_invoices,1\npush_invoices,2\n"


def test_a_dry_run_of_one_record_shows_its_plan() -> None:
    planned = {
        "flow": "push_invoices",
        "record_id": "5501",
        "label": "invoice INV-5501",
        "decision": "create",
        "total": "9.63",
        "body": {"TotalAmt": "9.63"},
    }
    answer = {"run_id": None, "planned": planned}
    api = with_connection(**{f"POST {ONE}/dry-runs": answer})
    done = command("dry-run", "push_invoices", "5501", api=api)
    assert done.out.startswith("invoice INV-5501: create, 9.63\n")
    assert api.done(f"POST {ONE}/dry-runs") == [{"flow": "push_invoices", "record_id": "5501"}]


def plan(own: str) -> dict[str, Any]:
    return {
        "flow": "push_invoices",
        "record_id": own,
        "label": f"invoice {own}",
        "decision": "create",
        "day": "2026-11-02",
        "total": "1234.5",
        "content_hash": f"h{own}",
    }


def test_plans_that_wait_are_listed_over_all_pages_and_approved_by_their_hash() -> None:
    key = f"GET {ONE}/approvals"
    pages = [page("plans", plan("1"), following="1"), page("plans", plan("2"))]
    api = with_connection(
        **{key: [*pages, *pages], f"POST {ONE}/approvals": {"approved": ["2"], "changed": []}}
    )
    assert command("approve", "push_invoices", api=api).rows[1:] == [
        ["1", "invoice 1", "2026-11-02", "1,234.50"],
        ["2", "invoice 2", "2026-11-02", "1,234.50"],
    ]
    api.answers[key] = pages
    assert command("approve", "push_invoices", "2", "--yes", api=api).code == ExitCode.DONE
    [asked] = api.done(f"POST {ONE}/approvals")
    assert asked["approved"] == [{"record_id": "2", "content_hash": "h2"}]


def test_a_plan_that_changed_meanwhile_ends_with_a_code_of_its_own() -> None:
    api = with_connection(
        **{
            f"GET {ONE}/approvals": page("plans", plan("1")),
            f"POST {ONE}/approvals": {"approved": [], "changed": ["1"]},
        }
    )
    done = command("approve", "push_invoices", "--all", "-y", api=api)
    assert (done.code, "have changed since" in done.remarks) == (ExitCode.NOT_ALL_WELL, True)


FORETOLD = {
    "payment_id": "901",
    "invoice": "INV-5501",
    "amount": "9.64",
    "goes": True,
    "tells": "It is posted against its invoice.",
}


def test_payments_are_listed_and_pushed_once_it_was_told_what_that_does() -> None:
    row = {
        "payment_id": "901",
        "customer": "Ann",
        "invoice": "INV-1",
        "amount": "9.63",
        "method": None,
        "paid_on": "2026-11-10",
        "state": "refused",
        "reason": "It\nwas void.",
    }
    api = with_connection(
        **{f"GET {ONE}/payments": page("payments", row | {"quickbooks_id": None})}
        | {f"POST {ONE}/payments": {"run_id": "r1", "payments": [FORETOLD]}}
    )
    assert command("payments", api=api).rows[1] == [
        *("901", "Ann", "INV-1", "2026-11-10", "9.63", "", "refused", "", "It was void.")
    ]
    push = ("payments", "--push", "901")
    asked = command(*push, api=api)
    assert (asked.code, "1 payment, 9.64. Continue? Add --yes" in asked.remarks) == (
        ExitCode.USAGE,
        True,
    )
    done = command(*push, "-y", api=api)
    assert ("Run r1" in done.out, "INV-5501, 9.64: It is posted" in done.remarks) == (True, True)
    chosen = {"payment_ids": ["901"], "include_invoices": False}
    assert api.done(f"POST {ONE}/payments") == [chosen | {"preview": True}] * 2 + [chosen]


SETTINGS = {
    "settings": {"start_date": None, "invoice_statuses": ["Paid"]},
    "version": {"version": 3, "saved_at": None, "saved_by": None},
    "warning": None,
    "problems": [],
    "schema": {"properties": {"start_date": {"title": "Start date"}}},
}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("start_date=2026-01-01", "2026-01-01"),
        ('invoice_statuses=["Paid", "Closed"]', ["Paid", "Closed"]),
        ("start_date=null", None),
        ("income_account=79=b", "79=b"),
    ],
)
def test_a_setting_is_changed_against_the_version_that_was_read(text: str, value: object) -> None:
    saved = SETTINGS | {"settings": {**SETTINGS["settings"], "income_account": ""}}  # type: ignore[dict-item]
    api = with_connection(**{f"GET {ONE}/settings": SETTINGS, f"PATCH {ONE}/settings": saved})
    assert command("settings", "--set", text, api=api).code == ExitCode.DONE
    name = text.partition("=")[0]
    assert api.done(f"PATCH {ONE}/settings") == [
        {"version": 3, "settings": {name: value}, "confirm_unknown": False}
    ]


def test_what_is_no_setting_is_a_wrong_use() -> None:
    api = with_connection(**{f"GET {ONE}/settings": SETTINGS})
    assert command("settings", "startdate", api=api).code == ExitCode.USAGE
    assert command("settings", "--set", "startdate", api=api).code == ExitCode.USAGE


FIXED = {
    "preview": True,
    "tells": ["2 payments are tried again."],
    "entries": {"count": 2, "worth": "20.00"},
    "reads": 0,
    "writes": 2,
    "left": 0,
}


def test_a_fix_tells_what_it_would_do_before_it_does_it() -> None:
    key = f"POST {ONE}/worklist/fixes"
    api = with_connection(**{key: [FIXED, FIXED, FIXED | {"preview": False}]})
    words = ("fix", "choose", "payment-method|Venmo", "--to", "Check")
    asked_for = command(*words, "--preview", api=api)
    assert "2 payments are tried again." in asked_for.out
    assert command(*words, "--yes", api=api).code == ExitCode.DONE
    assert [one["preview"] for one in api.done(key)] == [True, True, False]
    assert {one["target"] for one in api.done(key)} == {"Check"}


def test_a_fix_of_nothing_is_a_wrong_use() -> None:
    assert command("fix", "retry", api=with_connection()).code == ExitCode.USAGE


@pytest.mark.parametrize(
    ("again", "put_off", "title"),
    [(0, 0, "Sales tax"), (2, 3, "Sales tax (2 being tried again) (3 hidden)")],
)
def test_the_worklist_is_by_cause(again: int, put_off: int, title: str) -> None:
    cause = {
        "cause": "tax",
        "title": "Sales tax",
        "entries": {"count": 3, "worth": "30"},
        "children": {"count": 0, "worth": None},
        "oldest": "2026-11-01",
        "days": 28,
        "snoozed": put_off,
        "tried_again": again,
        "fixes": [{"fix": "retry", "label": "Try again"}],
    }
    told = {"causes": [cause], "all": {"count": 3, "worth": "30"}, "kinds": []}
    done = command("worklist", api=with_connection(**{f"GET {ONE}/worklist": told}))
    assert done.rows[1] == ["tax", "3", "30.00", "", "28", title, "retry"]


def test_who_did_what_is_listed() -> None:
    deed = {"at": "2026-11-29T10:00:00+00:00", "by": "arn:aws:sts::1:r/office", "what": "Paused."}
    api = with_connection(**{f"GET {ONE}/activity": page("activity", deed)})
    assert command("activity", api=api).rows[1] == ["2026-11-29 10:00", "office", "Paused.", ""]


def test_notes_are_written_beside_entries() -> None:
    api = with_connection(**{f"POST {ONE}/worklist/notes": {"noted": 2}})
    words = ("note", "Ann asks", "--cause", "tax", "--assign", "ann")
    assert command(*words, api=api).out == "Note saved on 2.\n"
    assert api.done(f"POST {ONE}/worklist/notes") == [
        {"cause": "tax", "entries": [], "note": "Ann asks", "assignee": "ann"}
    ]
    assert command("note", "lost", api=api).code == ExitCode.USAGE


def test_candidates_are_shown_with_what_is_the_same_and_what_differs() -> None:
    facts = [
        {"fact": "e-mail", "mobiwork": "a@x", "quickbooks": "a@x", "same": True},
        {"fact": "name", "mobiwork": "Heron", "quickbooks": "Egret", "same": False},
    ]
    one = {"id": "7", "label": "Egret", "facts": facts, "belongs_to": None}
    told = {"target": "Customer", "candidates": [one], "reads": 0, "hint": None}
    api = with_connection(**{f"GET {ONE}/worklist/candidates": told})
    done = command("worklist", "--candidates", "push_customers/1", api=api)
    assert done.rows[1] == ["Customer 7", "Egret", "e-mail", "name: Heron / Egret", ""]


def test_all_money_that_moves_is_listed_where_it_is_filtered() -> None:
    move = {
        "kind": "credit or refund",
        "flow": "push_credits",
        "record_id": "9",
        "label": "refund 9",
        "number": None,
        "customer": None,
        "method": "Check",
        "amount": "5",
        "dated": "2026-11-01",
        "state": "left out",
        "reason": None,
        "quickbooks_id": None,
    }
    api = with_connection(**{f"GET {ONE}/payments/all": page("payments", move)})
    assert command("payments", "--method", "Check", api=api).rows[1] == [
        *("credit or refund", "push_credits/9", "refund 9", "2026-11-01", "5.00"),
        *("Check", "left out", "", ""),
    ]


def test_a_refused_name_is_told_with_the_option_of_the_command() -> None:
    refused = Answer(
        422, {}, json.dumps({"detail": f"There is no such account. {CONFIRM} to save."})
    )
    api = with_connection(**{f"GET {ONE}/settings": SETTINGS, f"PATCH {ONE}/settings": refused})
    told = command("settings", "--set", "income_account=Salse", api=api).remarks
    assert "Add --confirm-unknown to save." in told
    assert "confirm_unknown" not in told
