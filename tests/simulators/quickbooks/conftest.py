import base64
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from simulators.quickbooks.world import CLIENT_ID, CLIENT_SECRET, REALM

REDIRECT = "http://127.0.0.1/callback"
SCOPE = "com.intuit.quickbooks.accounting"


@dataclass
class Simulator:
    url: str
    process: subprocess.Popen[str]
    session: requests.Session = field(default_factory=requests.Session)
    token: str = ""
    refresh_token: str = ""

    def authorize(
        self, scope: str = SCOPE, decision: str = "accept", **more: str
    ) -> dict[str, str]:
        asked = {
            "client_id": CLIENT_ID,
            "redirect_uri": REDIRECT,
            "response_type": "code",
            "scope": scope,
            "state": "s1",
        } | more
        page = self.session.get(f"{self.url}/connect/oauth2", params=asked, timeout=60)
        page.raise_for_status()
        form = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.text))
        return self._code(form | {"realmId": REALM, "decision": decision})

    def _code(self, form: Mapping[str, str]) -> dict[str, str]:
        answer = self.session.post(
            f"{self.url}/connect/oauth2", data=form, allow_redirects=False, timeout=60
        )
        query = parse_qs(urlsplit(answer.headers["Location"]).query)
        return {name: values[0] for name, values in query.items()}

    def tokens(self, client: str = CLIENT_ID, **form: str) -> requests.Response:
        secret = base64.b64encode(f"{client}:{CLIENT_SECRET}".encode()).decode()
        return self.session.post(
            f"{self.url}/oauth2/v1/tokens/bearer",
            data=form,
            headers={"Authorization": f"Basic {secret}", "Accept": "application/json"},
            timeout=60,
        )

    def connect(self) -> None:
        """Consent as `authorize` does, without looking at the page."""
        consent = {"redirect_uri": REDIRECT, "scope": SCOPE, "state": "s1", "realmId": REALM}
        code = self._code(consent | {"client_id": CLIENT_ID, "decision": "accept"})["code"]
        issued = self.tokens(
            grant_type="authorization_code", code=code, redirect_uri=REDIRECT
        ).json()
        self.token, self.refresh_token = issued["access_token"], issued["refresh_token"]

    def call(self, method: str, path: str, **more: Any) -> requests.Response:
        headers = {"Authorization": f"Bearer {self.token}", "Accept": "application/json"}
        headers |= more.pop("headers", {})
        url = f"{self.url}/v3/company/{REALM}/{path}"
        return self.session.request(method, url, headers=headers, timeout=60, **more)

    def post(self, entity: str, body: Any, **params: str) -> requests.Response:
        return self.call("POST", entity.lower(), json=body, params=params)

    def create(self, entity: str, **body: Any) -> dict[str, Any]:
        answer = self.post(entity, body)
        assert answer.status_code == 200, answer.text
        return dict(answer.json()[entity])

    def read(self, entity: str, key: str) -> dict[str, Any]:
        answer = self.call("GET", f"{entity.lower()}/{key}")
        assert answer.status_code == 200, answer.text
        return dict(answer.json()[entity])

    def query(self, text: str) -> dict[str, Any]:
        answer = self.call("GET", "query", params={"query": text})
        assert answer.status_code == 200, answer.text
        return dict(answer.json()["QueryResponse"])

    def fault(self, answer: requests.Response) -> tuple[int, list[str]]:
        return answer.status_code, [e["code"] for e in answer.json()["Fault"]["Error"]]

    def sim(self, path: str, body: Any = None, method: str = "POST") -> Any:
        answer = self.session.request(method, f"{self.url}/_sim/{path}", json=body, timeout=60)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def switch(self, **values: Any) -> None:
        self.sim("switches", values)


def start(*options: str) -> Simulator:
    command = [sys.executable, "-m", "simulators.quickbooks", "--port", "0", *options]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line.startswith("QuickBooks simulator: "), line
    return Simulator(line.split()[-1], process)


def stop(simulator: Simulator) -> None:
    simulator.session.close()
    simulator.process.terminate()
    simulator.process.wait(60)
    if simulator.process.stdout is not None:
        simulator.process.stdout.close()


@pytest.fixture(scope="session")
def server() -> Iterator[Simulator]:
    simulator = start("--switch", "limits=false")
    simulator.connect()
    yield simulator
    stop(simulator)


@pytest.fixture(scope="session")
def switches(server: Simulator) -> dict[str, Any]:
    """How they stand when it was started; each test leaves them so."""
    return {n: s["value"] for n, s in server.sim("switches", method="GET").items()}


@pytest.fixture
def qbo(server: Simulator, switches: dict[str, Any]) -> Iterator[Simulator]:
    server.sim("reset")
    server.connect()
    yield server
    server.switch(**switches)


@pytest.fixture
def fresh() -> Iterator[Callable[..., Simulator]]:
    started: list[Simulator] = []

    def begin(*options: str) -> Simulator:
        started.append(start(*options))
        return started[-1]

    yield begin
    for simulator in started:
        stop(simulator)
