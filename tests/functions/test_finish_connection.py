import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from connector.model.connection import Connection, ConnectionState
from connector.model.links import RecordKey
from connector.services import LOGIN
from connector.store import connections
from connector.store import settings as saved
from connector.store.records import links, pending
from functions.finish_connection.app import handler
from functions.serve_connections.app import handler as start_connection
from functions.start_runs.app import handler as start_runs
from tests.builders import a_customer, an_intent
from tests.functions.cloud import Cloud, client
from tests.functions.context import Context
from tests.functions.events import CONNECTION, REALM, STATE, WANTED, event
from tests.functions.sites import ACCESS_TOKEN, REFRESH_TOKEN, IntuitSite
from tests.unit.quickbooks.parts import fault

USED = "This link was used already or is older than an hour. Connect again."
DECLINED = "QuickBooks was not connected: the request was declined. Nothing changed."


def ask(context: Context, **changes: Any) -> str:
    """Start a connection as a person does; return the state for Intuit's page."""
    wanted = {name: value for name, value in (WANTED | changes).items() if value is not None}
    answer = start_connection(event("serve_connections_started", body=json.dumps(wanted)), context)
    address: str = json.loads(answer["body"])["authorize_url"]
    return parse_qs(urlsplit(address).query)["state"][0]


def come_back(
    context: Context, state: str, name: str = "finish_connection", **changes: str
) -> tuple[int, str]:
    """Return the status and the page for the browser that comes back from Intuit."""
    answered = event(name)["queryStringParameters"] | {"state": state} | changes
    answer = handler(event(name, queryStringParameters=answered), context)
    return answer["statusCode"], answer["body"]


def connect(context: Context, **changes: Any) -> tuple[int, str]:
    return come_back(context, ask(context, **changes))


def the_connection() -> Connection:
    connection_id = connections.of_realm(REALM)
    assert connection_id is not None
    return connections.read(connection_id)


pytestmark = pytest.mark.usefixtures("cloud", "mobiwork")


def test_a_company_is_connected_and_named(intuit: IntuitSite, context: Context) -> None:
    status, page = connect(context)
    assert status == 200
    assert "<h1>Harbor Books is connected</h1>" in page
    assert "nothing is written on either side until somebody starts it." in page


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


def test_a_new_connection_is_due_at_once(
    cloud: Cloud, intuit: IntuitSite, context: Context
) -> None:
    connect(context)
    start_runs(event("start_runs"), context)
    assert cloud.messages() == [{"connection_id": the_connection().connection_id}]


def test_settings_that_do_not_fit_are_shown_and_do_not_stop_the_connection(
    intuit: IntuitSite, context: Context
) -> None:
    wanted = WANTED["settings"] | {"income_account": "sales of product income"}
    status, page = connect(context, settings=wanted)
    assert (status, the_connection().state) == (200, ConnectionState.ACTIVE)
    assert (
        "<li>The setting &quot;Income Account&quot; says &quot;sales of product income&quot;, but "
        "QuickBooks has no active account of exactly that name or id. Did you mean Sales of "
        "Product Income?</li>"
    ) in page


def test_what_a_person_entered_is_escaped_on_the_page(intuit: IntuitSite, context: Context) -> None:
    wanted = WANTED["settings"] | {"income_account": "<script>alert(1)</script>"}
    page = connect(context, settings=wanted)[1]
    assert ("<script>" in page, "&lt;script&gt;" in page) == (False, True)


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


def kept_tokens() -> list[str]:
    """Return the keys of all tokens that are stored."""
    found = client("dynamodb").scan(TableName="connector")["Items"]
    return [item["pk"]["S"] for item in found if item["sk"]["S"] == "tokens"]


def test_no_tokens_of_a_refused_company_are_kept(intuit: IntuitSite, context: Context) -> None:
    intuit.country = "CA"
    connect(context)
    assert kept_tokens() == []


def test_a_company_that_somebody_else_connects_meanwhile_stays_theirs(
    cloud: Cloud, intuit: IntuitSite, context: Context
) -> None:
    intuit.meanwhile = cloud.connect
    status, page = connect(context)
    assert status == 400
    assert "This QuickBooks company was connected by somebody else just now." in page
    assert (connections.of_realm(REALM), kept_tokens()) == (CONNECTION, [f"{CONNECTION}#tokens"])


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
    connect(context, mobiwork_password="NEWPASSWORD12345")  # noqa: S106 - invented
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
    assert "Its settings stay as they were." in page


@pytest.mark.case("F13")
def test_who_connects_is_told_the_id_of_the_connection(
    intuit: IntuitSite, context: Context
) -> None:
    page = connect(context)[1]
    assert f"The connection&#x27;s id is {the_connection().connection_id}." in page


def test_whoever_is_no_browser_is_answered_with_json(intuit: IntuitSite, context: Context) -> None:
    back = event("finish_connection", headers={"accept": "application/json"})
    back["queryStringParameters"] |= {"state": ask(context)}
    answer = handler(back, context)
    told = json.loads(answer["body"])
    assert (answer["statusCode"], told.pop("problems") != []) == (200, True)
    assert told == {
        "connection_id": the_connection().connection_id,
        "company": "Harbor Books",
        "settings_kept": False,
    }


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
