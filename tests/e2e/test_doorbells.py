import json
import shutil
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from random import Random
from typing import Any

import pytest
import requests

from connector.model.connection import Connection, ConnectionState
from connector.quickbooks.webhook import SIGNATURE_HEADER, sign
from connector.store import connections
from connector.store.table import open_table
from local.emulator import REGION, Emulator
from local.nursery import nursery
from local.stack import Outputs, deploy
from local.template import Source
from tests.stand_ins import ROOT

TOKEN = "5b1c7a90-3d1e-4c55-9a77-0f6e2d8c4b13"  # noqa: S105 - invented
REALM = 9130350000000000
COMPANIES, POSTS, SENDERS, DELAY = 12, 200, 4, 2
SECONDS, ATTEMPTS = 240.0, 8

# Finding changes, but for the reading: it answers rings as a look does, and notes when it began.
LOOK = """
import json, pathlib, time
from datetime import UTC, datetime

from connector.changes import doorbell
from connector.lambdas.entrypoints import queue

@queue
def handler(services, connection_id, *_):
    began = time.time()
    seen = doorbell.rung(services.bell, connection_id, now=datetime.now(UTC))
    time.sleep(0.1)
    doorbell.answer(services.bell, connection_id, seen)
    with pathlib.Path(LOOKS).open("a") as looks:
        looks.write(json.dumps([connection_id, began, bool(seen)]) + "\\n")
"""


@dataclass(frozen=True)
class House:
    """The deployed stack with many companies, whose looks are only noted."""

    emulator: Emulator
    outputs: Outputs
    noted: Path

    def post(self, body: bytes, token: str = TOKEN) -> requests.Response:
        headers = {
            SIGNATURE_HEADER: sign(token.encode(), body).decode(),
            "Content-Type": "application/json",
        }
        return requests.post(self.outputs["WebhookUrl"], data=body, headers=headers, timeout=60)

    def looks(self) -> list[tuple[str, float, bool]]:
        """Return each look: of which connection, when it began, whether it found a ring."""
        if not self.noted.exists():
            return []
        return [tuple(json.loads(line)) for line in self.noted.read_text().splitlines()]

    def waiting(self) -> int:
        """Count the messages in the queue, hidden ones and those being worked on too."""
        told = self.emulator.client("sqs").get_queue_attributes(
            QueueUrl=self.outputs["ConnectionQueueUrl"], AttributeNames=["All"]
        )["Attributes"]
        return sum(int(text) for name, text in told.items() if name.startswith("Approximate"))

    def come_to_rest(self) -> None:
        deadline = time.monotonic() + SECONDS
        while self.waiting():
            assert time.monotonic() < deadline, "the queue does not empty"
            time.sleep(0.2)


@pytest.fixture(scope="module")
def house(emulator: Emulator, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("doorbells")
    functions, noted = folder / "functions", folder / "looks.jsonl"
    shutil.copytree(ROOT / "functions", functions)
    app = LOOK.replace("LOOKS", repr(str(noted)))
    (functions / "find_changes" / "app.py").write_text(app)
    socket = folder / "nursery"
    source = Source(root=ROOT, logs=folder / "logs", functions=functions, nursery=socket)
    parameters = {"AlarmEmail": "ops@harbor.example", "ScheduleState": "DISABLED"}
    parameters["DoorbellSeconds"] = str(DELAY)
    with nursery(socket, folder / "nursery.log"):
        yield _furnished(emulator, deploy(emulator, source, parameters, name="doorbells"), noted)


def _furnished(emulator: Emulator, outputs: Outputs, noted: Path) -> House:
    emulator.client("secretsmanager").put_secret_value(
        SecretId=outputs["AppSecretArn"], SecretString=json.dumps({"webhook_verifier_token": TOKEN})
    )
    open_table(outputs["TableName"], region=REGION, host=emulator.endpoint)
    for number in range(COMPANIES):
        connections.save_new(_connection(number), now=datetime.now(UTC))
    return House(emulator, outputs, noted)


def _connection(number: int) -> Connection:
    return Connection(
        connection_id=f"c{number}",
        realm_id=str(REALM + number),
        company_name=f"Company {number}",
        mobiwork_client_id=str(40321 + number),
        mobiwork_version="10.0.78",
        state=ConnectionState.ACTIVE,
    )


def change(number: int) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": f"{number}-{time.time_ns()}",
        "type": "qbo.customer.updated.v1",
        "time": datetime.now(UTC).isoformat(),
        "intuitentityid": "58",
        "intuitaccountid": str(REALM + number),
        "data": {},
    }


def burst(house: House, posts: int) -> tuple[Mapping[str, float], list[int]]:
    """Post for one to three companies each, from several senders at once.

    A post is sent until it is accepted, as Intuit does; returns when each connection's last change
    was made, and how often each post was sent.
    """
    last: defaultdict[str, float] = defaultdict(float)

    def one(number: int) -> int:
        chosen = Random(number).sample(range(COMPANIES), k=number % 3 + 1)  # noqa: S311
        for company in chosen:
            last[f"c{company}"] = max(last[f"c{company}"], time.time())
        body = json.dumps([change(company) for company in chosen]).encode()
        for attempt in range(1, ATTEMPTS + 1):
            if house.post(body).status_code == HTTPStatus.OK:
                return attempt
            time.sleep(attempt / 10)
        raise AssertionError(f"post {number} was never accepted")

    with ThreadPoolExecutor(SENDERS) as pool:
        return last, list(pool.map(one, range(posts)))


def test_a_burst_of_200_posts_loses_none(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    burst(house, 1)
    house.come_to_rest()
    house.noted.unlink()
    began = time.monotonic()
    last, sent = burst(house, POSTS)
    took = time.monotonic() - began
    house.come_to_rest()
    looks = house.looks()
    latest = {one: max(at for it, at, found in looks if it == one and found) for one in last}
    most = COMPANIES * (took / (DELAY * 2 / 3) + 2)
    with capsys.disabled():
        found = sum(found for _, _, found in looks)
        sys.stdout.write(
            f"\n{POSTS} posts, sent {sum(sent)} times in {took:.1f} s, for {len(last)} companies: "
            f"{len(looks)} looks (at most {most:.0f}), {found} of which found a ring\n"
        )
    assert [one for one, changed in last.items() if latest[one] < changed] == []
    assert len(looks) <= most


def test_what_intuit_did_not_sign_is_refused_at_the_door(house: House) -> None:
    house.come_to_rest()
    answer = house.post(json.dumps([change(0)]).encode(), token="another")  # noqa: S106 - invented
    assert (answer.status_code, house.waiting()) == (401, 0)


def test_what_cannot_be_read_waits_for_a_person(house: House) -> None:
    answer = house.post(b"<changes/>")
    letters = house.emulator.client("sqs").receive_message(
        QueueUrl=house.outputs["WebhookDeadLettersUrl"], WaitTimeSeconds=20
    )["Messages"]
    assert (answer.status_code, answer.json()["detail"]) == (400, "The post is not JSON.")
    assert json.loads(letters[0]["Body"])["told"] == "<changes/>"
