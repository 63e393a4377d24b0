"""The connector as it is deployed, in this process: its functions, machines, queue and schedules.

The functions are the deployed ones and talk HTTP to both simulators. The table counts its units
(`quick_table`), the other services are moto's; state machines run on moto's engine, whose history
tells the transitions. The clock is moved on from tick to tick of the schedule.
"""

import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any
from unittest.mock import patch

import boto3
import requests
import time_machine
from moto import mock_aws
from moto.core.config import DefaultConfig

from bench.load import Server
from bench.metering import Metering
from bench.quick_table import QuickTable
from bench.simulator_speed import quickbooks_token
from connector import config, services
from connector.changes.company import ask_company
from connector.model.connection import Connection, ConnectionState, Phase
from connector.model.policy.settings import Settings
from connector.model.tokens import Tokens
from connector.services import LOGIN
from connector.store import connections
from connector.store import settings as saved
from connector.store.table import open_table
from local.sample import SETTINGS
from local.template import read_template
from simulators.mobiwork.account import CLIENT_ID, LOGIN_ID, PASSWORD
from simulators.quickbooks.world import REALM
from tests.functions.context import Context
from tests.functions.events import event
from tests.second_opinion import CONFIG, FUNCTION, ROLE, answered_by, definition_of
from tests.stand_ins import ROOT

CONNECTION, REGION = "bench", "us-east-1"
OF_OTHERS: DefaultConfig = {**CONFIG, "core": {"passthrough": {"services": ["dynamodb"]}}}
"""Moto stands for all services but the table: it would answer for it, too, and take its time."""
TICK = timedelta(minutes=5)
LOOKS_OF_ALL = 3
"""After so many ticks even a large account was read once."""
TEMPLATE = read_template(ROOT / "template.yaml")
EVERY = {"refresh_tokens": 12, "send_digests": 12, "watch_worklists": 288}
"""The other schedules, in ticks."""


class Cloud:
    """One connection of a deployment, whose costs are counted."""

    def __init__(self, books: Server, account: Server, clock: Any) -> None:  # noqa: ANN401 - time_machine's
        self.books, self.account, self.clock = books, account, clock
        self.table = QuickTable()
        self.table.use()
        sites = {books.url: "quickbooks", account.url: "mobiwork"}
        self.metering = Metering(self.table, sites)
        self.metering.install()
        self.ticks = 0
        self._ended: set[str] = set()
        self._machines: dict[str, str] = {}
        self._aws = {one: _client(one) for one in ("sqs", "stepfunctions", "kms", "secretsmanager")}
        self._deploy()

    def _deploy(self) -> None:
        sqs = self._aws["sqs"]
        self.queue = sqs.create_queue(QueueName="connections")["QueueUrl"]
        secret = json.dumps({"client_id": "i", "client_secret": "s", "webhook_verifier_token": "t"})
        app = self._aws["secretsmanager"].create_secret(Name="app", SecretString=secret)["ARN"]
        key = self._aws["kms"].create_key()["KeyMetadata"]["Arn"]
        for name, it in TEMPLATE["Resources"].items():
            if it["Type"] == "AWS::Serverless::StateMachine":
                told = {"name": name, "definition": definition_of(name), "roleArn": ROLE}
                made = self._aws["stepfunctions"].create_state_machine(**told)
                self._machines[name] = made["stateMachineArn"]
        os.environ |= {
            "TABLE_NAME": "bench",
            "POWERTOOLS_METRICS_NAMESPACE": "MobiWorkQuickBooks",
            "POWERTOOLS_SERVICE_NAME": "connector",
            "AWS_REGION": REGION,
            "CONNECTION_QUEUE_URL": self.queue,
            "SYNC_STATE_MACHINE_ARN": self._machines["SyncConnection"],
            "PAYMENTS_STATE_MACHINE_ARN": self._machines.get("PushInvoicesThenPayments", ""),
            "UNDO_STATE_MACHINE_ARN": self._machines["UndoRun"],
            "APP_SECRET_ARN": app,
            "TOKEN_KEY_ARN": key,
            "QUICKBOOKS_API_URL": self.books.url,
            "QUICKBOOKS_TOKEN_URL": f"{self.books.url}/oauth2/v1/tokens/bearer",
            "QUICKBOOKS_REQUESTS_PER_MINUTE": "60000",
            "MOBIWORK_URL": self.account.url,
            "SETTLE_SECONDS": "0",
        }
        config.config.cache_clear()
        services.services.cache_clear()

    def connect(self) -> None:
        """Connect the simulated company and account; the connection posts at once."""
        mine, now = services.services(), datetime.now(UTC)
        mine.tokens.save_new(CONNECTION, _tokens(self.books, now))
        login = {"login_id": LOGIN_ID, "password": PASSWORD}
        mine.secrets.save_secret(CONNECTION, LOGIN, json.dumps(login))
        settings = Settings.model_validate(SETTINGS)
        saved.save_settings(CONNECTION, settings, saved_at="", saved_by="bench")
        saved.save_company(CONNECTION, ask_company(mine.quickbooks(CONNECTION, REALM), now=now))
        connection = Connection(
            connection_id=CONNECTION,
            realm_id=REALM,
            company_name="Bench",
            mobiwork_client_id=CLIENT_ID,
            mobiwork_version="10.0.78",
            state=ConnectionState.ACTIVE,
            phase=Phase.LIVE,
        )
        connections.save_new(connection, now=now)

    def renew(self) -> None:
        """Give a token that lasts another hour of the simulator's own clock, for nothing."""
        mine = services.services()
        mine.tokens.save_new(CONNECTION, _tokens(self.books, datetime.now(UTC)))

    def tick(self) -> None:
        """Let five minutes pass: the schedules, then the looks that are due, then their runs."""
        self.clock.shift(TICK)
        advance = {"advance": TICK.total_seconds()}
        requests.post(f"{self.books.url}/_sim/clock", json=advance, timeout=30).raise_for_status()
        if self.ticks % 10 == 0:
            self.renew()
        self.ticks += 1
        self.invoke("start_runs", event("start_runs"))
        for name, every in EVERY.items():
            if self.ticks % every == 0:
                self.invoke(name, event(name))
        self.look_at_messages()

    def look_only(self) -> None:
        """Look at what is there, as if it had all been synced before: of it nothing is pending."""
        with patch("connector.jobs.find_changes._start", lambda *_: None):
            for _ in range(LOOKS_OF_ALL):
                self.tick()
        self.table.forget("#pending")

    def ring(self) -> None:
        """Let a webhook of QuickBooks come in: what the connector wrote is told of, too."""
        from connector.changes import doorbell  # noqa: PLC0415
        from connector.model.cursor import Side  # noqa: PLC0415

        def rung() -> None:
            mine = services.services()
            mine.connection_of(REALM)
            doorbell.ring(mine.bell, CONNECTION, Side.QUICKBOOKS, now=datetime.now(UTC))

        self.metering.invoke(
            "receive_quickbooks_change", _memory("receive_quickbooks_change"), rung
        )
        self.metering.found["receive_quickbooks_change"]["requests"] += 1

    def look_at_messages(self) -> None:
        """Look as often as there are messages, and let each run end before the next look."""
        sqs = self._aws["sqs"]
        while found := sqs.receive_message(QueueUrl=self.queue).get("Messages"):
            for one in found:
                record = event("find_changes")["Records"][0] | {"body": one["Body"]}
                self.invoke("find_changes", {"Records": [record]})
                self.metering.message()
                sqs.delete_message(QueueUrl=self.queue, ReceiptHandle=one["ReceiptHandle"])
                self._wait_for_runs()

    def invoke(self, name: str, told: Any) -> Any:  # noqa: ANN401 - as Lambda does
        """Call a function as Lambda does."""
        handler: Callable[..., Any] = import_module(f"functions.{name}.app").handler
        return self.metering.invoke(name, _memory(name), lambda: handler(told, Context()))

    def _wait_for_runs(self) -> None:
        states = self._aws["stepfunctions"]
        machine = self._machines["SyncConnection"]
        for one in states.list_executions(stateMachineArn=machine)["executions"]:
            if one["name"] not in self._ended:
                self._ended.add(one["name"])
                self._to_its_end("SyncConnection", one["executionArn"])

    def _to_its_end(self, machine: str, execution: str) -> dict[str, Any]:
        states = self._aws["stepfunctions"]
        while (told := states.describe_execution(executionArn=execution))["status"] == "RUNNING":
            time.sleep(0.02)
        pages = states.get_paginator("get_execution_history").paginate(executionArn=execution)
        entered = [e for page in pages for e in page["events"] if "StateEntered" in e["type"]]
        kind = TEMPLATE["Resources"][machine]["Properties"].get("Type", "STANDARD")
        self.metering.execution(machine, len(entered), seconds=5.0 if kind == "EXPRESS" else None)
        if told["status"] != "SUCCEEDED":
            raise RuntimeError(f"{machine} {told['status']}: {told.get('cause')}")
        return dict(told)

    @contextmanager
    def running_machines(self) -> Iterator[None]:
        """Let the tasks of state machines call the functions."""

        def invoke(
            _: object,
            arn: str,
            _q: object,
            body: str,
            _h: object,
            answer: dict[str, str],
        ) -> bytes:
            told, name = json.loads(body), arn.removeprefix(FUNCTION)
            if name.startswith("start_") and name != "start_runs":
                machine = name.removeprefix("start_")
                begun = self._aws["stepfunctions"].start_execution(
                    stateMachineArn=self._machines[machine],
                    name=f"e{time.monotonic_ns()}",
                    input=json.dumps(told["Input"]),
                )
                ended = self._to_its_end(machine, begun["executionArn"])
                return json.dumps({"Output": json.loads(ended["output"])}).encode()
            try:
                return json.dumps(self.invoke(name, told)).encode()
            except Exception as error:
                answer["x-amz-function-error"] = "Unhandled"
                said = {"errorMessage": str(error), "errorType": type(error).__name__}
                return json.dumps(said).encode()

        with answered_by(invoke):
            yield


@contextmanager
def deployed(books: Server, account: Server) -> Iterator[Cloud]:
    """Deploy the connector at a morning of today, whose clock then only moves by ticks."""
    morning = datetime.now(UTC).replace(hour=8, minute=0, second=0)
    with time_machine.travel(morning, tick=True) as clock, mock_aws(config=OF_OTHERS):
        open_table("bench", region=REGION)
        made = Cloud(books, account, clock)
        made.connect()
        with made.running_machines():
            yield made


def _memory(name: str) -> int:
    wanted = "".join(one.title() for one in name.split("_")) + "Function"
    own = TEMPLATE["Resources"][wanted]["Properties"]
    return int(own.get("MemorySize") or TEMPLATE["Globals"]["Function"]["MemorySize"])


def _tokens(books: Server, now: datetime) -> Tokens:
    token, later = quickbooks_token(books.url), now + timedelta(days=90)
    return Tokens(
        access_token=token,
        refresh_token="r",  # noqa: S106 - never used
        obtained_at=now,
        access_until=now + timedelta(days=1),
        refresh_until=later,
    )


def _client(service: str) -> Any:  # noqa: ANN401 - one of many
    return boto3.client(service, region_name=REGION)  # type: ignore[call-overload]
