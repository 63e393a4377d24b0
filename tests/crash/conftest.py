import multiprocessing
import re
import sys
from collections.abc import Iterator
from multiprocessing.context import ForkServerContext
from pathlib import Path

import pytest
import requests

from connector.store.table import Item, open_table
from local.children import Child, bare_environment
from local.emulator import Emulator
from tests.crash.worker import REGION, Setup

CALLBACK = "http://127.0.0.1/callback"
CLIENT = ("crash-client", "crash-secret")
REALM = "9130350000000001"


@pytest.fixture(scope="session")
def setup(emulator: Emulator, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Setup]:
    log = tmp_path_factory.mktemp("crash") / "quickbooks.log"
    command = [sys.executable, "-m", "simulators.quickbooks", "--port", "0", "--realm", REALM]
    command += ["--client-id", CLIENT[0], "--client-secret", CLIENT[1], "--switch", "limits=false"]
    with Child("QuickBooks", command, log=log, environment=bare_environment()) as child:
        url = child.wait_for_line(r"QuickBooks simulator: (http://\S+)")
        open_table("crash", region=REGION, host=emulator.endpoint)
        Item.create_table(billing_mode="PAY_PER_REQUEST")
        yield Setup("crash", emulator.endpoint, url, REALM, consent(url))


def consent(url: str) -> str:
    """Walk the simulator's consent page as a person does and return an access token."""
    asked = {
        "client_id": CLIENT[0],
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
        timeout=10,
    )
    code = re.search(r"code=([^&]+)", answer.headers["Location"])
    assert code
    tokens = requests.post(
        f"{url}/oauth2/v1/tokens/bearer",
        auth=CLIENT,
        data={"grant_type": "authorization_code", "code": code[1], "redirect_uri": CALLBACK},
        timeout=10,
    )
    return str(tokens.json()["access_token"])


@pytest.fixture(scope="session")
def processes() -> ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.crash.worker"])
    return context


@pytest.fixture(scope="session", autouse=True)
def _importable() -> None:
    root = Path(__file__).parents[2]
    for place in (str(root), str(root / "layers" / "connector")):
        if place not in sys.path:
            sys.path.insert(0, place)
