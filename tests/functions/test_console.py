"""The console behind its door: who sees which page, which form does what, and what a page leaks."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import pytest

from connector.api.plans import review
from connector.console import limits, pages
from connector.console.asking import Pages, Route
from connector.console.limits import Limit
from connector.lambdas.console import OPEN
from connector.lambdas.themes import all_routes
from connector.model.connection import Phase
from connector.model.control.activity import Deed
from connector.model.control.people import Role
from connector.model.matching.matches import MatchDecision
from connector.model.review.report import Counted, ReviewReport
from connector.store import connections, reports
from connector.store.control import activity
from connector.store.records import matches, plans
from tests.contract.test_matches import a_match
from tests.functions.cloud import CONSOLE_ADMIN, Cloud
from tests.functions.context import Context
from tests.functions.events import CONNECTION, RUN
from tests.functions.visiting import PEOPLE, ask, counted, filled, hire

OTHER = "c00000000000b"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
STRANGER = "stranger@harbor.example"
ALL = {**{role.value: email for role, email in PEOPLE.items()}, "stranger": STRANGER}


@pytest.fixture(autouse=True)
def _two_companies(connected: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every test here has two connections; only the owner has a role in the other one."""
    monkeypatch.setattr(limits, "FORMS", Limit("forms", 1000))
    connected.connect(OTHER, "9130000000000001")
    hire()


def _is_enough(who: str, needed: Role) -> bool:
    return list(Role).index(Role(who)) >= list(Role).index(needed)


def status_of(context: Context, route: Route, connection_id: str, who: str | None) -> int:
    form: dict[str, str] | None = None if route.method == "GET" else {}
    answer = ask(context, filled(route, connection_id), who=who, form=form)
    return int(answer["statusCode"])


def expected(route: Route, who: str) -> tuple[int, ...]:
    """Return the refusal that a page owes somebody; nothing where it owes none."""
    if "<connection_id>" in route.rule and who == "stranger":
        return (404,)
    if route.role is None:
        return ()
    enough = "<connection_id>" in route.rule and _is_enough(who, route.role)
    return () if enough else (403,)


def test_each_page_is_for_those_whose_role_is_enough(context: Context) -> None:
    owed = {
        (route.method, route.rule, who): expected(route, who)
        for route in all_routes()
        for who in ALL
    }
    told = {
        (route.method, route.rule, who): status_of(context, route, CONNECTION, email)
        for route in all_routes()
        for who, email in ALL.items()
    }
    wrong = {
        asked: status
        for asked, status in told.items()
        if status not in owed[asked] and (owed[asked] or status == 403)
    }
    assert wrong == {}


def test_every_page_that_is_declared_is_walked() -> None:
    declared = {
        (one.method, one.rule)
        for found in iter_modules(pages.__path__)
        for one in getattr(import_module(f"{pages.__name__}.{found.name}"), "pages", Pages()).routes
    }
    walked = [(one.method, one.rule) for one in all_routes()]
    assert sorted(walked) == sorted(declared)


def test_a_connection_of_others_is_not_there(context: Context) -> None:
    inside = [one for one in all_routes() if "<connection_id>" in one.rule]
    told = {one: status_of(context, one, OTHER, PEOPLE[Role.ADMIN]) for one in inside}
    assert set(told.values()) == {404}


def test_nobody_sees_a_page_without_signing_in(context: Context) -> None:
    for route in all_routes():
        form: dict[str, str] | None = None if route.method == "GET" else {}
        answer = ask(context, filled(route, CONNECTION), who=None, form=form)
        assert answer["statusCode"] == 303, route
        assert answer["headers"]["location"].startswith("/console/sign-in")


OPEN_TO_ALL = {
    ("GET", "/static/<version>/<name>"): "style and script, the same for everybody",
    ("GET", "/sign-in"): "leads to the issuer",
    ("GET", "/signed-in"): "only with the state and the code that signing in began with",
    ("POST", "/sign-out"): "only with a session and its token",
    ("GET", "/signed-out"): "says the same to everybody",
}
"""What is answered before it is known who asks, each with its reason."""


def test_only_signing_in_and_out_is_answered_before_it_is_known_who_asks(context: Context) -> None:
    assert set(OPEN) == set(OPEN_TO_ALL)
    told = [ask(context, one, who=None) for one in ("/signed-in?state=a&code=b", "/static/1/x")]
    signed_out = ask(context, "/sign-out", who=None, form={})
    forged = ask(context, "/sign-out", who=CONSOLE_ADMIN, form={}, token="0" * 64)
    assert [one["statusCode"] for one in (*told, signed_out, forged)] == [422, 404, 303, 422]


def test_a_form_from_elsewhere_does_nothing(context: Context) -> None:
    before = connections.read(CONNECTION)
    for route in (one for one in all_routes() if one.method == "POST"):
        here = filled(route, CONNECTION)
        form = {"links": "erase"}
        for answer in (
            ask(context, here, who=CONSOLE_ADMIN, form=form, token="0" * 64),
            ask(context, here, who=CONSOLE_ADMIN, form=form, token=""),
            ask(context, here, who=CONSOLE_ADMIN, form=form, site="cross-site"),
        ):
            kept = "Nothing has been done yet" in answer["body"]
            told = answer["statusCode"], kept or "form came from somewhere else" in answer["body"]
            assert told == (422, True), route
    assert connections.read(CONNECTION) == before


@pytest.mark.parametrize(
    ("referer", "heading"),
    [
        ("https://connector.test/console{}?view=open", "Payments"),
        ("https://connector.test/console{}/of-no-page?view=open", "Payments"),
        ("https://else.test/console{}?view=open", "That cannot be done"),
        ("https://connector.test/consoles{}?view=open", "That cannot be done"),
        ("https://[", "That cannot be done"),
    ],
)
def test_a_refusal_stands_on_the_page_of_the_console_that_its_form_is_on(
    context: Context, referer: str, heading: str
) -> None:
    here = f"/connections/{CONNECTION}/payments"
    referer = referer.format(here)
    answer = ask(context, here, who=PEOPLE[Role.BOOKKEEPER], form={}, referer=referer)
    assert (answer["statusCode"], f"<h1>{heading}</h1>" in answer["body"]) == (422, True)
    assert "Select at least one payment" in answer["body"]


def test_what_was_typed_into_a_form_that_is_refused_stays_in_it(context: Context) -> None:
    here = f"/connections/{CONNECTION}/people"
    typed = {"email": "ann@harbor", "role": "admin"}
    referer = f"https://connector.test/console{here}"
    page = ask(context, here, who=PEOPLE[Role.ADMIN], form=typed, referer=referer)["body"]
    assert 'role="alert">' in page
    assert 'name="email" required="" value="ann@harbor"' in page
    assert '<option value="admin" selected="">' in page or '<option selected="">admin' in page


def test_of_a_page_that_cannot_be_shown_the_refusal_stands_alone(context: Context) -> None:
    here = f"/connections/{CONNECTION}/payments"
    referer = f"https://connector.test/console{here}?view=nosuch"
    answer = ask(context, here, who=PEOPLE[Role.BOOKKEEPER], form={}, referer=referer)
    assert (answer["statusCode"], "Select at least one payment" in answer["body"]) == (422, True)


def test_a_refusal_is_kept_with_who_tried(context: Context) -> None:
    ask(context, f"/connections/{CONNECTION}/pause", who=PEOPLE[Role.VIEWER], form={})
    [deed], _ = activity.read_some(CONNECTION, after=None, limit=5)
    assert (deed.by, deed.what) == (
        PEOPLE[Role.VIEWER],
        "Was refused as viewer: Stop a connection until it is resumed.",
    )


def test_what_people_did_is_told_in_words_with_links_to_what_it_was_done_to(
    context: Context,
) -> None:
    here = f"/connections/{CONNECTION}"
    activity.note(
        CONNECTION,
        [
            Deed(at=NOON, by="jane", what=f"Had it tried, in run {RUN}.", flow=flow, record_id=own)
            for flow, own in (("push_invoices", "5501"), ("push_invoices", "5502"))
        ],
    )
    old, new = {"income_account": ""}, {"income_account": "79"}
    later = NOON + timedelta(hours=1)
    told = Deed(at=later, by="jane", what="Changed the settings.", before=old, after=new)
    activity.note(CONNECTION, [told])
    page = ask(context, f"{here}/activity", who=PEOPLE[Role.VIEWER])["body"]
    assert f'<a href="/console{here}/runs/{RUN}">the run of <time' in page
    assert page.count(f'href="/console{here}/records/push_invoices/550') == 2
    assert page.count("jane") == 2
    assert "<b>Income Account</b>: <del>nothing</del> → <ins>Sales" in page


def test_whoever_sends_forms_without_end_is_stopped_for_a_minute(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "FORMS", Limit("forms", 2))
    here, viewer = f"/connections/{CONNECTION}/pause", PEOPLE[Role.VIEWER]
    told = [ask(context, here, who=viewer, form={})["statusCode"] for _ in range(3)]
    other = ask(context, here, who=PEOPLE[Role.BOOKKEEPER], form={})["statusCode"]
    assert (told, other) == ([403, 403, 429], 403)


def test_an_admin_pauses_and_it_says_who(context: Context) -> None:
    answer = ask(context, f"/connections/{CONNECTION}/pause", who=PEOPLE[Role.ADMIN], form={})
    assert (answer["statusCode"], connections.phase(CONNECTION)) == (303, Phase.PAUSED)
    [deed], _ = activity.read_some(CONNECTION, after=None, limit=5)
    assert deed.by == PEOPLE[Role.ADMIN]


def test_somebody_who_is_removed_sees_nothing_from_the_next_click_on(context: Context) -> None:
    here, email = f"/connections/{CONNECTION}", PEOPLE[Role.BOOKKEEPER]
    form = {"email": email}
    ask(context, f"{here}/people/remove", who=PEOPLE[Role.ADMIN], form=form)
    assert ask(context, here, who=email)["statusCode"] == 404


def test_an_address_is_told_as_it_was_typed(context: Context) -> None:
    here, form = f"/connections/{CONNECTION}/people", {"email": STRANGER, "role": "viewer"}
    done = ask(context, here, who=PEOPLE[Role.ADMIN], form=form)
    kept = tuple(one.partition(";")[0] for one in done["cookies"])
    page = ask(context, here, who=PEOPLE[Role.ADMIN], kept=kept)["body"]
    assert f'role="status">{STRANGER} is now viewer' in page


def test_the_last_admin_cannot_be_removed(context: Context) -> None:
    form = {"email": PEOPLE[Role.ADMIN]}
    here = f"/connections/{CONNECTION}/people/remove"
    answer = ask(context, here, who=PEOPLE[Role.ADMIN], form=form)
    assert (answer["statusCode"], "last admin" in answer["body"]) == (409, True)


def test_many_companies_are_read_together(context: Context, connected: Cloud) -> None:
    with counted() as few:
        ask(context, "", who=CONSOLE_ADMIN)
    for number in range(20):
        connected.connect(f"c{number:012}", f"92300000000{number:05}")
    with counted() as many:
        page = ask(context, "?sort=-company", who=CONSOLE_ADMIN)["body"]
    assert page.count("/worklist") + page.count("nothing") >= 20
    assert 'aria-sort="descending"' in page
    assert len(many) - len(few) <= 4


def test_files_have_addresses_that_change_with_their_content(context: Context) -> None:
    page = ask(context, f"/connections/{CONNECTION}", who=CONSOLE_ADMIN)["body"]
    css = re.search(r'href="/console(/static/[^"]*\.css)"', page)
    assert css is not None
    answer = ask(context, css[1], who=None)
    assert (answer["statusCode"], "immutable" in answer["headers"]["cache-control"]) == (200, True)
    other = ask(context, "/static/000000000000/console.css", who=None)
    assert other["statusCode"] == 404


def test_matches_begin_with_a_kind_that_has_any_and_lead_to_each_of_the_others(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, who = f"/connections/{CONNECTION}/matches", PEOPLE[Role.BOOKKEEPER]
    assert "Link all" not in ask(context, here, who=who)["body"]
    found = (Counted("Vendor, likely", 2), Counted("Vendor, certain", 1))
    reports.save(ReviewReport(CONNECTION, "r1", "2026-03-02T12:00:00", (), found))
    monkeypatch.setattr(plans, "scope", lambda _connection_id: "r1")
    page = ask(context, here, who=who)["body"]
    assert 'value="Vendor" selected>vendors<' in page
    assert f'{here}?entity=Vendor&amp;grade=likely">Vendors, likely: 2</a>' in page
    assert "Link all" in page


def test_what_is_decided_is_told_in_its_place_and_left_out_where_only_open_matches_are_asked_for(
    context: Context,
) -> None:
    here, who = f"/connections/{CONNECTION}/matches?entity=Invoice", PEOPLE[Role.BOOKKEEPER]
    matches.replace_all(CONNECTION, "Invoice", [a_match("1", "61"), a_match("2", "62")])
    same = replace(a_match("1", "61"), decision=MatchDecision.SAME, chosen="61", decided_by=who)
    matches.decide(CONNECTION, same)
    page, open_ones = (ask(context, here + more, who=who)["body"] for more in ("", "&open=yes"))
    assert (page.count("<section"), page.count("Change the decision")) == (2, 1)
    assert "as invoice 61 by" in page
    assert (open_ones.count("<section"), "Change the decision" in open_ones) == (1, False)


@pytest.mark.parametrize(
    ("following", "name"), [(None, "plans.csv"), ("push_invoices:9", "plans-not-all.csv")]
)
def test_a_file_of_plans_says_in_its_name_whether_that_is_all(
    context: Context, monkeypatch: pytest.MonkeyPatch, following: str | None, name: str
) -> None:
    begun: list[str | None] = []

    def list_plans(
        _connection_id: str, _scope: str, *, after: str | None, **_: Any
    ) -> tuple[Any, ...]:
        begun.append(after)
        return [], following

    reports.save(ReviewReport(CONNECTION, "r1", "2026-03-02T12:00:00", ()))
    monkeypatch.setattr(plans, "scope", lambda _connection_id: "r1")
    monkeypatch.setattr(review, "list_planned", list_plans)
    path = f"/connections/{CONNECTION}/review/plans.csv?after=push_invoices:5"
    answer = ask(context, path, who=PEOPLE[Role.VIEWER])
    assert f'"{name}"' in answer["headers"]["content-disposition"]
    assert begun == ["push_invoices:5"]
