"""Whom the commands talk to: the runtime of this laptop, or a stack in an AWS account."""

import json
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from botocore.credentials import Credentials
from botocore.exceptions import BotoCoreError, ClientError

from cli.errors import CommandError, ExitCode

RUNNING = Path(".run", "running.json")
"""Where a laptop runtime says how it is reached, below the folder it was started in."""
HOST, REGION = "127.0.0.1", "us-east-1"


@dataclass(frozen=True)
class Target:
    """A deployed connector.

    name: what a person calls it.
    outputs: the outputs of its stack.
    session: whoever asks, for AWS.
    endpoint: where AWS is, if it is the emulator of a laptop.
    """

    name: str
    outputs: Mapping[str, str]
    session: boto3.Session
    endpoint: str | None = None

    def output(self, name: str) -> str:
        """Return an output of the stack.

        Raises:
            CommandError: it has none of that name, because it is of an older version.
        """
        if name not in self.outputs:
            raise CommandError(
                f"{self.name} has no output {name}: deploy this version first.",
                ExitCode.NOT_REACHED,
            )
        return self.outputs[name]

    @property
    def region(self) -> str:
        """The region to sign for."""
        return str(self.session.region_name)

    @property
    def credentials(self) -> Credentials:
        """Who signs.

        Raises:
            CommandError: nobody is logged in.
        """
        found = self.session.get_credentials()
        if found is None:
            raise CommandError(
                "There are no AWS credentials. Log in (aws configure, aws sso login), or name a "
                "profile with AWS_PROFILE.",
                ExitCode.NOT_REACHED,
            )
        frozen = found.get_frozen_credentials()
        return Credentials(str(frozen.access_key), str(frozen.secret_key), frozen.token)

    def client(self, service: str) -> Any:  # noqa: ANN401 - boto3 has a type for each service
        """Return a client of an AWS service there."""
        return self.session.client(service, endpoint_url=self.endpoint)  # type: ignore[call-overload]


def find(*, stack: str | None, region: str | None, folder: Path | None) -> Target:
    """Return the stack that is named, else the laptop's runtime.

    Raises:
        CommandError: there is neither.
    """
    if stack:
        return of_stack(stack, region)
    path = _running(folder)
    if path is None:
        raise CommandError(
            "No runtime is running on this laptop. Start one with `make run`, or name "
            "a stack with --stack (or MOBIWORK_QUICKBOOKS_STACK).",
            ExitCode.NOT_REACHED,
        )
    return of_laptop(path)


def of_laptop(path: Path) -> Target:
    """Return the runtime that wrote a file.

    Raises:
        CommandError: it does not run any more.
    """
    told = json.loads(path.read_text())
    with socket.socket() as probe:
        if probe.connect_ex((HOST, told["port"])):
            raise CommandError(
                f"The runtime of {path.parent} has stopped. Start it again with `make run`.",
                ExitCode.NOT_REACHED,
            )
    own, secret, token = told["signer"]
    session = boto3.Session(own, secret, token, region_name=REGION)
    return Target(
        f"laptop ({path.parent})", told["outputs"], session, f"http://{HOST}:{told['port']}"
    )


def of_stack(name: str, region: str | None) -> Target:
    """Return a stack by its name.

    Raises:
        CommandError: it cannot be read.
    """
    session = boto3.Session(region_name=region)
    try:
        found = session.client("cloudformation").describe_stacks(StackName=name)["Stacks"][0]
    except (BotoCoreError, ClientError) as error:
        raise CommandError(
            f"The stack {name} cannot be read: {error}", ExitCode.NOT_REACHED
        ) from error
    outputs = {one["OutputKey"]: one["OutputValue"] for one in found.get("Outputs", ())}
    return Target(f"stack {name}", outputs, session)


def _running(folder: Path | None) -> Path | None:
    """Return the file of a runtime: in a folder that is named, else here or further up."""
    if folder is not None:
        named = folder / RUNNING.name
        return named if named.exists() else None
    here = Path.cwd()
    places = (
        *(one / RUNNING for one in (here, *here.parents)),
        Path(__file__).parents[1] / RUNNING,
    )
    return next((path for path in places if path.exists()), None)
