"""The deployed connector in memory: what AWS holds for it, and one connection that works."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from time import monotonic
from typing import Any

import boto3
import pytest
from moto.core.models import DEFAULT_ACCOUNT_ID as ACCOUNT
from moto.dynamodb.models import dynamodb_backends
from moto.sqs.models import sqs_backends
from moto.stepfunctions.models import stepfunctions_backends

from connector import config
from connector import services as services_of_process
from connector.changes.mobiwork import find_changes
from connector.mobiwork.xml import RawRecord
from connector.model.connection import Connection, ConnectionState
from connector.model.tokens import Tokens
from connector.services import LOGIN, Services
from connector.store import connections, looks
from connector.store import settings as saved
from connector.store.runs import RunRow
from connector.store.table import Item
from tests.builders import a_company, settings
from tests.functions.events import CONNECTION, MOBIWORK, REALM, RUN, WANTED
from tests.functions.sites import (
    ACCESS_TOKEN,
    AUTHORIZE_URL,
    MOBIWORK_URL,
    QUICKBOOKS_URL,
    REFRESH_TOKEN,
    REVOKE_URL,
    TOKEN_URL,
)
from tests.unit.engine.world import FakeMobiWork

REGION = "us-east-1"
CLIENT_SECRET = "app-secret-Zx81"  # noqa: S105 - invented
VERIFIER_TOKEN = "5b1c7a90-3d1e-4c55-9a77-0f6e2d8c4b13"  # noqa: S105 - invented
CONSOLE_ADMIN = "owner@harbor.example"
CONSOLE_SECRET = "console-secret-Kq47"  # noqa: S105 - invented
MACHINE = {"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}
QUEUES = ("connections", "letters")
SECONDS_AS_BEFORE = 60
ROLE = "arn:aws:iam::123456789012:role/machine"


@cache
def client(service: str) -> Any:
    """Return a client of AWS; one takes long to make."""
    return boto3.client(service, region_name=REGION)  # type: ignore[call-overload]


@dataclass(frozen=True)
class Before:
    """What the table held when a connection had just been made, and when that was."""

    at: float
    rows: Any


@dataclass(frozen=True)
class Cloud:
    """The resources of the stack."""

    queue_url: str
    letters_url: str
    machine_arn: str
    secret_arn: str
    console_secret_arn: str
    key_arn: str
    before: list[Before] = field(default_factory=list)

    def environment(self) -> dict[str, str]:
        """Return the environment of every function, as template.yaml sets it."""
        return {
            "TABLE_NAME": "connector",
            "AWS_REGION": REGION,
            "CONNECTION_QUEUE_URL": self.queue_url,
            "WEBHOOK_DEAD_LETTERS_URL": self.letters_url,
            "DOORBELL_SECONDS": "0",
            "SYNC_STATE_MACHINE_ARN": self.machine_arn,
            "PAYMENTS_STATE_MACHINE_ARN": self.machine_arn,
            "UNDO_STATE_MACHINE_ARN": self.machine_arn,
            "BOOKS_STATE_MACHINE_ARN": self.machine_arn,
            "APP_SECRET_ARN": self.secret_arn,
            "TOKEN_KEY_ARN": self.key_arn,
            "QUICKBOOKS_API_URL": QUICKBOOKS_URL,
            "QUICKBOOKS_AUTHORIZE_URL": AUTHORIZE_URL,
            "QUICKBOOKS_TOKEN_URL": TOKEN_URL,
            "QUICKBOOKS_REVOKE_URL": REVOKE_URL,
            "QUICKBOOKS_REQUESTS_PER_MINUTE": "60000",
            "MOBIWORK_URL": MOBIWORK_URL,
            "API_URL": "https://connector.test",
            "CONSOLE_ADMINS": CONSOLE_ADMIN,
            "CONSOLE_CLIENT_PARAMETER": "/connector/console-client",
            "CONSOLE_ISSUER": "https://issuer.test",
            "CONSOLE_SECRET_ARN": self.console_secret_arn,
            "CLAIM_SECONDS": "0",
            "SETTLE_SECONDS": "0",
        }

    def empty(self) -> None:
        """Leave an empty table, empty queues and no executions."""
        # A cold start, but for the clients of AWS.
        self.services._quickbooks.clear()
        self.services._connections.clear()
        self._rows.clear()
        queues = sqs_backends[ACCOUNT][REGION]
        for name in QUEUES:
            queues.get_queue(name).last_purged_at = None  # AWS lets a minute pass in between
            queues.purge_queue(name)
        for machine in stepfunctions_backends[ACCOUNT][REGION].state_machines:
            machine.executions.clear()

    @property
    def _rows(self) -> Any:
        """What the mock keeps of the table; nine calls a test would empty it, too."""
        return dynamodb_backends[ACCOUNT][REGION].tables["connector"].items

    @property
    def services(self) -> Services:
        return services_of_process.services()

    def messages(self) -> list[dict[str, Any]]:
        """Take what is in the queue."""
        return _taken(self.queue_url)

    def hidden_messages(self) -> int:
        """Count what is in the queue and hidden for some seconds."""
        name = "ApproximateNumberOfMessagesDelayed"
        told = client("sqs").get_queue_attributes(QueueUrl=self.queue_url, AttributeNames=[name])
        return int(told["Attributes"][name])

    def letters(self) -> list[dict[str, Any]]:
        """Take the webhooks that were kept for a person."""
        return _taken(self.letters_url)

    def executions(self) -> list[dict[str, Any]]:
        """Return the inputs of all executions that were started, each under its name."""
        machines = client("stepfunctions")
        found = machines.list_executions(stateMachineArn=self.machine_arn)["executions"]
        inputs = [machines.describe_execution(executionArn=one["executionArn"]) for one in found]
        return [json.loads(one["input"]) | {"name": one["name"]} for one in inputs]

    def end_execution(self, run_id: str) -> None:
        arn = self.machine_arn.replace(":stateMachine:", ":execution:")
        client("stepfunctions").stop_execution(executionArn=f"{arn}:{run_id}")

    def connect_as_before(self) -> None:
        """Have the rows of `connect` in an empty table; not a minute old, they are only copied."""
        if not self.before or monotonic() - self.before[0].at > SECONDS_AS_BEFORE:
            self.connect()
            self.before[:] = [Before(monotonic(), deepcopy(self._rows))]
        else:
            self._rows.update(deepcopy(self.before[0].rows))

    def connect(self, connection_id: str = CONNECTION, realm_id: str = REALM) -> Connection:
        """Save a connection that works, as connecting does."""
        now = datetime.now(UTC)
        connection = Connection(
            connection_id=connection_id,
            realm_id=realm_id,
            company_name="Harbor Books",
            mobiwork_client_id=MOBIWORK if realm_id == REALM else realm_id,
            mobiwork_version="10.0.78",
            state=ConnectionState.ACTIVE,
        )
        assert connections.save_new(connection, now=now)
        saved.save_company(connection_id, a_company(realm_id=realm_id, read_at=now.isoformat()))
        saved.save_settings(connection_id, settings(), saved_at="", saved_by="test")
        saved.note_replayed(connection_id, 1)  # nothing waits for them yet
        login = {
            "login_id": WANTED["mobiwork_login_id"],
            "password": WANTED["mobiwork_password"],
        }
        self.services.secrets.save_secret(connection_id, LOGIN, json.dumps(login))
        self.keep_tokens(connection_id)
        return connections.read(connection_id)

    def keep_tokens(self, connection_id: str = CONNECTION, *, days_old: int = 0) -> None:
        """Store tokens that were obtained some days ago."""
        obtained = datetime.now(UTC) - timedelta(days=days_old)
        tokens = Tokens(
            access_token=f"{ACCESS_TOKEN}-old",
            refresh_token=f"{REFRESH_TOKEN}-old",
            obtained_at=obtained,
            access_until=obtained + timedelta(hours=1),
            refresh_until=obtained + timedelta(days=100),
        )
        self.services.tokens.save_new(connection_id, tokens)

    def finds(self, *records: RawRecord) -> None:
        """Leave records pending, as a look at MobiWork does."""
        find_changes(CONNECTION, FakeMobiWork(list(records)))


def _taken(queue_url: str) -> list[dict[str, Any]]:
    got = client("sqs").receive_message(QueueUrl=queue_url, MaxNumberOfMessages=10)
    return [json.loads(one["Body"]) for one in got.get("Messages", [])]


@contextmanager
def deployed(patch: pytest.MonkeyPatch) -> Iterator[Cloud]:
    """Make the resources of the stack and tell the functions where they are."""
    secret = json.dumps(
        {
            "client_id": "app-id",
            "client_secret": CLIENT_SECRET,
            "webhook_verifier_token": VERIFIER_TOKEN,
        }
    )
    machine = client("stepfunctions").create_state_machine(
        name="sync", definition=json.dumps(MACHINE), roleArn=ROLE
    )
    cloud = Cloud(
        client("sqs").create_queue(QueueName=QUEUES[0])["QueueUrl"],
        client("sqs").create_queue(QueueName=QUEUES[1])["QueueUrl"],
        machine["stateMachineArn"],
        client("secretsmanager").create_secret(Name="app", SecretString=secret)["ARN"],
        client("secretsmanager").create_secret(Name="console", SecretString=CONSOLE_SECRET)["ARN"],
        client("kms").create_key()["KeyMetadata"]["Arn"],
    )
    client("ssm").put_parameter(Name="/connector/console-client", Value="console", Type="String")
    for name, text in cloud.environment().items():
        patch.setenv(name, text)
    _forget()
    assert cloud.services  # opens the table
    Item.create_table(billing_mode="PAY_PER_REQUEST")
    yield cloud
    _forget()


def _forget() -> None:
    config.config.cache_clear()
    services_of_process.services.cache_clear()


def the_run(run_id: str = RUN, connection_id: str = CONNECTION) -> RunRow:
    """Return what is stored of a run."""
    return RunRow.get(f"{connection_id}#run", run_id)


def findings(connection_id: str = CONNECTION) -> looks.FindingsRow:
    """Return what the latest look found."""
    return looks.FindingsRow.get(f"{connection_id}#findings", "latest")
