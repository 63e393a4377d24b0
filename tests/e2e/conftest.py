"""What the acceptance tests share: both simulators on loopback, reached by our own clients."""

import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import boto3
import pytest
import requests
from requests import PreparedRequest
from requests.auth import AuthBase

from connector.changes.company import ask_company
from connector.mobiwork.client import MobiWork
from connector.mobiwork.endpoints import registry
from connector.model.company import Company
from connector.quickbooks.auth import App, exchange_code
from connector.quickbooks.client import QuickBooks
from connector.quickbooks.throttle import Unthrottled
from connector.store.call_meter import Meter
from connector.store.permits import PermitItem
from connector.store.sealing import Vault
from connector.store.table import Item, open_table
from connector.store.tokens import SealedTokens
from local.children import Child, bare_environment
from tests.e2e import connected_company
from tests.e2e.connected_company import CONNECTION, REGION, ROOT, Books, Simulator
from tests.mocked_aws import one_at_a_time

REALM = "9130350000000001"
CLIENT = ("e2e-client", "e2e-secret")
CALLBACK = "http://127.0.0.1/callback"
ASSUMED = frozenset(row.switch for row in registry().values() if row.switch)
NUMBERS = count(1)


class Bearer(AuthBase):
    """A token that lasts as long as the tests."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Add the token."""
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request

    def refresh(self, rejected: str) -> None:
        """Fail: nothing in these tests lets a token expire."""
        raise AssertionError(f"the simulator refused {len(rejected)} characters of token")


@dataclass(frozen=True)
class Judge:
    """The QuickBooks simulator: it accepts a body or says why not."""

    url: str
    client: QuickBooks

    def admin(self, path: str, body: Mapping[str, Any]) -> Any:
        """Do what only the owner of the simulator can do."""
        answer = requests.post(f"{self.url}/_sim/{path}", json=body, timeout=60)
        answer.raise_for_status()
        return answer.json()

    def switch(self, **values: object) -> None:
        """Set switches of the company."""
        self.admin("switches", values)

    def post(self, entity: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Create a record."""
        return dict(self.client.create(entity, dict(body), requestid=f"e2e-{next(NUMBERS)}"))

    def change(self, entity: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Update a record."""
        return dict(self.client.update(entity, dict(body), requestid=f"e2e-{next(NUMBERS)}"))

    def company(self) -> Company:
        """Read what the connector remembers of the company."""
        return ask_company(self.client, now=datetime.now(UTC))


@pytest.fixture(scope="module")
def judge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Judge]:
    """Start a QuickBooks company of its own for a module of tests."""
    with a_company_of_its_own(tmp_path_factory.mktemp("judge")) as judge:
        yield judge


@contextmanager
def a_company_of_its_own(folder: Path) -> Iterator[Judge]:
    """Start a QuickBooks company that lasts as long as the context."""
    log = folder / "quickbooks.log"
    command = [sys.executable, "-m", "simulators.quickbooks", "--port", "0", "--realm", REALM]
    command += ["--client-id", CLIENT[0], "--client-secret", CLIENT[1], "--switch", "limits=false"]
    with Child("QuickBooks", command, log=log, environment=bare_environment()) as child:
        url = child.wait_for_line(r"QuickBooks simulator: (http://\S+)")
        client = QuickBooks(
            realm_id=REALM,
            base_url=url,
            auth=Bearer(consent(url)),
            throttle=Unthrottled(),
            meter=Meter("e2e"),
        )
        yield Judge(url, client)


@pytest.fixture(scope="module")
def mobiwork(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MobiWork]:
    """Start a MobiWork account with the sample company of seed 7."""
    log = tmp_path_factory.mktemp("account") / "mobiwork.log"
    command = [sys.executable, "-m", "simulators.mobiwork", "--port", "0", "--sample", "7"]
    with Child("MobiWork", command, log=log, environment=bare_environment()) as child:
        yield MobiWork(
            base_url=child.wait_for_line(r"MobiWork simulator: (http://\S+)"),
            client_id="40321",
            login_id="SIMLOGIN12345678",
            password="SIMPASSWORD12345",  # noqa: S106 - the simulator's own default
            capabilities=ASSUMED,
        )


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, MobiWork]]:
    """Start a MobiWork account without a sample and with every call; return its address too."""
    log = tmp_path_factory.mktemp("account") / "mobiwork.log"
    command = [sys.executable, "-m", "simulators.mobiwork", "--port", "0"]
    command += ["--switch", "endpoints_off=*.updateIntegrationStatus"]
    with Child("MobiWork", command, log=log, environment=bare_environment()) as child:
        url = child.wait_for_line(r"MobiWork simulator: (http://\S+)")
        client = MobiWork(
            base_url=url,
            client_id="40321",
            login_id="SIMLOGIN12345678",
            password="SIMPASSWORD12345",  # noqa: S106 - the simulator's own default
            capabilities=ASSUMED,
            sleep=lambda _seconds: None,
        )
        yield url, client


def consent(url: str, client: tuple[str, str] = CLIENT) -> str:
    """Walk the consent page as a person does and return an access token."""
    asked = {
        "client_id": client[0],
        "response_type": "code",
        "scope": "com.intuit.quickbooks.accounting",
        "redirect_uri": CALLBACK,
        "state": "s",
    }
    answer = requests.post(
        f"{url}/connect/oauth2",
        params=asked,
        data={**asked, "decision": "accept"},
        allow_redirects=False,
        timeout=60,
    )
    code = re.search(r"code=([^&]+)", answer.headers["Location"])
    assert code
    tokens = requests.post(
        f"{url}/oauth2/v1/tokens/bearer",
        auth=client,
        data={"grant_type": "authorization_code", "code": code[1], "redirect_uri": CALLBACK},
        timeout=60,
    )
    return str(tokens.json()["access_token"])


@pytest.fixture(scope="session")
def running() -> Iterator[Simulator]:
    """A QuickBooks simulator for all tests of our client."""
    command = [sys.executable, "-m", "simulators.quickbooks", "--port", "0"]
    command += ["--switch", "limits=false"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        assert process.stdout is not None
        yield Simulator(process.stdout.readline().split(": ", 1)[1].strip())
        process.terminate()


@pytest.fixture
def simulator(running: Simulator) -> Simulator:
    """That simulator as it began."""
    running.admin("POST", "reset")
    running.admin("DELETE", "faults")
    return running


@pytest.fixture(scope="module")
def store() -> Iterator[SealedTokens]:
    """Where the tokens of the connected company are kept."""
    with one_at_a_time():
        open_table("connector", region=REGION)
        Item.create_table(billing_mode="PAY_PER_REQUEST", wait=True)
        kms = boto3.client("kms", region_name=REGION)
        yield SealedTokens(Vault(kms, kms.create_key()["KeyMetadata"]["Arn"]))


@pytest.fixture
def books(simulator: Simulator, store: SealedTokens) -> Books:
    """A company that consented just now."""
    known = simulator.admin("GET", "")
    app = App(
        client_id=known["client_id"],
        client_secret=known["client_secret"],
        authorize_url=f"{simulator.url}/connect/oauth2",
        token_url=f"{simulator.url}/oauth2/v1/tokens/bearer",
        revoke_url=f"{simulator.url}/v2/oauth2/tokens/revoke",
    )
    sent_back = connected_company.consent(app)
    assert sent_back["state"] == ["state-1"]
    tokens = exchange_code(
        app, sent_back["code"][0], callback_url=connected_company.CALLBACK, now=datetime.now(UTC)
    )
    store.save_new(CONNECTION, tokens)
    simulator.admin("DELETE", "journal")
    PermitItem(f"realm#{sent_back['realmId'][0]}", "permits").delete()
    return Books(simulator, app, sent_back["realmId"][0], store)
