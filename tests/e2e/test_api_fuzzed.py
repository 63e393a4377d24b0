"""The API over HTTP on the laptop, as it is deployed: no 5xx, and each answer as it is described.

`make fuzz` runs it. What it asks is made as in tests/functions/test_openapi_fuzzed.py, which knows
neither the gateway nor the state machines.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import requests
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from requests.auth import AuthBase

from connector.model.tracking.history import RunsOf
from connector.store.tracking import history
from local.emulator import REGION
from local.folder import RunFolder
from local.runtime import started
from tests.e2e.lived_laptop import OPTIONS, Laptop
from tests.fuzzing import NAMES, AnyCase, fuzz

SECONDS = 60


class Signed(AuthBase):
    """Signs a request as somebody of the AWS account."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        asked = AWSRequest(request.method, request.url, {}, request.body)
        SigV4Auth(Credentials("local", "local"), "execute-api", REGION).add_auth(asked)
        request.headers.update(dict(asked.headers))
        return request


@dataclass(frozen=True)
class Asked:
    """The API of the laptop, and what it knows."""

    url: str
    known: dict[str, str]

    def send(self, case: AnyCase) -> object:
        return case.call(base_url=self.url, auth=Signed(), timeout=SECONDS)


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    with started(RunFolder(tmp_path_factory.mktemp("fuzz")), OPTIONS, lambda _said: None) as up:
        laptop = Laptop.connected(up)
        (run,) = history.read_some(laptop.connection_id, RunsOf(), after=None, limit=1).runs
        known = {"connection_id": laptop.connection_id, "run_id": run.run_id}
        yield Asked(up.outputs["ApiUrl"], known)


@pytest.mark.full
@pytest.mark.parametrize("name", NAMES)
def test_the_laptop_answers_what_is_described_and_never_with_a_5xx(name: str, api: Asked) -> None:
    fuzz(name, api.known, api.send)
