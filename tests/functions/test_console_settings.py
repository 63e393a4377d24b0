"""Settings in the console: what is chosen is previewed, saved by theme, and gone back to."""

import re
from html import unescape

import pytest

from connector.changes.mobiwork import find_changes
from connector.model.control.people import Role
from connector.store import settings as saved
from tests.builders import an_invoice
from tests.functions.cloud import CONSOLE_ADMIN, Cloud
from tests.functions.context import Context
from tests.functions.events import CONNECTION
from tests.functions.sites import MobiWorkSite
from tests.functions.visiting import PEOPLE, ask, hire
from tests.unit.engine.world import FakeMobiWork


@pytest.fixture(autouse=True)
def _a_company(connected: Cloud) -> None:
    """Every test here begins with a connection and people of every role."""
    del connected
    hire()


def test_settings_are_previewed_then_saved_by_theme(context: Context) -> None:
    here = f"/connections/{CONNECTION}/settings/posting"
    page = ask(context, here, who=CONSOLE_ADMIN)["body"]
    version = re.search(r'name="version" value="(\d+)"', page)
    assert version is not None
    form = {"version": version[1], "minutes_between_looks": "30"}
    shown = ask(context, f"{here}/preview", who=CONSOLE_ADMIN, form=form)
    assert "Minutes between checks" in shown["body"]
    assert saved.read_settings(CONNECTION).minutes_between_looks == 5
    sent = re.search(r'name="sent" value="([^"]*)"', shown["body"])
    assert sent is not None
    told = {"version": version[1], "sent": unescape(sent[1])}
    assert ask(context, here, who=CONSOLE_ADMIN, form=told)["statusCode"] == 303
    assert saved.read_settings(CONNECTION).minutes_between_looks == 30


def test_settings_go_back_to_a_version_unless_others_were_saved_meanwhile(
    context: Context,
) -> None:
    here, before = f"/connections/{CONNECTION}/settings/history", saved.read_saved(CONNECTION)
    changed = before.settings.model_copy(update={"minutes_between_looks": 30})
    saved.save_settings(CONNECTION, changed, saved_at="2026-11-29T10:00:00", saved_by="jane")
    listed = ask(context, here, who=PEOPLE[Role.VIEWER])["body"]
    assert "jane" in listed
    assert "<ins>30</ins>" in listed
    then = f"{here}/{before.version}"
    assert "Minutes between checks" in ask(context, then, who=CONSOLE_ADMIN)["body"]
    told = [
        ask(context, then, who=CONSOLE_ADMIN, form={"version": str(seen)})["statusCode"]
        for seen in (before.version, before.version + 1)
    ]
    assert told == [409, 303]
    assert saved.read_settings(CONNECTION) == before.settings


def test_settings_that_are_none_are_refused_in_words(context: Context) -> None:
    form = {"version": "1", "sent": "[1]"}
    here = f"/connections/{CONNECTION}/settings/posting"
    answer = ask(context, here, who=CONSOLE_ADMIN, form=form)
    assert (answer["statusCode"], "Reload the page" in answer["body"]) == (422, True)
    assert "<h1>That cannot be done</h1>" in answer["body"]


def _version(context: Context, theme: str) -> str:
    page = ask(context, f"/connections/{CONNECTION}/settings/{theme}", who=CONSOLE_ADMIN)["body"]
    found = re.search(r'name="version" value="(\d+)"', page)
    assert found is not None
    return found[1]


@pytest.mark.usefixtures("intuit")
def test_what_mobiwork_does_not_have_yet_can_be_chosen_once_that_was_told(context: Context) -> None:
    find_changes(CONNECTION, FakeMobiWork([an_invoice(status="Paid")]))
    here = f"/connections/{CONNECTION}/settings/sales"
    form = {"version": _version(context, "sales"), "invoice_statuses": "Booked one day"}
    shown = ask(context, f"{here}/preview", who=CONSOLE_ADMIN, form=form)
    assert (shown["statusCode"], "Booked one day" in shown["body"]) == (200, True)
    assert "Save anyway" in shown["body"]
    assert "confirm_unknown" not in shown["body"]
    sent = re.search(r'name="sent" value="([^"]*)"', shown["body"])
    assert sent is not None
    told = {"version": form["version"], "sent": unescape(sent[1])}
    assert ask(context, here, who=CONSOLE_ADMIN, form=told)["statusCode"] == 303
    assert saved.read_settings(CONNECTION).invoice_statuses == ("Booked one day",)


def test_flows_are_chosen_by_what_people_call_them_and_by_nothing_else(context: Context) -> None:
    here = f"/connections/{CONNECTION}/settings/posting"
    page = ask(context, here, who=CONSOLE_ADMIN)["body"]
    chosen = 'name="flows_off" value="push_credit_applications"> '
    assert f"{chosen}Credit applications to QuickBooks" in page
    assert '<textarea name="flows_off"' not in page


@pytest.mark.parametrize("path", ["/connect", f"/connections/{CONNECTION}/login"])
def test_a_login_that_is_refused_can_be_corrected_where_it_was_typed(
    context: Context, mobiwork: MobiWorkSite, path: str
) -> None:
    mobiwork.refuses_the_login()
    names = {"mobiwork_client_id": "40321", "mobiwork_login_id": "SIMLOGIN"}
    names |= {"mobiwork_password": "wrong-password", "login_id": "SIMLOGIN"}
    form = names | {"password": "wrong-password"}
    answer = ask(context, path, who=CONSOLE_ADMIN, form=form)
    assert answer["statusCode"] == 200
    assert "MobiWork refused to log us in" in answer["body"]
    assert 'value="SIMLOGIN"' in answer["body"]
    assert "wrong-password" not in answer["body"]
