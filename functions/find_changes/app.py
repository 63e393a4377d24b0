"""Find what changed in one connection, and start a run if there is something to do."""

from collections.abc import Callable

from connector import rounds
from connector.entrypoints import queue
from connector.wiring import Services


@queue
def handler(services: Services, connection_id: str, remaining: Callable[[], float]) -> None:
    rounds.look(services, connection_id, remaining)
