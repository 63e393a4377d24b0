from typing import Any

import pytest

from cli.errors import ExitCode
from tests.unit.cli.documented import Documented, command, page, with_connection

ONE = "/connections/c1"
ANN = {
    "email": "ann@x.example",
    "role": "viewer",
    "by": "arn:aws:x/Bea",
    "at": "2026-11-29T18:01",
    "until": None,
}


def test_connecting_tells_the_address_and_how_to_confirm() -> None:
    started = {"authorize_url": "https://intuit.example/consent", "confirmation": "s3cret"}
    api = Documented({"POST /connections": started})
    done = command("connect", "40321", "--login", "robot", "--password", "p", api=api)
    assert "https://intuit.example/consent" in done.out
    assert "confirm CODE --confirmation s3cret" in done.out
    wanted = {"mobiwork_client_id": "40321", "mobiwork_login_id": "robot"}
    assert api.done("POST /connections") == [wanted | {"mobiwork_password": "p"}]


def test_a_password_is_never_left_out_where_nobody_can_be_asked() -> None:
    done = command("connect", "40321", "--login", "robot", api=Documented({}))
    assert (done.code, "password is missing" in done.remarks) == (ExitCode.USAGE, True)


def test_a_chosen_company_is_confirmed_with_the_code_of_its_page() -> None:
    told = {
        "connection_id": "c1",
        "company": "Harbor Books",
        "settings_kept": False,
        "problems": ["Choose an income account."],
        "review": "The review takes 9 calls.",
    }
    api = Documented({"POST /connections/confirm": told})
    done = command("confirm", "481-207", "--confirmation", "s3cret", api=api)
    assert done.out.splitlines() == [
        "Harbor Books is connected as c1.",
        "The review takes 9 calls.",
        "Choose an income account.",
    ]
    assert api.done("POST /connections/confirm") == [{"confirmation": "s3cret", "code": "481-207"}]


@pytest.mark.parametrize(
    ("words", "key", "asked"),
    [
        ((), "GET", {}),
        (("--invite", "ann@x.example"), "POST", {"email": "ann@x.example", "role": "viewer"}),
        (("--remove", "ann@x.example", "--yes"), "DELETE", {}),
    ],
)
def test_people_are_listed_invited_and_removed(
    words: tuple[str, ...], key: str, asked: dict[str, Any]
) -> None:
    where = f"{key} {ONE}/people" + ("/ann@x.example" if key == "DELETE" else "")
    api = with_connection(**{where: {"people": [ANN]}})
    assert command("people", *words, api=api).rows[1:] == [
        ["ann@x.example", "viewer", "Bea", "2026-11-29 18:01", ""]
    ]
    assert api.done(where) == [asked]


@pytest.mark.parametrize(
    ("until", "told"),
    [
        ("2999-12-13T18:01:00+00:00", "not signed in yet, expires 2999-12-13 18:01"),
        ("2026-11-13T18:01:00+00:00", "expired 2026-11-13 18:01 without a sign-in: no access"),
    ],
)
def test_of_an_invitation_it_is_told_when_it_ends_or_that_it_has(until: str, told: str) -> None:
    api = with_connection(**{f"GET {ONE}/people": {"people": [ANN | {"until": until}]}})
    assert command("people", api=api).rows == [
        ["who", "role", "given by", "at", "invitation"],
        ["ann@x.example", "viewer", "Bea", "2026-11-29 18:01", told],
    ]


def test_who_is_told_by_mail_is_shown_and_changed() -> None:
    kept = {"digest": "daily", "digest_hour": 7, "digest_to": []}
    shown = settings_of(kept)
    later = settings_of(kept | {"digest": "weekly"})
    api = with_connection(**{f"GET {ONE}/settings": shown, f"PATCH {ONE}/settings": later})
    assert command("digest", "--json", api=api).json == kept
    assert command("digest", "--often", "weekly", api=api).rows[1] == ["digest", '"weekly"']
    asked = {"version": 3, "settings": {"digest": "weekly"}}
    assert api.done(f"PATCH {ONE}/settings") == [asked]


def settings_of(values: dict[str, Any]) -> dict[str, Any]:
    return {
        "version": {"version": 3, "saved_by": "ann", "saved_at": "2026-11-29T18:01:02"},
        "settings": values,
        "schema": {"properties": {}},
        "problems": [],
    }


def test_who_sees_to_an_entry_and_what_was_noted_stand_beside_it() -> None:
    entry: dict[str, Any] = {
        "id": "push_invoices/1", "label": "invoice 1", "customer": None, "day": None,
        "amount": None, "since": "2026-11-30", "why": "Closed.", "fixes": [],
        "flow": "push_invoices", "record_id": "1", "cause": "closed-books", "what": "refused",
        "note": "Asked.",
        "assignee": "Bea",
    }  # fmt: skip
    api = with_connection(**{f"GET {ONE}/worklist/entries": page("entries", entry)})
    assert command("worklist", "closed-books", api=api).rows[1][-1] == "Bea: Asked."
