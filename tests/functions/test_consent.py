"""Only what whoever asked has confirmed is connected, and each side belongs to one connection."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest

from connector.api import life
from connector.console.pages.connecting import TYPED
from connector.jobs import closing
from connector.jobs.unconfirmed import give_back_unconfirmed
from connector.model.connection import Phase
from connector.store import connections
from connector.store.life import consents
from tests.functions.cloud import CONSOLE_ADMIN, Cloud
from tests.functions.connecting import (
    choose,
    code_on,
    come_back,
    confirm,
    connect,
    kept_tokens,
    started,
    state_of,
    the_connection,
)
from tests.functions.context import Context
from tests.functions.events import CONNECTION, MOBIWORK, REALM, event
from tests.functions.sites import REFRESH_TOKEN, IntuitSite
from tests.functions.visiting import ask

pytestmark = pytest.mark.usefixtures("cloud", "mobiwork")


@pytest.mark.case("F15")
def test_only_whoever_asked_with_secret_and_code_confirms(
    intuit: IntuitSite, context: Context
) -> None:
    told = started(context)
    code = code_on(come_back(context, state_of(told))[1])
    other = event("serve_connections")["requestContext"]
    other["http"] |= {"method": "POST", "path": "/connections/confirm"}
    wrong = [
        confirm(context, told, "another"),
        confirm(context, {"confirmation": "another"}, code),
        confirm(context, told, code, requestContext=other),
    ]
    assert [status for status, _ in wrong] == [400] * 3
    assert connections.of_realm(REALM) is None
    assert confirm(context, told, code)[0] == 200


def test_what_is_confirmed_twice_is_connected_once(intuit: IntuitSite, context: Context) -> None:
    told = started(context)
    code = code_on(come_back(context, state_of(told))[1])
    assert [confirm(context, told, code)[0] for _ in range(2)] == [200, 400]
    assert [*connections.all_ids()] == [the_connection().connection_id]


@pytest.mark.case("F15")
def test_what_nobody_confirms_in_time_is_given_back(
    cloud: Cloud, intuit: IntuitSite, context: Context
) -> None:
    choose(context)
    now = datetime.now(UTC)
    give_back_unconfirmed(cloud.services, now=now + timedelta(minutes=60))
    assert len(kept_tokens()) == 1
    give_back_unconfirmed(cloud.services, now=now + timedelta(minutes=70))
    assert (kept_tokens(), intuit.revoked) == ([], [{"token": REFRESH_TOKEN}])
    assert [*consents.unconfirmed(now + timedelta(days=9))] == []


def test_the_access_of_a_connection_stays_though_whoever_confirmed_it_died(
    cloud: Cloud, intuit: IntuitSite, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = started(context)
    code = code_on(come_back(context, state_of(told))[1])
    with monkeypatch.context() as dying:
        dying.setattr(consents, "forget_chosen", lambda _: None)
        assert confirm(context, told, code)[0] == 200
    later = datetime.now(UTC) + timedelta(hours=3)
    give_back_unconfirmed(cloud.services, now=later)
    assert (len(kept_tokens()), intuit.revoked) == (1, [])
    assert [*consents.unconfirmed(later)] == []


@pytest.mark.case("F6")
def test_a_second_company_for_a_connected_account_is_refused_by_name(
    cloud: Cloud, intuit: IntuitSite, context: Context
) -> None:
    cloud.connect("c9", MOBIWORK)
    first = replace(connections.read("c9"), company_name="Pier Books")
    connections.save_new(first, now=datetime.now(UTC))
    status, page = choose(context)
    assert status == 400
    assert "MobiWork account 40321 is connected with Pier Books in QuickBooks" in page
    assert "To move it to Harbor Books, close that connection first" in page
    assert (kept_tokens(), intuit.revoked) == (["c9#tokens"], [{"token": REFRESH_TOKEN}])


@pytest.mark.case("F6")
@pytest.mark.parametrize(("links", "same"), [("keep", True), ("erase", False)])
def test_only_kept_links_come_back_when_the_two_sides_are_connected_again(
    cloud: Cloud, intuit: IntuitSite, context: Context, links: str, *, same: bool
) -> None:
    first = cloud.connect()
    life.close(cloud.services, CONNECTION, life.Close(links=links), by="ann")
    assert "is being closed" in started(context)["detail"]
    now = datetime.now(UTC)
    known = connections.read(CONNECTION)
    closing.go_on(cloud.services, known, lambda: 900, running=False, now=now)
    connect(context)
    found = the_connection()
    assert (found.connection_id == first.connection_id, found.phase) == (same, Phase.REVIEW)


def test_a_company_that_somebody_else_connects_meanwhile_stays_theirs(
    cloud: Cloud, intuit: IntuitSite, context: Context
) -> None:
    told = started(context)
    code = code_on(come_back(context, state_of(told))[1])
    cloud.connect()
    other = replace(connections.read(CONNECTION), mobiwork_client_id="50000")
    connections.save_new(other, now=datetime.now(UTC))
    status, page = confirm(context, told, code)
    assert (status, "connected with another MobiWork account (50000)" in page) == (400, True)
    assert connections.of_realm(REALM) == CONNECTION


@pytest.mark.case("F15")
def test_the_console_names_the_company_that_was_chosen_and_not_what_an_address_says(
    intuit: IntuitSite, context: Context
) -> None:
    login = json.loads(event("serve_connections_started")["body"])
    form = {name: login[name] for name in TYPED}
    begun = ask(context, "/connect", who=CONSOLE_ADMIN, form=form)
    assert all("Max-Age=3600;" in one for one in begun["cookies"])
    kept = tuple(one.partition(";")[0] for one in begun["cookies"])
    way = ask(context, "/connect/quickbooks", who=CONSOLE_ADMIN, kept=kept)["body"]
    told = {"authorize_url": unescape(next(one for one in way.split('"') if "state=" in one))}
    code = code_on(come_back(context, state_of(told))[1])
    here = f"/connect/confirm?code={code}&company=Another+Company"
    page = ask(context, here, who=CONSOLE_ADMIN, kept=kept)["body"]
    assert "Yes, connect Harbor Books" in page
    assert "Another Company" not in page
    assert (
        "Yes, connect"
        not in ask(context, here.replace("code=", "code=x"), who=CONSOLE_ADMIN, kept=kept)["body"]
    )
    assert "Yes, connect" not in ask(context, here, who=CONSOLE_ADMIN)["body"]


@pytest.mark.case("F20f")
def test_who_connects_an_account_again_is_told_so_before_it_is_confirmed(
    intuit: IntuitSite, context: Context
) -> None:
    login = json.loads(event("serve_connections_started")["body"])
    form = {name: login[name] for name in TYPED}
    first = started(context)
    assert confirm(context, first, code_on(come_back(context, state_of(first))[1]))[0] == 200
    begun = ask(context, "/connect", who=CONSOLE_ADMIN, form=form)
    kept = tuple(one.partition(";")[0] for one in begun["cookies"])
    there = begun["headers"]["location"].partition("/console")[2]
    way = ask(context, there, who=CONSOLE_ADMIN, kept=kept)["body"]
    assert "is already connected to Harbor Books (in review)" in way
    told = {"authorize_url": unescape(next(one for one in way.split('"') if "state=" in one))}
    back = come_back(context, state_of(told))[1]
    assert "The two are connected already, and in review. Confirming renews the access" in back
    here = f"/connect/confirm?code={code_on(back)}"
    page = ask(context, here, who=CONSOLE_ADMIN, kept=kept)["body"]
    assert "Yes, renew access to Harbor Books" in page
