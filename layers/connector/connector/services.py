"""Puts the parts together: clients, stores and settings, each loaded and made at its first use."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache, cached_property
from threading import Lock
from typing import TYPE_CHECKING

from connector import aws
from connector.changes import doorbell
from connector.config import Config, config
from connector.engine import run as running
from connector.engine import unchanged
from connector.engine.stores import DYNAMODB
from connector.entities import registry
from connector.errors import (
    ConfigurationError,
    ConnectionBrokenError,
)
from connector.mobiwork import client as mobiwork
from connector.mobiwork import external_id
from connector.model.calls import OTHER
from connector.model.connection import ConnectionState, mode_in
from connector.model.control.failed_flows import failures_in
from connector.model.ids import RunKind, kind_of_run, made_at
from connector.observability import logger
from connector.quickbooks import auth, throttle, webhook
from connector.quickbooks import client as quickbooks
from connector.quickbooks.pacing import shared
from connector.store import (
    call_meter,
    connections,
    deployed_secrets,
    permits,
    runs,
    sealing,
    tokens,
)
from connector.store import settings as saved
from connector.store.control import budgets
from connector.store.table import open_table
from connector.store.tracking import files

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_stepfunctions import SFNClient

    from connector.changes.doorbell import Bell
    from connector.engine.run import Run
    from connector.mobiwork.client import MobiWork
    from connector.model.body import Json
    from connector.model.connection import Connection
    from connector.model.tokens import Tokens
    from connector.quickbooks.auth import App, TokenAuth
    from connector.quickbooks.client import QuickBooks
    from connector.quickbooks.throttle import Turns
    from connector.quickbooks.webhook import Verifier
    from connector.store.call_meter import Meter
    from connector.store.control.budgets import BudgetWatch
    from connector.store.deployed_secrets import DeployedTexts
    from connector.store.sealing import Vault
    from connector.store.tokens import SealedTokens, Secrets, StoredTokens
    from connector.store.tracking.files import OutcomeFiles

LOGIN = "mobiwork-login"
REMEMBERED_SECONDS = 300.0
"""How old may be what is known of whose connection a company is."""
STARTING = timedelta(minutes=1)
"""How long after a run was named whoever named it may still be about to start it."""


class Services:
    """What one process of a function works with; what it does not need is never made."""

    def __init__(self, config: Config) -> None:
        self.config = config
        open_table(
            config.table_name, region=config.aws_region, host=config.aws_endpoint_url or None
        )
        self._quickbooks: dict[tuple[str, bool], tuple[QuickBooks, Meter]] = {}
        self._opening = Lock()
        self._connections: dict[str, tuple[str, float]] = {}

    @property
    def app(self) -> App:
        """The app as registered with Intuit; a changed secret is seen when it is too old.

        Raises:
            ConfigurationError: the secret does not hold client_id and client_secret.
            RemoteDownError: it cannot be read now.
        """
        try:
            values = json.loads(self._app_secret())
            client_id, client_secret = values["client_id"], values["client_secret"]
        except (ValueError, KeyError, TypeError) as error:
            raise ConfigurationError(
                "The app secret must be a JSON object with client_id and client_secret."
            ) from error
        return auth.App(
            client_id=client_id,
            client_secret=client_secret,
            authorize_url=self.config.quickbooks_authorize_url,
            token_url=self.config.quickbooks_token_url,
            revoke_url=self.config.quickbooks_revoke_url,
        )

    @cached_property
    def verifier(self) -> Verifier:
        """Who checks that Intuit signed a post."""
        return webhook.Verifier(self._verifier_token)

    @cached_property
    def files(self) -> OutcomeFiles | None:
        """The files of outcomes; None where there is no bucket for them."""
        return files.files_in(self.config.outcomes_bucket, self.config.aws_region)

    @cached_property
    def vault(self) -> Vault:
        """The keys that seal tokens and secrets."""
        kms = aws.client("kms", self.config.aws_region)
        return sealing.Vault(kms, self.config.token_key_arn)

    @cached_property
    def tokens(self) -> SealedTokens:
        """The QuickBooks tokens of all connections."""
        return tokens.SealedTokens(self.vault)

    @cached_property
    def secrets(self) -> Secrets:
        """The MobiWork logins of all connections."""
        return tokens.Secrets(self.vault)

    @cached_property
    def queue(self) -> SQSClient:
        """The queue service."""
        client: SQSClient = aws.client("sqs", self.config.aws_region)
        return client

    @cached_property
    def machines(self) -> SFNClient:
        """The state machine service."""
        client: SFNClient = aws.client("stepfunctions", self.config.aws_region)
        return client

    def executions_of(self, run_id: str) -> tuple[str, ...]:
        """Where a run may be executed, the likeliest first; undoing has its own state machine."""
        config = self.config
        machines = [config.sync_state_machine_arn, config.payments_state_machine_arn]
        if kind_of_run(run_id) is RunKind.UNDO:
            machines = [config.undo_state_machine_arn]
        return tuple(f"{_executions(one)}:{run_id}" for one in machines if one)

    def is_running(self, run_id: str | None, *machines: str) -> bool:
        """Tell whether a run has not ended yet: in these machines, or wherever it may be.

        One that nobody knows was named just now, and whoever named it is about to start it.
        """
        if not run_id:
            return False
        known = [f"{_executions(one)}:{run_id}" for one in machines] or self.executions_of(run_id)
        states = [self._state_of(one) for one in known]
        named = made_at(run_id)
        starting = not any(states) and named is not None and datetime.now(UTC) - named < STARTING
        return starting or "RUNNING" in states

    def _state_of(self, execution: str) -> str | None:
        """Return how an execution stands; None where it was not started."""
        try:
            return self.machines.describe_execution(executionArn=execution)["status"]
        except self.machines.exceptions.ExecutionDoesNotExist:
            return None

    @cached_property
    def mail(self) -> SESV2Client:
        """The mail service."""
        client: SESV2Client = aws.client("sesv2", self.config.aws_region)
        return client

    @cached_property
    def topics(self) -> SNSClient:
        """The topics that tell whoever subscribed to them."""
        client: SNSClient = aws.client("sns", self.config.aws_region)
        return client

    @property
    def bell(self) -> Bell:
        """What asks for a look at a connection."""
        config = self.config
        return doorbell.Bell(self.queue, config.connection_queue_url, config.doorbell_seconds)

    def connection_of(self, realm_id: str) -> str | None:
        """The connection of a QuickBooks company, remembered for some minutes: it may be closed."""
        known = self._connections.get(realm_id)
        if known is None or time.monotonic() - known[1] > REMEMBERED_SECONDS:
            connection_id = connections.of_realm(realm_id)
            if connection_id is None:
                self._connections.pop(realm_id, None)
                return None
            known = self._connections[realm_id] = (connection_id, time.monotonic())
        return known[0]

    def auth(self, connection_id: str) -> TokenAuth[StoredTokens]:
        """The authorisation of one connection."""
        return auth.TokenAuth(connection_id=connection_id, app=lambda: self.app, store=self.tokens)

    def give_back(self, realm_id: str, tokens: Tokens) -> None:
        """Revoke tokens, unless that would end the access of the connection a company has.

        Raises:
            RemoteDownError: Intuit did not answer.
        """
        if connections.of_realm(realm_id) is None:
            auth.revoke(self.app, tokens.refresh_token)

    def quickbooks(self, connection_id: str, realm_id: str, *, urgent: bool = False) -> QuickBooks:
        """The client of one QuickBooks company, kept while the process is warm.

        Its calls are `urgent` where a person waits for them: they come before those of others.
        """
        kept = connection_id, urgent
        with self._opening:  # all workers of a run share its meter and its turns
            if kept not in self._quickbooks:
                meter = call_meter.Meter(connection_id)
                client = quickbooks.QuickBooks(
                    realm_id=realm_id,
                    base_url=self.config.quickbooks_api_url,
                    auth=self.auth(connection_id),
                    throttle=self._turns(realm_id, urgent=urgent),
                    meter=meter,
                    gate=lambda kind: self.budgets.may_call(connection_id, kind),
                )
                self._quickbooks[kept] = (client, meter)
            return self._quickbooks[kept][0]

    def _turns(self, realm_id: str, *, urgent: bool) -> Turns:
        """Say when calls may be made; a pace beyond every limit is that of a simulator."""
        pace = self.config.quickbooks_requests_per_minute
        if pace > shared.LIMIT:
            return throttle.Unthrottled()
        return throttle.Throttle(
            realm_id=realm_id, permits=permits, requests_per_minute=pace, urgent=urgent
        )

    def mobiwork(
        self, connection: Connection, *, capabilities: frozenset[str] | None = None
    ) -> MobiWork:
        """The client of one MobiWork account, with the assumed calls that its settings allow.

        Raises:
            ConnectionBrokenError: no login is stored for it.
        """
        text = self.secrets.read_secret(connection.connection_id, LOGIN)
        if text is None:
            raise ConnectionBrokenError("No MobiWork login is stored. Connect again.")
        login = json.loads(text)
        settings = saved.read_settings(connection.connection_id)
        return self.mobiwork_of(
            connection.mobiwork_client_id,
            connection.mobiwork_version,
            login,
            capabilities=settings.capabilities if capabilities is None else capabilities,
            external_id_form=settings.external_id_format,
        )

    def mobiwork_of(
        self,
        client_id: str,
        version: str,
        login: Mapping[str, str],
        *,
        capabilities: frozenset[str] = frozenset(),
        external_id_form: str | None = None,
    ) -> MobiWork:
        """The client of a MobiWork account by its login; `capabilities` are assumed calls."""
        return mobiwork.MobiWork(
            base_url=self.config.mobiwork_url,
            client_id=client_id,
            version=version,
            login_id=login["login_id"],
            password=login["password"],
            capabilities=capabilities,
            external_id_form=external_id_form or external_id.NATIVE_FORMAT,
        )

    def run(self, event: Json, remaining: Callable[[], float]) -> Run:
        """Make the run that a state machine's task input describes.

        Raises:
            ConfigurationError: the input lacks connection_id or run_id, or names no connection.
        """
        try:
            connection_id, run_id = str(event["connection_id"]), str(event["run_id"])
        except KeyError as error:
            raise ConfigurationError(f"The task input has no {error}.") from error
        connection, kind = connections.read(connection_id), kind_of_run(run_id)
        begun = runs.begun(connection_id, run_id)
        phase, dry = begun.phase or connection.phase, kind is RunKind.DRY
        flows = frozenset(begun.flows)
        chosen = tuple(str(one) for one in event.get("payment_ids") or ())
        by_hand = bool(event.get("by_hand"))
        return running.Run(
            connection_id=connection_id,
            run_id=run_id,
            open_quickbooks=lambda: self._open(connection_id, urgent=by_hand),
            open_pages=lambda: self._open(connection_id, urgent=by_hand),
            open_mobiwork=lambda: self.mobiwork(connections.read(connection_id)),
            selection={"payment": chosen} if chosen else {},
            by_hand=by_hand,
            failures=tuple(failures_in(event.get("failures"))),
            remaining=remaining,
            claim_seconds=self.config.claim_seconds,
            settle_seconds=self.config.settle_seconds,
            reads_again=lambda: self.budgets.reads_again(connection_id),
            restored_to=self.config.restored_to,
            phase=phase,
            mode=mode_in(phase),
            dry_run=dry,
            plans_all=kind in {RunKind.REVIEW, RunKind.DRY},
            about=str(event["undone"]) if event.get("undone") else None,
            store=unchanged.unchanged(DYNAMODB) if dry else DYNAMODB,
            connected_on=connection.connected_on,
            flows=flows.union(*map(registry.with_referred, flows)) if dry else flows,
            asked=flows,
            chosen=begun.chosen,
            files=self.files,
        )

    def flush(self, *, flow: str = OTHER, run_id: str | None = None) -> None:
        """Store and say how many calls were made since the last flush; none follows soon."""
        for (connection_id, _), (client, meter) in self._quickbooks.items():
            made = meter.flush(flow=flow, run_id=run_id)
            client.rest()
            if made.metered or made.free:
                counts: dict[str, object] = {"metered": made.metered, "free": made.free}
                logger.info(
                    "calls made", extra={"connection_id": connection_id, "flow": flow, **counts}
                )

    @cached_property
    def budgets(self) -> BudgetWatch:
        """How the companies of the app share its metered calls."""
        return budgets.BudgetWatch(self.config.metered_calls_per_month)

    @cached_property
    def _secrets_here(self) -> DeployedTexts:
        client = aws.client("secretsmanager", self.config.aws_region)
        return deployed_secrets.secrets(client, self.config.app_secret_seconds)

    def _app_secret(self, *, newest: bool = False) -> str:
        return self.secret(self.config.app_secret_arn, newest=newest)

    def secret(self, name: str, *, newest: bool = False) -> str:
        """Return a secret, not older than it may be; `newest` asks for it as it is now.

        Raises:
            RemoteDownError: it cannot be read now.
        """
        return self._secrets_here.read(name, newest=newest)

    def _verifier_token(self) -> str:
        """Read the token with which Intuit signs webhooks.

        Raises:
            ConfigurationError: the app secret has none; without one anybody could sign.
        """
        try:
            token = json.loads(self._app_secret(newest=True))["webhook_verifier_token"]
        except (ValueError, KeyError, TypeError) as error:
            raise ConfigurationError("The app secret has no webhook_verifier_token.") from error
        if not isinstance(token, str) or not token:
            raise ConfigurationError("The app secret has an empty webhook_verifier_token.")
        return token

    def _open(self, connection_id: str, *, urgent: bool) -> QuickBooks:
        connection = connections.read(connection_id)
        if connection.state != ConnectionState.ACTIVE:
            raise ConnectionBrokenError(connection.reason or "QuickBooks must be connected again.")
        return self.quickbooks(connection_id, connection.realm_id, urgent=urgent)


@cache
def services() -> Services:
    """Return the services of this process."""
    return Services(config())


def _executions(machine: str) -> str:
    return machine.replace(":stateMachine:", ":execution:")
