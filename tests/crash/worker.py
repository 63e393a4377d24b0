"""A worker process that pushes one flow and can be told to die at a durable step."""

import os
import signal
from collections.abc import Callable
from dataclasses import dataclass

from requests import PreparedRequest
from requests.auth import AuthBase

from connector.entities.catalogue import PUSHES
from connector.quickbooks.client import QuickBooks
from connector.quickbooks.throttle import Throttle
from connector.run import Run
from connector.store.calls import Meter
from connector.store.table import open_table
from connector.sync.push import push

REGION = "us-east-1"
CLAIM_SECONDS = 0.3


@dataclass(frozen=True)
class Setup:
    """Where the worker finds its table and its QuickBooks company."""

    table: str
    endpoint: str
    quickbooks_url: str
    realm_id: str
    access_token: str


class Bearer(AuthBase):
    """A token that lasts as long as the test."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Add the token."""
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request

    def refresh(self, rejected: str) -> None:
        """Fail: nothing in these tests lets a token expire."""
        raise AssertionError(f"the simulator refused {len(rejected)} characters of token")


def quickbooks(setup: Setup, connection_id: str) -> QuickBooks:
    """Return a client of the simulated company."""
    return QuickBooks(
        realm_id=setup.realm_id,
        base_url=setup.quickbooks_url,
        auth=Bearer(setup.access_token),
        throttle=Throttle(realm_id=setup.realm_id, requests_per_minute=60_000),
        meter=Meter(connection_id),
    )


def work(setup: Setup, connection_id: str, run_id: str, flow: str, die_at: str) -> None:
    """Push one flow; at the step `die_at` the process is killed, not interrupted."""
    open_table(setup.table, region=REGION, host=setup.endpoint)
    run = Run(
        connection_id=connection_id,
        run_id=run_id,
        open_quickbooks=lambda: quickbooks(setup, connection_id),
        checkpoint=_killer(die_at),
        claim_seconds=CLAIM_SECONDS,
        settle_seconds=0.0,
    )
    push(next(one for one in PUSHES if one.name == flow), run)


def _killer(die_at: str) -> Callable[[str], None]:
    def checkpoint(step: str) -> None:
        if step == die_at:
            os.kill(os.getpid(), signal.SIGKILL)

    return checkpoint
