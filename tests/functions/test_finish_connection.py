import json
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import parse_qs

import pytest

from connector.model.connection import ConnectionState, Phase
from connector.model.links import RecordKey
from connector.services import LOGIN
from connector.store import connections
from connector.store import settings as saved
from connector.store.records import links, matches, pending
from functions.finish_connection.app import handler
from functions.start_runs.app import handler as start_runs
from tests.builders import a_customer, an_intent
from tests.functions.cloud import Cloud
from tests.functions.connecting import (
    ask,
    choose,
    come_back,
    connect,
    kept_tokens,
    the_connection,
)
from tests.functions.context import Context
from tests.functions.events import CONNECTION, REALM, STATE, WANTED, event
from tests.functions.sites import ACCESS_TOKEN, REFRESH_TOKEN, IntuitSite
from tests.unit.quickbooks.parts import fault

USED = "This link has already been used or is more than an hour old. Connect again."
DECLINED = "QuickBooks was not connected because the request was declined. Nothing changed."


pytestmark = pytest.mark.usefixtures("cloud", "mobiwork")


@pytest.mark.case("F15")
def test_what_was_chosen_is_shown_and_not_connected(intuit: IntuitSite, context: Context) -> None:
    status, page = choose(context)
    assert status == 200
    assert "<h1>You chose Harbor Books</h1>" in page
    assert "It is to be joined with MobiWork account 40321." in page
    assert (connections.of_realm(REALM), [*connections.all_ids()]) == (None, [])


def test_a_company_is_connected_and_named(intuit: IntuitSite, context: Context) -> None:
    status, told = connect(context)
    assert (status, json.loads(told)["company"]) == (200, "Harbor Books")
    assert the_connection().phase is Phase.REVIEW


def test_a_connection_knows_both_sides(intuit: IntuitSite, context: Context) -> None:
    connect(context)
    found = the_connection()
    assert (
        found.realm_id,
        found.company_name,
        found.mobiwork_client_id,
        found.mobiwork_version,
        found.state,
    ) == (REALM, "Harbor Books", "40321", "10.0.78", ConnectionState.ACTIVE)


def test_the_tokens_of_the_code_are_kept(
    cloud: Cloud, intuit: IntuitSite, context: Context
) -> None:
    connect(context)
    stored = cloud.services.tokens.get(the_connection().connection_id)
    assert stored is not None
    assert (stored.tokens.access_token, stored.tokens.refresh_token) == (
        ACCESS_TOKEN,
        REFRESH_TOKEN,
    )


def test_the_code_is_exchanged_with_the_callback_address(
    intuit: IntuitSite, context: Context
) -> None:
    connect(context)
    assert [parse_qs(form) for form in intuit.forms] == [
        {
            "grant_type": ["authorization_code"],
            "code": [event("finish_connection")["queryStringParameters"]["code"]],
            "redirect_uri": ["https://connector.test/connections/callback"],
        }
    ]


def test_settings_and_company_are_remembered(intuit: IntuitSite, context: Context) -> None:
    connect(context)
    connection_id = the_connection().connection_id
    company = saved.read_company(connection_id)
    assert company is not None
    assert (company.name, company.country, saved.read_settings(connection_id).income_account) == (
        "Harbor Books",
        "US",
        "Sales of Product Income",
    )


def test_a_new_connection_is_looked_at_at_once_and_due_by_the_schedule(
    cloud: Cloud, intuit: IntuitSite, context: Context
) -> None:
    connect(context)
    at_once = cloud.messages()
    start_runs(event("start_runs"), context)
    told = [{"connection_id": the_connection().connection_id}]
    assert (at_once, cloud.messages()) == (told, told)


def test_settings_that_do_not_fit_are_shown_and_do_not_stop_the_connection(
    intuit: IntuitSite, context: Context
) -> None:
    wanted = WANTED["settings"] | {"income_account": "sales of product income"}
    status, page = connect(context, settings=wanted)
    assert (status, the_connection().state) == (200, ConnectionState.ACTIVE)
    assert (
        'The setting "Income Account" says "sales of product income", but QuickBooks has no active '
        "account of exactly that name or id. Did you mean Sales of Product Income?"
    ) in json.loads(page)["problems"]


def test_a_declined_request_says_so_and_connects_nothing(
    intuit: IntuitSite, context: Context
) -> None:
    status, page = come_back(context, ask(context), "finish_connection_declined")
    assert (status, DECLINED in page, connections.of_realm(REALM)) == (400, True, None)


@pytest.mark.parametrize("answer", [{"code": ""}, {"realmId": ""}, {"realmId": "913#c1"}])
def test_an_answer_without_code_or_company_is_as_a_declined_one(
    intuit: IntuitSite, context: Context, answer: dict[str, str]
) -> None:
    status, page = come_back(context, ask(context), **answer)
    assert (status, DECLINED in page, len(intuit.forms)) == (400, True, 0)


def test_a_link_works_once(intuit: IntuitSite, context: Context) -> None:
    state = ask(context)
    come_back(context, state)
    status, page = come_back(context, state)
    assert (status, USED in page, len(intuit.forms)) == (400, True, 1)


@pytest.mark.parametrize("state", [STATE, "", "a#b", "…"])
def test_a_state_nobody_was_given_connects_nothing(
    intuit: IntuitSite, context: Context, state: str
) -> None:
    status, page = come_back(context, state)
    assert (status, USED in page, len(intuit.forms)) == (400, True, 0)


def test_who_declines_reads_what_happened_and_finds_the_way_back(context: Context) -> None:
    declined = event("finish_connection")
    declined["queryStringParameters"] = {"state": ask(context), "error": "access_denied"}
    page = handler(declined, context)["body"]
    assert "<h1>QuickBooks was not connected</h1>" in page
    assert DECLINED in page
    assert '/console/connect">Back to the console</a>' in page


def test_a_callback_without_anything_is_answered_in_words(context: Context) -> None:
    answer = handler(event("finish_connection", queryStringParameters=None), context)
    assert (answer["statusCode"], USED in answer["body"]) == (400, True)


def test_a_code_that_intuit_does_not_accept_connects_nothing(
    intuit: IntuitSite, context: Context
) -> None:
    intuit.ends_the_consent()
    status, page = connect(context)
    assert (status, "Reconnect it" in page, connections.of_realm(REALM)) == (400, True, None)


def test_a_company_outside_the_united_states_is_refused_by_name(
    intuit: IntuitSite, context: Context
) -> None:
    intuit.country = "CA"
    status, page = connect(context)
    assert (status, connections.of_realm(REALM)) == (400, None)
    assert (
        "Harbor Books is a QuickBooks company in CA. Only companies in the United States can be "
        "connected. Nothing was changed."
    ) in page


def test_the_access_to_a_company_outside_the_united_states_is_given_back(
    intuit: IntuitSite, context: Context
) -> None:
    intuit.country = "CA"
    connect(context)
    assert intuit.revoked == [{"token": REFRESH_TOKEN}]


def test_no_tokens_of_a_refused_company_are_kept(intuit: IntuitSite, context: Context) -> None:
    intuit.country = "CA"
    connect(context)
    assert kept_tokens() == []


def test_quickbooks_being_in_trouble_is_not_the_persons_fault(
    intuit: IntuitSite, context: Context
) -> None:
    intuit.refuses("query", 503, fault("10000", message="Internal error"))
    assert (connect(context)[0], connections.of_realm(REALM)) == (503, None)


@pytest.fixture
def _connected(cloud: Cloud, intuit: IntuitSite) -> None:
    """The company belongs to a connection already, which broke."""
    cloud.connect()
    connections.mark_broken(CONNECTION, "Reconnect it.")


@pytest.mark.usefixtures("_connected")
def test_the_same_company_keeps_its_connection(context: Context) -> None:
    connect(context)
    found = the_connection()
    assert (found.connection_id, found.state, found.reason) == (
        CONNECTION,
        ConnectionState.ACTIVE,
        None,
    )


@pytest.mark.usefixtures("_connected")
def test_the_same_company_keeps_its_links_and_its_pending_items(
    cloud: Cloud, context: Context
) -> None:
    cloud.finds(a_customer())
    links.claim(CONNECTION, an_intent(RecordKey("customer", "700002")), before=None)
    connect(context)
    link = links.read(CONNECTION, "customer", "700002")
    waiting = [item.record_id for item in pending.to_plan(CONNECTION, "push_customers")]
    assert (link is not None, waiting) == (True, ["700001"])


@pytest.mark.usefixtures("_connected")
def test_the_same_company_gets_the_new_tokens_and_the_new_login(
    cloud: Cloud, context: Context
) -> None:
    matches.save_look(CONNECTION, {"live": True})
    connect(context, mobiwork_password="NEWPASSWORD12345")  # noqa: S106 - invented
    assert matches.look(CONNECTION) == {"live": False}
    stored = cloud.services.tokens.get(CONNECTION)
    assert stored is not None
    login = json.loads(cloud.services.secrets.read_secret(CONNECTION, LOGIN) or "")
    assert (stored.tokens.refresh_token, login["password"]) == (REFRESH_TOKEN, "NEWPASSWORD12345")


@pytest.mark.case("F10")
@pytest.mark.usefixtures("_connected")
@pytest.mark.parametrize("sent", [None, {}, {"income_account": "79"}])
def test_reconnecting_changes_no_setting_and_says_so(
    context: Context, sent: dict[str, str] | None
) -> None:
    before = saved.read_saved(CONNECTION)
    status, page = connect(context, settings=sent)
    assert (status, saved.read_saved(CONNECTION)) == (200, before)
    assert json.loads(page)["settings_kept"]


@pytest.mark.case("F13")
def test_who_connects_is_told_the_id_of_the_connection(
    intuit: IntuitSite, context: Context
) -> None:
    told = json.loads(connect(context)[1])
    assert told["connection_id"] == the_connection().connection_id


def test_whoever_is_no_browser_is_answered_with_json(intuit: IntuitSite, context: Context) -> None:
    back = event("finish_connection", headers={"accept": "application/json"})
    back["queryStringParameters"] |= {"state": ask(context)}
    answer = handler(back, context)
    told = json.loads(answer["body"])
    assert (answer["statusCode"], len(told.pop("code"))) == (200, 16)
    company = {"company": "Harbor Books", "realm_id": REALM, "mobiwork_client_id": "40321"}
    assert told == company | {"phase": None}


def test_whoever_is_no_browser_gets_a_problem_as_json(context: Context) -> None:
    answer = handler(event("finish_connection", headers={}), context)
    assert (answer["headers"]["content-type"], json.loads(answer["body"])) == (
        "application/problem+json",
        {"type": "about:blank", "title": "Bad Request", "status": 400, "detail": USED},
    )


@pytest.mark.usefixtures("_connected")
def test_another_mobiwork_account_is_refused_for_a_connected_company(context: Context) -> None:
    state = ask(context)
    existing = connections.read(CONNECTION)
    connections.save_new(replace(existing, mobiwork_client_id="50000"), now=datetime.now(UTC))
    status, page = come_back(context, state)
    assert status == 400
    assert "is connected with another MobiWork account (50000). Nothing was changed." in page


@pytest.mark.usefixtures("_connected")
def test_refusing_another_mobiwork_account_takes_nothing_from_the_connection(
    cloud: Cloud, intuit: IntuitSite, context: Context
) -> None:
    state = ask(context)
    existing = connections.read(CONNECTION)
    connections.save_new(replace(existing, mobiwork_client_id="50000"), now=datetime.now(UTC))
    come_back(context, state)
    stored = cloud.services.tokens.get(CONNECTION)
    assert stored is not None
    assert (stored.tokens.refresh_token, intuit.revoked) == (f"{REFRESH_TOKEN}-old", [])


@pytest.mark.usefixtures("_connected")
def test_tokens_of_another_company_never_replace_those_of_a_connection(
    cloud: Cloud, intuit: IntuitSite, context: Context
) -> None:
    wrong_realm = {"error": [{"code": "3100", "message": "ApplicationAuthorizationFailed"}]}
    intuit.refuses("query", 403, {"fault": wrong_realm | {"type": "SERVICE"}})
    status, _ = connect(context, mobiwork_password="NEWPASSWORD12345")  # noqa: S106 - invented
    stored = cloud.services.tokens.get(CONNECTION)
    login = cloud.services.secrets.read_secret(CONNECTION, LOGIN) or ""
    assert stored is not None
    assert (status, stored.tokens.refresh_token) == (400, f"{REFRESH_TOKEN}-old")
    assert "NEWPASSWORD12345" not in login
    assert kept_tokens() == [f"{CONNECTION}#tokens"]
