"""Find what changed in one connection, and start a run if there is something to do."""

from collections.abc import Callable

from connector.jobs import find_changes
from connector.lambdas.entrypoints import queue
from connector.services import Services


@queue
def handler(services: Services, connection_id: str, remaining: Callable[[], float]) -> None:
    find_changes.look(services, connection_id, remaining)
