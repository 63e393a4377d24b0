"""The whole connector on this machine: both simulators, the AWS services and the deployed stack."""

import json
import re
import secrets
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from botocore.credentials import Credentials

from local.children import Child, bare_environment
from local.emulator import Emulator, is_free, signer, start
from local.folder import Lock, PortLocks, RunFolder, read_json, write_json
from local.issuer import ADMIN, CLIENT
from local.made import Made, Options, RuntimeStateError, made_in
from local.metrics import carried
from local.nursery import nursery
from local.sample import LOGIN, REALMS, SECOND_ACCOUNT, app_of, register_webhook
from local.stack import Outputs, deploy
from local.template import Source

ROOT = Path(__file__).parents[1]
SAMPLE_SECONDS = 300.0
UNLIMITED_PER_MINUTE = "30000"
DIGEST_SENDER = f"digests@{ADMIN.partition('@')[2]}"
"""Whom digests come from; mail for its domain is kept by the emulator, which sends none."""


class FunctionError(Exception):
    """A function that was called directly failed; the text is its error."""


@dataclass(frozen=True)
class Runtime:
    """A runtime that is up."""

    emulator: Emulator
    outputs: Outputs
    quickbooks: str
    mobiwork: str
    folder: RunFolder
    children: tuple[Child, ...] = ()

    def invoke(self, function: str, event: Mapping[str, object]) -> dict[str, Any]:
        """Call a function, named as in the outputs of the stack, as its trigger does.

        Raises:
            FunctionError: the function failed.
        """
        answer = self.emulator.client("lambda").invoke(
            FunctionName=self.outputs[f"{function}FunctionName"], Payload=json.dumps(event)
        )
        result: dict[str, Any] = json.loads(answer["Payload"].read())
        if "FunctionError" in answer:
            log = f"{self.folder.logs}/{folder_of(function)}.log"
            raise FunctionError(f"{function} failed: {result['errorMessage'][:300]} See {log}")
        return result

    def check(self) -> None:
        """Make sure that everything still runs.

        Raises:
            ChildError: a program ended by itself.
        """
        for child in self.children:
            child.check()

    @classmethod
    def attach(cls, folder: RunFolder) -> Self:
        """Reach a runtime that another process keeps up.

        Raises:
            RuntimeStateError: none is up.
        """
        told = read_json(folder.running)
        if not told or is_free(told["port"]):
            raise RuntimeStateError(
                f"No runtime is running on {folder.path}. Start one with `make run`."
            )
        emulator = Emulator(told["port"])
        return cls(emulator, told["outputs"], told["quickbooks"], told["mobiwork"], folder)


def folder_of(function: str) -> str:
    """Name the folder of a function: `StartRuns` is in `start_runs`."""
    return re.sub(r"(?<!^)([A-Z])", r"_\1", function).lower()


@contextmanager
def started(folder: RunFolder, options: Options, say: Callable[[str], None]) -> Iterator[Runtime]:
    """Bring everything up; on leaving, stop all of it so that it saves its state.

    Raises:
        ChildError: a program did not start.
        HeldError: another run holds the folder.
        RuntimeStateError: the state in the folder was made differently.
        StackError: the emulator refused a resource.
    """
    with ExitStack() as stack:
        lock = stack.enter_context(Lock(folder))
        if options.fresh:
            folder.clear()
        ports = stack.enter_context(PortLocks(is_free))
        made = made_in(folder, options, ports.take)
        stack.enter_context(_signals())
        say("Starting both simulators and the AWS services")
        up = _started(stack, folder, options, made, lock)
        say("Deploying template.yaml")
        runtime = _deployed(up, folder, options)
        stack.callback(folder.running.unlink, missing_ok=True)
        stack.enter_context(carried(runtime.emulator, folder.logs))
        yield runtime


@dataclass(frozen=True)
class _Up:
    emulator: Emulator
    quickbooks: str
    mobiwork: str
    issuer: str
    children: tuple[Child, ...]


def _started(stack: ExitStack, folder: RunFolder, options: Options, made: Made, lock: Lock) -> _Up:
    held = (lock.descriptor,)
    emulator = Emulator(made.port)
    services = stack.enter_context(
        start(emulator, state=folder.services, log=folder.logs / "ministack.log", keep_open=held)
    )
    quickbooks = stack.enter_context(
        _simulator("quickbooks", _quickbooks_options(options), folder, held)
    )
    mobiwork = stack.enter_context(_simulator("mobiwork", _mobiwork_options(made), folder, held))
    issuer = stack.enter_context(_issuer(folder, held))
    log = folder.logs / "nursery.log"
    forking = stack.enter_context(nursery(folder.nursery, log, keep_open=held))
    children = (services, quickbooks, mobiwork, issuer, *([forking] if forking else []))
    for child in children:
        lock.note(child.pid)
    stack.callback(_ask_to_stop, children)
    emulator.wait_until_ready(services)
    return _Up(
        emulator,
        quickbooks.wait_for_line(r"^QuickBooks simulator: (http://\S+)$"),
        mobiwork.wait_for_line(r"^MobiWork simulator: (http://\S+)$", seconds=SAMPLE_SECONDS),
        issuer.wait_for_line(r"^Issuer: (http://\S+)$"),
        children,
    )


def _ask_to_stop(children: tuple[Child, ...]) -> None:
    """Let all programs save their state at once, and let nothing interrupt them."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    for child in children:
        child.ask_to_stop()


def write_running(folder: RunFolder, told: Mapping[str, Any], who: Credentials) -> None:
    """Write what the command line reads: what runs where, and what it signs with."""
    signer_of = [who.access_key, who.secret_key, who.token]
    write_json(folder.running, {**told, "signer": signer_of})


def _deployed(up: _Up, folder: RunFolder, options: Options) -> Runtime:
    parameters = _parameters(up, options)
    source = Source(root=ROOT, logs=folder.logs, nursery=folder.nursery)
    outputs = deploy(up.emulator, source, parameters)
    app = app_of(up.quickbooks) | {"webhook_verifier_token": secrets.token_urlsafe(24)}
    up.emulator.client("secretsmanager").put_secret_value(
        SecretId=outputs["AppSecretArn"], SecretString=json.dumps(app)
    )
    _let_mail_out(up.emulator)
    if options.webhooks:
        register_webhook(
            up.quickbooks, url=outputs["WebhookUrl"], verifier=app["webhook_verifier_token"]
        )
    told: dict[str, Any] = {"quickbooks": up.quickbooks, "mobiwork": up.mobiwork}
    who = signer(up.emulator.port, ADMIN)
    write_running(folder, told | {"outputs": outputs, "port": up.emulator.port}, who)
    return Runtime(up.emulator, outputs, up.quickbooks, up.mobiwork, folder, up.children)


def _let_mail_out(emulator: Emulator) -> None:
    """Have the domain of the sample's people verified, as who deploys has that of the sender."""
    mail = emulator.client("sesv2")
    domain = DIGEST_SENDER.partition("@")[2]
    known = mail.list_email_identities()["EmailIdentities"]
    if domain not in {one["IdentityName"] for one in known}:
        mail.create_email_identity(EmailIdentity=domain)


def _simulator(name: str, options: list[str], folder: RunFolder, held: tuple[int, ...]) -> Child:
    command = [sys.executable, "-m", f"simulators.{name}", "--port", "0"]
    return Child(
        f"the simulator of {name}",
        [*command, "--state", str(folder.state_of(name)), *options],
        log=folder.logs / f"{name}.log",
        environment=bare_environment() | {"PYTHONPATH": str(ROOT)},
        keep_open=held,
    )


def _issuer(folder: RunFolder, held: tuple[int, ...]) -> Child:
    return Child(
        "the issuer of identities",
        [sys.executable, "-m", "local.issuer"],
        log=folder.logs / "issuer.log",
        environment=bare_environment() | {"PYTHONPATH": str(ROOT)},
        keep_open=held,
    )


def _quickbooks_options(options: Options) -> list[str]:
    """Say how the sample company is set up: it takes MobiWork's numbers and its sales tax."""
    switches = ["tax_override=alone", "tax_states=*"]
    switches += ["custom_txn_numbers=true", "custom_purchase_numbers=true"]
    if not options.realistic_limits:
        switches.append("limits=false")
    realms = [word for realm in options.realms or REALMS for word in ("--realm", realm)]
    return [*realms, *(word for switch in switches for word in ("--switch", switch))]


def _mobiwork_options(made: Made) -> list[str]:
    login = {
        "--client-id": LOGIN["mobiwork_client_id"],
        "--login-id": LOGIN["mobiwork_login_id"],
        "--password": LOGIN["mobiwork_password"],
        "--second": SECOND_ACCOUNT,
        "--sample": str(made.seed),
        "--sample-size": f"{made.sample_size:g}",
    }
    trouble = ["--with-trouble"] if made.with_trouble else []
    all_calls = ["--switch", "endpoints_off=*.updateIntegrationStatus"]
    return [*(text for pair in login.items() for text in pair), *all_calls, *trouble]


def _parameters(up: _Up, options: Options) -> dict[str, str]:
    quickbooks = up.quickbooks
    parameters = {
        "AlarmEmail": ADMIN,
        "ConsoleAdmins": ADMIN,
        "ConsoleClientId": CLIENT,
        "ConsoleIssuer": up.issuer,
        "DigestSender": DIGEST_SENDER,
        "MobiWorkUrl": up.mobiwork,
        "QuickBooksApiUrl": quickbooks,
        "QuickBooksAuthorizeUrl": f"{quickbooks}/connect/oauth2",
        "QuickBooksRevokeUrl": f"{quickbooks}/v2/oauth2/tokens/revoke",
        "QuickBooksTokenUrl": f"{quickbooks}/oauth2/v1/tokens/bearer",
        "DoorbellSeconds": str(options.doorbell_seconds),
        "ScheduleState": "ENABLED" if options.schedule else "DISABLED",
    }
    if not options.realistic_limits:
        parameters["QuickBooksRequestsPerMinute"] = UNLIMITED_PER_MINUTE
    return parameters


@contextmanager
def _signals() -> Iterator[None]:
    """Leave as on Ctrl-C when the process is asked to end; restore both signals at the end."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
