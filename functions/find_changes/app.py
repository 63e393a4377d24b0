"""Find what changed in one connection, and start a run if there is something to do."""

from collections.abc import Callable

from connector.jobs.looks import look_in_turn
from connector.lambdas.entrypoints import queue
from connector.services import Services


@queue
def handler(services: Services, connection_id: str, remaining: Callable[[], float]) -> None:
    look_in_turn(services, connection_id, remaining)
