"""No secret leaves the connector: not in a log line, an answer, an error or a stored item."""

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from connector.errors import ConnectorError
from connector.model.connection import ConnectionState
from connector.store import connections
from functions.find_changes.app import handler as find_changes
from functions.finish_connection.app import handler as finish_connection
from functions.push_customers.app import handler as push_customers
from functions.refresh_tokens.app import handler as refresh_tokens
from functions.serve_connections.app import handler as start_connection
from tests.builders import a_customer
from tests.functions.cloud import CLIENT_SECRET, Cloud, client
from tests.functions.context import Context
from tests.functions.events import CONNECTION, WANTED, event
from tests.functions.sites import (
    ACCESS_TOKEN,
    MOBIWORK_TOKEN,
    REFRESH_TOKEN,
    IntuitSite,
    MobiWorkSite,
)
from tests.unit.quickbooks.parts import fault

CODE = event("finish_connection")["queryStringParameters"]["code"]
SECRETS = {
    "MobiWork login": WANTED["mobiwork_login_id"],
    "MobiWork password": WANTED["mobiwork_password"],
    "MobiWork token": MOBIWORK_TOKEN,
    "app secret": CLIENT_SECRET,
    "access token": ACCESS_TOKEN,
    "refresh token": REFRESH_TOKEN,
    "code": CODE,
}


def told(*things: object) -> list[str]:
    """Name the secrets that show."""
    text = "\n".join(str(thing) for thing in things)
    return [name for name, secret in SECRETS.items() if secret in text]


def items() -> str:
    return str(client("dynamodb").scan(TableName="connector")["Items"])


def connect(context: Context) -> list[Any]:
    started = start_connection(event("serve_connections_started"), context)
    if started["statusCode"] != 200:
        return [started]
    address = json.loads(started["body"])["authorize_url"]
    state = parse_qs(urlsplit(address).query)["state"][0]
    parameters = event("finish_connection")["queryStringParameters"] | {"state": state}
    back = event("finish_connection", queryStringParameters=parameters)
    return [started, finish_connection(back, context)]


def failed(context: Context) -> ConnectorError:
    with pytest.raises(ConnectorError) as raised:
        push_customers(event("push_customers"), context)
    return raised.value


def test_connecting_tells_no_secret(
    cloud: Cloud, mobiwork: MobiWorkSite, intuit: IntuitSite, context: Context, logged: list[str]
) -> None:
    answers = connect(context)
    assert [one["statusCode"] for one in answers] == [200, 200]
    assert told(answers, logged, items()) == []


def test_a_wrong_login_that_mobiwork_repeats_tells_no_secret(
    cloud: Cloud, mobiwork: MobiWorkSite, context: Context, logged: list[str]
) -> None:
    login, password = WANTED["mobiwork_login_id"], WANTED["mobiwork_password"]
    mobiwork.refuses_the_login(f"Login {login} with password {password} is not known")
    answers = connect(context)
    assert "is not known" in answers[0]["body"]
    assert told(answers, logged, items()) == []


def test_a_request_that_cannot_be_used_is_not_repeated(
    cloud: Cloud, context: Context, logged: list[str]
) -> None:
    body = json.dumps(WANTED | {"mobiwork_client_id": "x", "mobiwork_password": ["Zx81"]})
    answer = start_connection(event("serve_connections_started", body=body), context)
    assert answer["statusCode"] == 422
    assert told(answer, logged) == []
    assert "Zx81" not in answer["body"]


def test_a_company_that_is_refused_tells_no_secret(
    cloud: Cloud, mobiwork: MobiWorkSite, intuit: IntuitSite, context: Context, logged: list[str]
) -> None:
    intuit.country = "CA"
    answers = connect(context)
    assert answers[1]["statusCode"] == 400
    assert told(answers, logged, items()) == []


def test_looking_and_pushing_tell_no_secret(
    connected: Cloud,
    mobiwork: MobiWorkSite,
    intuit: IntuitSite,
    context: Context,
    logged: list[str],
) -> None:
    mobiwork.lists(a_customer())
    answers = [find_changes(event("find_changes"), context)]
    answers.append(push_customers(event("push_customers"), context))
    assert answers[1]["outcomes"] == {"created": 1}
    assert any('"looked"' in line for line in logged)
    assert told(answers, logged, items()) == []


def test_a_fault_that_repeats_the_token_tells_no_secret(
    connected: Cloud, intuit: IntuitSite, context: Context, logged: list[str]
) -> None:
    detail = f"Token expired: {ACCESS_TOKEN}-old"
    intuit.refuses("customer", 400, fault("2010", detail=detail, message="invalid"))
    connected.finds(a_customer())
    report = push_customers(event("push_customers"), context)
    assert report["outcomes"] == {"refused": 1}
    assert any("QuickBooks call failed" in line for line in logged)
    assert told(report, logged, items()) == []


def test_a_revoked_consent_tells_no_secret(
    connected: Cloud, intuit: IntuitSite, context: Context, logged: list[str]
) -> None:
    intuit.refuses("customer", 401, fault("3200", detail=f"Token expired: {ACCESS_TOKEN}-old"))
    intuit.ends_the_consent()
    connected.finds(a_customer())
    error = failed(context)
    assert connections.read(CONNECTION).state == ConnectionState.RECONNECT_NEEDED
    assert any("connection broken" in line for line in logged)
    assert told(repr(error), logged, items()) == []


def test_refreshing_tells_no_secret(
    connected: Cloud, intuit: IntuitSite, context: Context, logged: list[str]
) -> None:
    connected.keep_tokens(days_old=21)
    answer = refresh_tokens(event("refresh_tokens"), context)
    assert len(intuit.forms) == 1
    assert told(answer, logged, items()) == []


def test_names_of_customers_are_not_logged(
    connected: Cloud,
    mobiwork: MobiWorkSite,
    intuit: IntuitSite,
    context: Context,
    logged: list[str],
) -> None:
    intuit.refuses("customer", 400, fault("2010", detail="invalid", message="invalid"))
    mobiwork.lists(a_customer())
    find_changes(event("find_changes"), context)
    push_customers(event("push_customers"), context)
    assert any("QuickBooks call failed" in line for line in logged)
    assert "Blue Heron" not in "\n".join(logged)
