"""Tasks, schedules, queues and calls by hand: one decorator per kind of trigger.

Each parses the event, calls the function it decorates with typed values, stores the call counts and
lets errors cross only under their public names, because Step Functions compares exact names.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import TYPE_CHECKING, Protocol

from botocore.exceptions import BotoCoreError, ClientError
from pynamodb.exceptions import PynamoDBException

from connector.errors import (
    ConfigurationError,
    ConnectionBrokenError,
    ConnectorError,
    FlowFailedError,
    LoginRefusedError,
    RecordError,
    RetriableError,
)
from connector.model.calls import BY_HAND, LOOKS, OTHER
from connector.model.connection import ConnectionState
from connector.observability import logger, measure
from connector.services import services
from connector.store import connections
from connector.store.trouble import passes

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

    from connector.engine.run import Run
    from connector.model.body import Body
    from connector.services import Services

type Event = Body
type Handler = Callable[[Event, LambdaContext], Body]

MOST_SAID = 1000
"""Characters of an error that cross: if every flow of a run fails, all of them fit its input."""
PUBLIC = (RetriableError, RecordError, ConnectionBrokenError)


class Reported(Protocol):
    """What a task returns: small enough for a state machine, no payloads."""

    def as_json(self) -> Event:
        """Return it as JSON values."""


def task(function: Callable[[Run], Reported]) -> Handler:
    """Make a Step Functions task of a function of a run.

    Where a machine says that it `must_succeed`, the failures of which a task tells are its own.
    """

    @wraps(function)
    @logger.inject_lambda_context(clear_state=True)
    def handler(event: Event, context: LambdaContext) -> Event:
        with _under_public_names():
            run = services().run(event, lambda: context.get_remaining_time_in_millis() / 1000)
            logger.append_keys(connection_id=run.connection_id, run_id=run.run_id)
            done = _done(function, run)
            if event.get("must_succeed") and done["failures"]:
                raise FlowFailedError(done["failures"][0])
            return done

    return handler


def _done(function: Callable[[Run], Reported], run: Run) -> Event:
    """Do a task, and store and say what it took."""
    begun = time.monotonic()
    try:
        return function(run).as_json()
    except ConnectionBrokenError as error:
        _park_if_broken(run.connection_id, error)
        raise
    finally:
        flow = run.at_work or OTHER
        services().flush(flow=flow, run_id=run.run_id)
        logger.info("task done", flow=flow, seconds=round(time.monotonic() - begun, 3))


@contextmanager
def _under_public_names() -> Iterator[None]:
    """Let errors cross into state machines under the names that these know."""
    try:
        yield
    except ConnectorError as error:
        raise public(error) from error
    except PynamoDBException as error:
        logger.exception("the table failed")
        raise RetriableError("The table did not answer; what was done is kept.") from error
    except (BotoCoreError, ClientError) as error:
        if not passes(error):
            raise
        logger.exception("a service of AWS failed")
        raise RetriableError("A service of AWS did not answer; what was done is kept.") from error


def scheduled(function: Callable[[Services], int]) -> Handler:
    """Make a function that a schedule calls; it returns how many things it did."""

    @wraps(function)
    @logger.inject_lambda_context(clear_state=True)
    def handler(_event: Event, _context: LambdaContext) -> dict[str, int]:
        done = function(services())
        logger.info("schedule done", count=done)
        return {"count": done}

    return handler


def queue(function: Callable[[Services, str, Callable[[], float]], object]) -> Handler:
    """Make a function that is called per connection id of a queue, each message on its own.

    The function is also told how to ask for the seconds that are left.

    A message that fails goes back to the queue and, after its tries, to the dead-letter queue.
    """

    @wraps(function)
    @logger.inject_lambda_context(clear_state=True)
    def handler(event: Event, context: LambdaContext) -> Event:
        def remaining() -> float:
            return context.get_remaining_time_in_millis() / 1000

        def one(body: str) -> None:
            connection_id = _connection_id(body)
            logger.append_keys(connection_id=connection_id)
            try:
                function(services(), connection_id, remaining)
            except ConnectionBrokenError as error:
                _park_if_broken(connection_id, error)
            finally:
                services().flush(flow=LOOKS)

        failed = []
        for record in event["Records"]:
            try:
                one(record["body"])
            except Exception:
                logger.exception("message failed")
                failed.append({"itemIdentifier": record["messageId"]})
        return {"batchItemFailures": failed}

    return handler


def by_hand(function: Callable[[Services, str], Reported]) -> Handler:
    """Make a function that an engineer invokes for one connection."""

    @wraps(function)
    @logger.inject_lambda_context(clear_state=True)
    def handler(event: Event, _context: LambdaContext) -> Event:
        if "connection_id" not in event:
            raise ConfigurationError('The event must be like {"connection_id": "..."}.')
        try:
            return function(services(), str(event["connection_id"])).as_json()
        finally:
            services().flush(flow=BY_HAND)

    return handler


def public(error: ConnectorError) -> ConnectorError:
    """Return the error under the one name that state machines know."""
    for ancestor in PUBLIC:
        if isinstance(error, ancestor):
            return ancestor(str(error)[:MOST_SAID])
    return error


def _park_if_broken(connection_id: str, error: ConnectorError) -> None:
    if isinstance(error, ConnectionBrokenError):
        state = ConnectionState.RECONNECT_NEEDED
        if isinstance(error, LoginRefusedError):
            state = ConnectionState.LOGIN_REFUSED
        connections.mark_broken(connection_id, str(error), state)
        logger.error("connection broken", connection_id=connection_id, reason=str(error))
        measure({"ConnectionsBroken": 1}, connection_id=connection_id)


def _connection_id(body: str) -> str:
    try:
        return str(json.loads(body)["connection_id"])
    except (ValueError, KeyError, TypeError) as error:
        raise ConfigurationError("A queue message must be JSON with a connection_id.") from error
