import io
from typing import Any

import pytest

from cli.api import Answer
from cli.errors import ExitCode
from tests.unit.cli.documented import Documented, at_a_terminal, command, page, with_connection
from tests.unit.cli.test_commands import NOT_THERE, REPORT

ONE = "/connections/c1"
AT, LATER = "2026-11-29T10:00:00+00:00", "2026-11-29T11:00:00+00:00"
MATCH = {
    "entity": "invoice",
    "mobiwork_id": "5501",
    "target": "Invoice",
    "label": "invoice 5501",
    "grade": "likely",
    "decision": "undecided",
    "chosen": None,
    "decided_by": None,
    "decided_at": None,
    "sentence": "It may be ...",
    "version": "a1b2",
    "candidates": [
        {
            "quickbooks_id": "61",
            "label": "invoice 61",
            "facts": [
                {"fact": "total", "mobiwork": "9", "quickbooks": "9", "same": True},
                {"fact": "number", "mobiwork": "A1", "quickbooks": "77", "same": False},
            ],
        }
    ],
}
CERTAIN = MATCH | {"grade": "certain"}
SEEN = page("matches", MATCH) | {"compared_at": AT}


def test_matches_are_shown_with_what_differs_and_decided_with_words() -> None:
    decided = {"decided": 1, "all_certain": False}
    api = with_connection(**{f"GET {ONE}/matches": SEEN, f"POST {ONE}/matches/decide": decided})
    shown = command("match", "invoice", "--grade", "likely", api=api)
    assert shown.rows[1][-2:] == ["Invoice 61", "number: A1 / 77"]
    words = ("match", "invoice", "5501", "--decide", "left-out", "--version", "a1b2")
    assert command(*words, api=api).code == 0
    [asked] = api.done(f"POST {ONE}/matches/decide")
    said = {"entity": "invoice", "mobiwork_id": "5501", "decision": "left out", "version": "a1b2"}
    assert asked == {"matches": [said]}


def deciding(seen: Any = SEEN, review: Any = NOT_THERE) -> Documented:
    decided = {"decided": 0, "all_certain": True}
    answers = {f"GET {ONE}/matches": seen, f"GET {ONE}/review": review}
    return with_connection(**answers, **{f"POST {ONE}/matches/decide": decided})


@pytest.mark.case("F4e")
def test_the_list_tells_how_to_link_all_certain_ones_that_it_shows() -> None:
    api = deciding(page("matches", CERTAIN) | {"compared_at": AT})
    assert f"--all-certain --compared-at {AT}" in command("match", "invoice", api=api).remarks
    assert "--all-certain" not in command("match", "invoice", api=deciding()).remarks


@pytest.mark.case("F4e")
def test_all_certain_matches_are_decided_on_as_the_list_has_shown_them() -> None:
    api = deciding(SEEN | {"compared_at": LATER})
    assert command("match", "--all-certain", "--compared-at", AT, "-y", api=api).code == 0
    assert api.done(f"POST {ONE}/matches/decide") == [{"all_certain": True, "compared_at": AT}]


@pytest.mark.case("F4e")
def test_certain_matches_that_nobody_has_seen_are_not_decided_on() -> None:
    for words in (("match", "--all-certain", "-y"), ("match", "--all-certain")):
        api = deciding()
        done = command(*words, api=api)
        assert (done.code, f"--compared-at {AT}" in done.remarks) == (ExitCode.USAGE, True)
        assert api.done(f"POST {ONE}/matches/decide") == []
    never = command("match", "--all-certain", "-y", api=deciding(SEEN | {"compared_at": None}))
    assert (never.code, "not been compared yet" in never.remarks) == (ExitCode.REFUSED, True)


@pytest.mark.case("F4e")
@pytest.mark.parametrize(
    ("review", "told"),
    [
        (REPORT | {"compared_at": AT}, "Invoice: 310 certain"),
        (REPORT | {"compared_at": LATER}, "compared since the last review"),
        (NOT_THERE, "compared since the last review"),
    ],
)
def test_who_is_asked_about_all_certain_ones_is_told_how_many_there_are(
    review: dict[str, Any] | Answer, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts = {"matches": [{"name": "Invoice, certain", "count": 310}]}
    api = deciding(review=review if isinstance(review, Answer) else review | counts)
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    code, remarks = at_a_terminal("match", "--all-certain", api=api)
    assert (code, told in remarks) == (0, True)
    assert api.done(f"POST {ONE}/matches/decide") == [{"all_certain": True, "compared_at": AT}]
