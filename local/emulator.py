"""The AWS services on loopback: MiniStack as a child process, and clients for it."""

import socket
import sys
import time
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.credentials import Credentials

from local.children import PAUSE_SECONDS, Child, ChildError, bare_environment

REGION = "us-east-1"
HOST = "127.0.0.1"


def free_port() -> int:
    """Ask the system for a loopback port that nobody uses."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def is_free(port: int) -> bool:
    """Tell whether a loopback port can be used."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        return probe.connect_ex((HOST, port)) != 0


def sealed_from_aws(endpoint: str) -> dict[str, str]:
    """The environment in which every AWS client talks to the emulator and can find no account."""
    return {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_CONFIG_FILE": "/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        "AWS_EC2_METADATA_DISABLED": "true",
    }


@dataclass(frozen=True)
class Emulator:
    """The AWS services on one loopback port."""

    port: int

    @property
    def endpoint(self) -> str:
        """The URL of all services."""
        return f"http://{HOST}:{self.port}"

    def client(self, service: str) -> Any:  # noqa: ANN401 - boto3 makes its clients at run time
        """Make a client of one service."""
        return boto3.client(
            service,  # type: ignore[call-overload]
            endpoint_url=self.endpoint,
            region_name=REGION,
            aws_access_key_id="local",
            aws_secret_access_key="local",  # noqa: S106 - the emulator takes anything
            config=Config(retries={"total_max_attempts": 2}, read_timeout=330),
        )

    def wait_until_ready(self, child: Child, *, seconds: float = 60.0) -> None:
        """Wait until the services answer.

        Raises:
            ChildError: MiniStack ended or stayed silent.
        """
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            child.check()
            if not is_free(self.port) and self._is_healthy():
                return
            time.sleep(PAUSE_SECONDS)
        raise ChildError(f"MiniStack was not ready after {seconds:.0f} s; see {child.log}")

    def _is_healthy(self) -> bool:
        url = f"{self.endpoint}/_ministack/health"
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 - loopback
            return bool(answer.status == HTTPStatus.OK)


@cache
def signer(port: int, name: str) -> Credentials:
    """Return what somebody signs with, so that what they do is kept with their name."""
    taken = (
        Emulator(port)
        .client("sts")
        .assume_role(RoleArn="arn:aws:iam::000000000000:role/laptop", RoleSessionName=name)[
            "Credentials"
        ]
    )
    return Credentials(taken["AccessKeyId"], taken["SecretAccessKey"], taken["SessionToken"])


def start(
    emulator: Emulator,
    *,
    state: Path,
    log: Path,
    settings: Mapping[str, str] | None = None,
    keep_open: Sequence[int] = (),
) -> Child:
    """Start MiniStack for an emulator; it saves its state when it is stopped."""
    scratch = state / "tmp"
    scratch.mkdir(parents=True, exist_ok=True)
    environment = bare_environment() | sealed_from_aws(emulator.endpoint)
    environment |= {
        "BIND_HOST": HOST,
        "GATEWAY_PORT": str(emulator.port),
        "PERSIST_STATE": "1",
        "S3_DATA_DIR": str(state / "s3"),
        "STATE_DIR": str(state / "services"),
        "TMPDIR": str(scratch),
        # These two would listen on every network interface.
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
    }
    return Child(
        "MiniStack",
        [sys.executable, "-m", "ministack"],
        log=log,
        environment=environment | dict(settings or {}),
        keep_open=keep_open,
    )
