import base64
import contextlib
import json
import zlib
from typing import Any
from urllib.parse import parse_qs, urlsplit

import boto3
import pytest

from connector.model.connection import ConnectionState
from connector.services import LOGIN, services
from connector.store import connections
from connector.store.packing import unpack
from functions.serve_connections.app import handler
from tests.functions.cloud import Cloud
from tests.functions.context import Context
from tests.functions.events import CONNECTION, MOBIWORK, REALM, WANTED, event
from tests.functions.sites import AUTHORIZE_URL, MobiWorkSite

pytestmark = pytest.mark.usefixtures("cloud")


def ask(context: Context, body: object, **changes: Any) -> tuple[int, dict[str, Any]]:
    """Return the status and the JSON of the answer to a body."""
    text = body if isinstance(body, str) else json.dumps(body)
    answer = handler(event("serve_connections_started", body=text, **changes), context)
    return answer["statusCode"], json.loads(answer["body"])


def consent_query(answer: dict[str, Any]) -> dict[str, str]:
    return {
        name: text for name, [text] in parse_qs(urlsplit(answer["authorize_url"]).query).items()
    }


def stored() -> list[dict[str, Any]]:
    found = boto3.client("dynamodb", region_name="us-east-1").scan(TableName="connector")["Items"]
    return list(found)


def test_a_good_login_is_answered_with_intuits_consent_page(
    mobiwork: MobiWorkSite, context: Context
) -> None:
    status, answer = ask(context, WANTED)
    query = consent_query(answer)
    assert (status, answer["authorize_url"].split("?")[0]) == (200, AUTHORIZE_URL)
    assert query | {"state": "…"} == {
        "client_id": "app-id",
        "response_type": "code",
        "scope": "com.intuit.quickbooks.accounting",
        "redirect_uri": "https://connector.test/connections/callback",
        "state": "…",
    }


def test_the_stored_event_is_one_that_works(mobiwork: MobiWorkSite, context: Context) -> None:
    assert handler(event("serve_connections_started"), context)["statusCode"] == 200


def test_every_person_gets_a_state_of_their_own(mobiwork: MobiWorkSite, context: Context) -> None:
    states = {consent_query(ask(context, WANTED)[1])["state"] for _ in range(2)}
    assert [len(state) >= 43 for state in states] == [True, True]


def test_the_login_is_tried_before_anything_is_stored(
    mobiwork: MobiWorkSite, context: Context
) -> None:
    ask(context, WANTED)
    [call] = mobiwork.http.calls
    assert f"<apiLoginId>{WANTED['mobiwork_login_id']}</apiLoginId>" in str(call.request.body)


def test_no_connection_is_made_before_intuit_has_answered(
    mobiwork: MobiWorkSite, context: Context
) -> None:
    ask(context, WANTED)
    assert list(connections.all_ids()) == []


def _unpacked(row: dict[str, Any]) -> str:
    """Return what a row holds packed."""
    packed = [one["B"] for one in row.values() if "B" in one]
    with contextlib.suppress(zlib.error):
        return " ".join(unpack(bytes(one)) for one in packed)
    return ""


def test_nothing_readable_of_the_login_is_stored(mobiwork: MobiWorkSite, context: Context) -> None:
    ask(context, WANTED)
    shown = str(stored()) + " ".join(map(_unpacked, stored()))
    assert MOBIWORK in shown
    assert WANTED["mobiwork_login_id"] not in shown
    assert WANTED["mobiwork_password"] not in shown


def test_an_encoded_body_is_understood(mobiwork: MobiWorkSite, context: Context) -> None:
    encoded = base64.b64encode(json.dumps(WANTED).encode()).decode()
    assert ask(context, encoded, isBase64Encoded=True)[0] == 200


def test_blanks_around_a_pasted_login_are_dropped(mobiwork: MobiWorkSite, context: Context) -> None:
    ask(context, WANTED | {"mobiwork_client_id": f" {MOBIWORK}\n"})
    assert f"/{MOBIWORK}/" in str(mobiwork.http.calls[0].request.url)


def test_a_wrong_login_is_answered_with_what_to_do(
    mobiwork: MobiWorkSite, context: Context
) -> None:
    mobiwork.refuses_the_login()
    status, answer = ask(context, WANTED)
    assert status == 400
    assert answer["detail"].startswith(
        "MobiWork refused to log us in: Invalid API login id or password"
    )
    assert "copy the API login ID and API password again" in answer["detail"]
    assert "save them here" not in answer["detail"]


def test_a_version_that_mobiwork_does_not_know_is_named(
    mobiwork: MobiWorkSite, context: Context
) -> None:
    mobiwork.knows_no_version("99.0")
    status, answer = ask(context, WANTED | {"mobiwork_version": "99.0"})
    assert (status, answer["detail"], answer["errors"]) == (
        422,
        "MobiWork refused to log us in: HTTP 404. There is no version 99.0 of its API. MobiWork's "
        "REST API documentation names the version; 10.0.78 is the one that is known to work, and "
        "what is taken where none is given. Nothing was stored.",
        [{"pointer": "#/mobiwork_version", "detail": "MobiWork does not know this version."}],
    )
    assert stored() == []


def test_the_usual_version_is_not_blamed_where_nothing_is_found(
    mobiwork: MobiWorkSite, context: Context
) -> None:
    mobiwork.knows_no_version("10.0.78")
    status, answer = ask(context, WANTED)
    assert (status, "Try again in a few minutes" in answer["detail"]) == (503, True)


def test_a_wrong_login_leaves_nothing_behind(mobiwork: MobiWorkSite, context: Context) -> None:
    mobiwork.refuses_the_login()
    ask(context, WANTED)
    assert stored() == []


def test_a_missing_login_is_named(context: Context) -> None:
    answer = handler(event("serve_connections_started_without_login"), context)
    assert (answer["statusCode"], json.loads(answer["body"])) == (
        422,
        {
            "type": "about:blank",
            "title": "Unprocessable Content",
            "status": 422,
            "detail": "The request cannot be used: mobiwork_login_id: It is missing; "
            "mobiwork_password: It is missing.",
            "errors": [
                {"pointer": "#/mobiwork_login_id", "detail": "It is missing"},
                {"pointer": "#/mobiwork_password", "detail": "It is missing"},
            ],
        },
    )


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"mobiwork_client_id": "harbor"}, "mobiwork_client_id: "),
        ({"mobiwork_client_id": ""}, "mobiwork_client_id: "),
        ({"mobiwork_client_id": "4\N{ARABIC-INDIC DIGIT ZERO}321"}, "mobiwork_client_id: "),
        ({"mobiwork_client_id": "4" * 3000}, "mobiwork_client_id: "),
        ({"mobiwork_password": ""}, "mobiwork_password: "),
        ({"mobiwork_version": "../../admin"}, "mobiwork_version: "),
        ({"mobiwork_version": ".."}, "mobiwork_version: "),
        ({"mobiwork_version": "10"}, "mobiwork_version: "),
        ({"mobiwork_version": "1\N{ARABIC-INDIC DIGIT ZERO}.0"}, "mobiwork_version: "),
        ({"realm_id": "913"}, "realm_id: "),
        ({"settings": {"income_acount": "Sales"}}, "settings.income_acount: "),
    ],
)
def test_a_field_that_cannot_be_used_is_named(
    context: Context, changes: dict[str, Any], told: str
) -> None:
    status, answer = ask(context, WANTED | changes)
    assert status == 422
    assert answer["detail"].startswith(f"The request cannot be used: {told}")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("", 422),
        ("no json", 400),
        ('{"mobiwork_client_id": ', 400),
        ("[" * 100_000, 400),
        ("1" * 5_000, 400),
        ("[]", 422),
        ("null", 422),
    ],
    ids=lambda it: str(it)[:9],
)
def test_a_body_that_is_no_json_object_is_refused_in_words(
    context: Context, body: str, status: int
) -> None:
    answered, answer = ask(context, body)
    assert answered == status
    assert answer["detail"].startswith("The request cannot be used: body: ")


@pytest.mark.parametrize("encoded", [base64.b64encode(b"\xff\xfe").decode(), "%%%"])
def test_a_body_that_is_no_text_is_refused_in_words(context: Context, encoded: str) -> None:
    status, answer = ask(context, encoded, isBase64Encoded=True)
    assert (status, answer["detail"]) == (400, "The body of the request is not text.")


def test_mobiwork_being_down_is_not_the_persons_fault(
    mobiwork: MobiWorkSite, context: Context
) -> None:
    mobiwork.throttles_the_login()
    status, answer = ask(context, WANTED)
    assert (status, "slow down" in answer["detail"]) == (503, True)


def test_the_answer_is_not_cached(mobiwork: MobiWorkSite, cloud: Cloud, context: Context) -> None:
    headers = handler(event("serve_connections_started"), context)["headers"]
    assert (headers["content-type"], headers["cache-control"]) == ("application/json", "no-store")


@pytest.mark.case("F13")
def test_all_connections_are_listed_with_their_ids(cloud: Cloud, context: Context) -> None:
    cloud.connect("c2", "9130357849021547")
    cloud.connect()
    connections.mark_broken("c2", "Reconnect it.")
    answer = handler(event("serve_connections"), context)
    told = json.loads(answer["body"])["connections"]
    assert [(one["connection_id"], one["state"], one["reason"]) for one in told] == [
        ("c2", "reconnect needed", "Reconnect it."),
        (CONNECTION, "active", None),
    ]
    assert told[1] == {
        "connection_id": CONNECTION,
        "company": "Harbor Books",
        "realm_id": REALM,
        "mobiwork_client_id": MOBIWORK,
        "phase": "live",
        "state": "active",
        "reason": None,
        "warning": None,
    }


def test_there_may_be_no_connection_yet(context: Context) -> None:
    answer = handler(event("serve_connections"), context)
    assert (answer["statusCode"], json.loads(answer["body"])) == (200, {"connections": []})


def new_login(context: Context, connection_id: str, password: str) -> tuple[int, dict[str, Any]]:
    """Return the status and the answer to a new MobiWork login."""
    stored = event("serve_connections_started")
    path = f"/connections/{connection_id}/mobiwork-login"
    http = stored["requestContext"]["http"] | {"method": "PUT", "path": path}
    body = json.dumps({"login_id": "SIMLOGIN", "password": password})
    asked = stored | {
        "routeKey": "ANY /connections/{connection_id}/mobiwork-login",
        "rawPath": path,
        "pathParameters": {"connection_id": connection_id},
        "requestContext": stored["requestContext"] | {"http": http},
        "body": body,
    }
    answer = handler(asked, context)
    return answer["statusCode"], json.loads(answer["body"])


@pytest.mark.case("R4")
def test_a_new_password_alone_revives_a_connection_whose_login_was_refused(
    connected: Cloud, mobiwork: MobiWorkSite, context: Context
) -> None:
    connections.mark_broken(CONNECTION, "Invalid password.", ConnectionState.LOGIN_REFUSED)
    status, answer = new_login(context, CONNECTION, "new-password")
    assert (status, answer["state"], answer["reason"]) == (200, "active", None)
    kept = services().secrets.read_secret(CONNECTION, LOGIN)
    assert json.loads(kept or "") == {"login_id": "SIMLOGIN", "password": "new-password"}


@pytest.mark.case("R4")
def test_a_new_password_that_is_wrong_changes_nothing(
    connected: Cloud, mobiwork: MobiWorkSite, context: Context
) -> None:
    before = services().secrets.read_secret(CONNECTION, LOGIN)
    mobiwork.refuses_the_login()
    assert new_login(context, CONNECTION, "wrong")[0] == 400
    assert services().secrets.read_secret(CONNECTION, LOGIN) == before


@pytest.mark.case("R4")
def test_a_new_password_does_not_revive_what_quickbooks_refused(
    connected: Cloud, mobiwork: MobiWorkSite, context: Context
) -> None:
    connections.mark_broken(CONNECTION, "Reconnect it.")
    assert new_login(context, CONNECTION, "new-password")[1]["state"] == "reconnect needed"
