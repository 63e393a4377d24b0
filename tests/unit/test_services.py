import base64
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from secrets import token_hex
from sys import getswitchinterval, setswitchinterval
from threading import Barrier, Thread

import boto3
import pytest
import responses

from connector.config import Config
from connector.errors import ConfigurationError, ConnectionBrokenError, RemoteDownError
from connector.model.connection import Connection, ConnectionState, Mode, Phase
from connector.model.tokens import Tokens
from connector.services import Services
from connector.store import connections
from tests.mocked_aws import KEY

pytestmark = pytest.mark.usefixtures("table", "key")

TOKEN_URL = "https://token.test/bearer"  # noqa: S105 - an address
INPUT = {"connection_id": "c1", "run_id": "r1"}


def services(
    stored: str = '{"client_id": "app-id", "client_secret": "x"}', *, app_secret_seconds: int = 300
) -> Services:
    client = boto3.client("secretsmanager", region_name="us-east-1")
    arn = client.create_secret(Name=token_hex(4), SecretString=stored)["ARN"]
    return Services(
        Config(
            table_name="connector",
            aws_region="us-east-1",
            app_secret_arn=arn,
            app_secret_seconds=app_secret_seconds,
            quickbooks_token_url=TOKEN_URL,
            token_key_arn=KEY,
            quickbooks_api_url="https://quickbooks.test",
            mobiwork_url="https://mobiwork.test",
            claim_seconds=7,
            settle_seconds=3,
            table_restored="2026-11-29T08:00:00Z",
        )
    )


def test_all_workers_of_a_run_get_one_client_whose_calls_are_counted_together() -> None:
    found, begin = services(), Barrier(8)
    slowly, some = getswitchinterval(), list[object]()

    def work() -> None:
        begin.wait()
        some.append(found.quickbooks("c1", "913"))

    workers = [Thread(target=work) for _ in range(8)]
    setswitchinterval(1e-6)
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    setswitchinterval(slowly)
    assert len({id(one) for one in some}) == 1


@pytest.fixture
def http() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock() as mock:
        yield mock


@pytest.fixture
def connection(table: None) -> Connection:
    made = Connection(
        connection_id="c1",
        realm_id="913",
        company_name="Harbor Books",
        mobiwork_client_id="40321",
        mobiwork_version="10.0.78",
        state=ConnectionState.ACTIVE,
    )
    connections.save_new(made, now=datetime.now(UTC))
    return made


def test_the_app_is_read_from_its_secret() -> None:
    assert services().app.client_id == "app-id"


def test_the_secret_of_the_app_does_not_show() -> None:
    app = services('{"client_id": "app-id", "client_secret": "Zx81"}').app
    assert (app.client_secret, "Zx81" in repr(app)) == ("Zx81", False)


@pytest.mark.parametrize("secret", ["no json", "[]", "{}", '{"client_id": "app-id"}', '"text"'])
def test_an_app_secret_of_another_shape_is_told_in_words(secret: str) -> None:
    with pytest.raises(ConfigurationError, match="must be a JSON object with client_id and"):
        _ = services(secret).app


def rotate(made: Services) -> None:
    client = boto3.client("secretsmanager", region_name="us-east-1")
    changed = '{"client_id": "another", "client_secret": "y"}'
    client.put_secret_value(SecretId=made.config.app_secret_arn, SecretString=changed)


@pytest.mark.parametrize(("may_be_old", "seen"), [(300, "app-id"), (0, "another")])
def test_a_changed_app_secret_is_seen_when_the_known_one_is_too_old(
    may_be_old: int, seen: str
) -> None:
    made = services(app_secret_seconds=may_be_old)
    before = made.app.client_id
    rotate(made)
    assert (before, made.app.client_id) == ("app-id", seen)


def test_the_authorisation_of_a_connection_takes_a_changed_app_secret(
    connection: Connection, http: responses.RequestsMock
) -> None:
    made = services(app_secret_seconds=0)
    auth = made.auth("c1")
    rotate(made)
    keep_old_tokens(made)
    http.post(TOKEN_URL, status=400, json={"error": "invalid_grant"})
    with pytest.raises(ConnectionBrokenError):
        auth.keep_alive(older_than=timedelta(days=20))
    sent = base64.b64decode(str(http.calls[0].request.headers["Authorization"]).split()[1])
    assert sent == b"another:y"


def keep_old_tokens(made: Services) -> None:
    """Store tokens that a call would refresh."""
    long_ago = datetime(2026, 1, 5, tzinfo=UTC)
    tokens = Tokens(
        access_token="a",  # noqa: S106 - invented
        refresh_token="r",  # noqa: S106 - invented
        obtained_at=long_ago,
        access_until=long_ago,
        refresh_until=datetime(2099, 1, 1, tzinfo=UTC),
    )
    made.tokens.save_new("c1", tokens)


def test_a_secret_that_cannot_be_read_is_tried_again_later() -> None:
    made = services()
    client = boto3.client("secretsmanager", region_name="us-east-1")
    client.delete_secret(SecretId=made.config.app_secret_arn, ForceDeleteWithoutRecovery=True)
    with pytest.raises(RemoteDownError, match="cannot be read now"):
        _ = made.app


def test_the_client_of_a_company_is_kept_while_the_process_is_warm() -> None:
    made = services()
    assert made.quickbooks("c1", "913") is made.quickbooks("c1", "913")


def test_connections_do_not_share_a_client() -> None:
    made = services()
    assert made.quickbooks("c1", "913") is not made.quickbooks("c2", "914")


def test_a_connection_without_a_mobiwork_login_is_broken(connection: Connection) -> None:
    with pytest.raises(ConnectionBrokenError, match="No MobiWork login is stored"):
        services().mobiwork(connection)


def test_a_run_waits_as_long_as_the_deployment_says(connection: Connection) -> None:
    run = services().run(INPUT, lambda: 1.0)
    assert (run.claim_seconds, run.settle_seconds, run.remaining()) == (7, 3, 1.0)
    assert run.restored_to == datetime(2026, 11, 29, 8, tzinfo=UTC)


def test_a_run_of_a_working_connection_opens_its_company(connection: Connection) -> None:
    made = services()
    assert made.run(INPUT, lambda: 1.0).quickbooks is made.quickbooks("c1", "913")


@pytest.mark.parametrize(
    ("reason", "told"),
    [("Reconnect it.", "Reconnect it."), ("", "QuickBooks must be connected again.")],
)
def test_a_run_of_a_broken_connection_does_not_open_its_company(
    connection: Connection, reason: str, told: str
) -> None:
    connections.mark_broken("c1", reason)
    run = services().run(INPUT, lambda: 1.0)
    with pytest.raises(ConnectionBrokenError) as raised:
        _ = run.quickbooks
    assert str(raised.value) == told


def test_a_run_of_an_unknown_connection_says_so() -> None:
    with pytest.raises(ConfigurationError, match="no connection 'c1'"):
        services().run(INPUT, lambda: 1.0)


@pytest.mark.parametrize(
    ("phase", "mode"), [(Phase.REVIEW, Mode.REVIEW), (Phase.LIVE, Mode.EXECUTE)]
)
def test_a_run_keeps_its_plans_while_its_connection_is_in_review(
    connection: Connection, phase: Phase, mode: Mode
) -> None:
    other = replace(connection, connection_id="c2", phase=phase)
    other = replace(other, realm_id="914", mobiwork_client_id="40322")
    connections.save_new(other, now=datetime.now(UTC))
    run = services().run(INPUT | {"connection_id": "c2"}, lambda: 1.0)
    assert (run.phase, run.mode) == (phase, mode)
