import base64
import fcntl
import json
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from simulators.quickbooks.world import CLIENT_ID, CLIENT_SECRET, REALM
from tests.simulators.quickbooks.conftest import REDIRECT, Simulator, start, stop

HERE = Path(__file__).parent
OLDEST_NODE = 20
NEEDS_NODE = (
    "these tests need Node.js 20 or newer and npm on the PATH: other people's Node clients are"
    " driven against the simulator (docs/simulators.md, section 'Clients it is tested with')"
)


class RefusedError(Exception):
    def __init__(self, error: dict[str, Any]) -> None:
        super().__init__(json.dumps(error))
        self.name, self.message, self.status = error["name"], error["message"], error["status"]
        self.body = error["body"] or {}

    @property
    def code(self) -> str:
        errors = self.body.get("Fault", {}).get("Error") or self.body["fault"]["error"]
        return str(errors[0]["code"])


@dataclass
class Bridge:
    process: subprocess.Popen[str]

    def send(self, **request: Any) -> Any:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        if "error" in answer:
            raise RefusedError(answer["error"])
        return answer["value"]

    def call(self, client: str, method: str, *args: Any) -> Any:
        return self.send(client=client, method=method, args=args)

    def connect(self, simulator: Simulator) -> None:
        simulator.connect()
        settings = {
            "url": simulator.url,
            "realm": REALM,
            "clientId": CLIENT_ID,
            "clientSecret": CLIENT_SECRET,
            "redirect": REDIRECT,
            "token": simulator.token,
            "refreshToken": simulator.refresh_token,
        }
        self.send(settings=settings)


@dataclass
class Client:
    bridge: Bridge
    package: str

    def __getattr__(self, method: str) -> Any:
        return lambda *args: self.bridge.call(self.package, method, *args)


def content(raw: bytes) -> dict[str, str]:
    return {"$bytes": base64.b64encode(raw).decode()}


def npm_ci(npm: str, lock: bytes, done: Path) -> None:
    if done.exists() and done.read_bytes() == lock:
        return
    command = [npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
    made = subprocess.run(command, cwd=HERE, capture_output=True, text=True, check=False)  # noqa: S603
    if made.returncode:
        pytest.fail(f"npm ci failed:\n{made.stderr[-2000:]}", pytrace=False)
    done.write_bytes(lock)


def install() -> str:
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        pytest.fail(NEEDS_NODE, pytrace=False)
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=True)  # noqa: S603
    if int(version.stdout.lstrip("v").split(".")[0]) < OLDEST_NODE:
        pytest.fail(f"{NEEDS_NODE}; found {version.stdout.strip()}", pytrace=False)
    lock = HERE / "package-lock.json"
    with lock.open() as held:  # several test processes may come here at once
        fcntl.flock(held, fcntl.LOCK_EX)
        npm_ci(npm, lock.read_bytes(), HERE / "node_modules" / ".installed.json")
    return node


@pytest.fixture(scope="session")
def node() -> str:
    return install()


@pytest.fixture(scope="session")
def bridge(node: str) -> Iterator[Bridge]:
    process = subprocess.Popen(  # noqa: S603
        [node, str(HERE / "bridge.js")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    yield Bridge(process)
    assert process.stdin is not None
    process.stdin.close()
    process.wait(60)
    assert process.stdout is not None
    process.stdout.close()


@pytest.fixture(scope="session")
def company() -> Iterator[Simulator]:
    simulator = start("--sample", "--switch", "limits=false")
    yield simulator
    stop(simulator)


@pytest.fixture
def app(bridge: Bridge, company: Simulator) -> Simulator:
    bridge.connect(company)
    return company


@pytest.fixture
def qbo(app: Simulator, bridge: Bridge) -> Client:
    return Client(bridge, "node-quickbooks")


@pytest.fixture
def promise(app: Simulator, bridge: Bridge) -> Client:
    return Client(bridge, "quickbooks-node-promise")


@pytest.fixture
def oauth(app: Simulator, bridge: Bridge) -> Client:
    return Client(bridge, "intuit-oauth")
