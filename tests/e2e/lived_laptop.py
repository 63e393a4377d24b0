"""The connector as it is deployed, between both simulators, with the sample company started."""

import time
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Self

import requests
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from connector.mobiwork.client import MobiWork
from connector.model.policy.settings import Settings
from connector.quickbooks.client import QuickBooks
from connector.quickbooks.throttle import Unthrottled
from connector.store import connections
from connector.store import settings as saved
from connector.store.call_meter import Meter
from connector.store.records import cursors
from connector.store.table import open_table
from local.emulator import REGION
from local.made import Options
from local.progress import Ledger, Look
from local.runtime import Runtime
from local.sample import LOGIN, SETTINGS, app_of, connect, start_posting
from local.watch import wait_for_look
from tests.e2e.both_sides import Sides
from tests.e2e.conftest import ASSUMED, Bearer, consent

OPTIONS = Options(port=0, schedule=False, sample_size=0.05, webhooks=True, doorbell_seconds=1)
WAITING = {"CLAIM_SECONDS": "4", "SETTLE_SECONDS": "1"}
"""How long a lost answer is watched: of a QuickBooks whose queries are never behind."""
AT_MOST_SECONDS = 420.0
QUIET_SECONDS = 3.0
MOST_LOOKS = 8


@dataclass(kw_only=True)
class Laptop(Sides):
    """The connector as it is deployed, between both simulators; nothing but rings wakes it."""

    runtime: Runtime
    ledger: Ledger
    doorbell: str
    runs: Counter[str] = field(default_factory=Counter)

    @classmethod
    def connected(cls, runtime: Runtime) -> Self:
        """Connect the sample company with everything switched on, review it, and start it."""
        _hurry(runtime)
        open_table(runtime.outputs["TableName"], region=REGION, host=runtime.emulator.endpoint)
        connect(runtime.outputs["ApiUrl"])
        ledger = Ledger(runtime.emulator, runtime.outputs["TableName"])
        (connection_id,) = ledger.connections()
        chosen = Settings.model_validate(
            SETTINGS | {"capabilities": ASSUMED, "show_payments": True}
        )
        saved.save_settings(connection_id, chosen, saved_at="", saved_by="test")
        told = _signed(runtime, f"/connections/{connection_id}/doorbell")
        laptop = cls(
            connection_id=connection_id,
            quickbooks=quickbooks_of(runtime.quickbooks, connection_id),
            quickbooks_url=runtime.quickbooks,
            mobiwork=_mobiwork(runtime.mobiwork),
            mobiwork_url=runtime.mobiwork,
            chosen=chosen,
            runtime=runtime,
            ledger=ledger,
            doorbell=told["url"],
        )
        laptop._reviewed_and_started()
        return laptop

    def _reviewed_and_started(self) -> None:
        """Have everything planned, which writes nothing on either side, and start posting."""
        before = self.writes()
        self.look()
        assert self.writes() == before, "something was written in review"
        start_posting(self.runtime.outputs["ApiUrl"], self.connection_id)

    def day_breaks(self) -> None:
        """Let the quarter of an hour pass for which QuickBooks is left alone after a failure."""
        cursor = cursors.read(self.connection_id)
        if cursor is not None and cursor.failures:
            cursors.keep(cursor, replace(cursor, again_at=datetime.now(UTC)))

    def look(self) -> None:
        """Have both sides looked at and wait until all that follows is done."""
        self.day_breaks()
        cursor = cursors.read(self.connection_id)
        if cursor is not None:
            cursors.note_ring(self.connection_id, now=datetime.now(UTC))
        before = self.ledger.look(self.connection_id)
        requests.get(self.doorbell, timeout=60).raise_for_status()
        self.at_rest()
        assert self.ledger.look(self.connection_id) != before, "nobody has looked"

    def next_look(self, before: Look) -> Look:
        """Wait until somebody looks again."""
        return wait_for_look(
            self.runtime, self.ledger, self.connection_id, after=before, seconds=AT_MOST_SECONDS
        )

    def at_rest(self) -> None:
        """Wait until nothing rings or runs any more."""
        deadline, quiet_since = time.monotonic() + AT_MOST_SECONDS, time.monotonic()
        while time.monotonic() - quiet_since < QUIET_SECONDS:
            assert time.monotonic() < deadline, f"it goes on and on: {self._busy()}"
            self.runtime.check()
            if self._busy():
                quiet_since = time.monotonic()
            time.sleep(0.5)

    def _busy(self) -> str:
        """Say what is still to come: a message, a run, or a post of QuickBooks."""
        emulator, outputs = self.runtime.emulator, self.runtime.outputs
        queue = emulator.client("sqs").get_queue_attributes(
            QueueUrl=outputs["ConnectionQueueUrl"], AttributeNames=["All"]
        )["Attributes"]
        messages = sum(int(text) for name, text in queue.items() if name.startswith("Approximate"))
        found = emulator.client("stepfunctions").list_executions(
            stateMachineArn=outputs["SyncConnectionArn"]
        )["executions"]
        self.runs = Counter(one["status"] for one in found)
        hooks = self.quickbooks_admin("webhooks", method="GET")
        late = [one["status"] for one in hooks["deliveries"] if one["status"] != 200]
        posts = len(late) + hooks["waiting"]
        busy = {"messages": messages, "runs": self.runs["RUNNING"], "posts": posts}
        return ", ".join(f"{n} {what}" for what, n in busy.items() if n)

    def died(self) -> int:
        """Count the runs that did not come to their end, with or without flows that failed."""
        states = self.runtime.emulator.client("stepfunctions")
        found = states.list_executions(stateMachineArn=self.runtime.outputs["SyncConnectionArn"])
        told = [
            states.describe_execution(executionArn=one["executionArn"])
            for one in found["executions"]
            if one["status"] != "SUCCEEDED"
        ]
        return sum(one.get("error") != "FlowFailedError" for one in told)

    def rest(self, idle_looks: int) -> int:
        """Look until so many in a row write nothing on either side; return how many it took."""
        idle = 0
        for taken in range(MOST_LOOKS):
            before = self.writes()
            self.look()
            idle = idle + 1 if self.writes() == before else 0
            if idle == idle_looks:
                return taken + 1
        raise AssertionError(f"the two sides did not come to rest in {MOST_LOOKS} looks")


def _hurry(runtime: Runtime) -> None:
    """Set up the stack for a week in minutes, and both simulators for what it does."""
    functions = runtime.emulator.client("lambda")
    for one in functions.list_functions(MaxItems=1000)["Functions"]:
        variables = one["Environment"]["Variables"] | WAITING
        functions.update_function_configuration(
            FunctionName=one["FunctionName"], Environment={"Variables": variables}
        )
    runtime.emulator.client("sqs").set_queue_attributes(
        QueueUrl=runtime.outputs["ConnectionQueueUrl"], Attributes={"VisibilityTimeout": "90"}
    )
    switches = {"endpoints_off": ["*.updateIntegrationStatus"]}
    for url, told in (
        (runtime.mobiwork, switches),
        (runtime.quickbooks, {"webhook_seconds": 0.5, "webhook_duplicates": True}),
    ):
        requests.post(f"{url}/_sim/switches", json=told, timeout=30).raise_for_status()


def _signed(runtime: Runtime, path: str) -> Any:
    """Post as a person of the AWS account."""
    asked = AWSRequest("POST", f"{runtime.outputs['ApiUrl']}{path}", {}, "")
    SigV4Auth(Credentials("local", "local"), "execute-api", REGION).add_auth(asked)
    answer = requests.post(str(asked.url), headers=dict(asked.headers), timeout=60)
    answer.raise_for_status()
    return answer.json()


def quickbooks_of(url: str, connection_id: str) -> QuickBooks:
    """Return a client with a consent of its own, to look at what the connector did."""
    app = app_of(url)
    realm_id = connections.read(connection_id).realm_id
    return QuickBooks(
        realm_id=realm_id,
        base_url=url,
        auth=Bearer(consent(url, (app["client_id"], app["client_secret"]))),
        throttle=Unthrottled(),
        meter=Meter("e2e"),
    )


def _mobiwork(url: str) -> MobiWork:
    return MobiWork(
        base_url=url,
        client_id=LOGIN["mobiwork_client_id"],
        login_id=LOGIN["mobiwork_login_id"],
        password=LOGIN["mobiwork_password"],
        capabilities=ASSUMED,
    )
