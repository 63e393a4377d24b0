"""Start a look at every connection that is due."""

from connector import rounds
from connector.entrypoints import scheduled
from connector.wiring import Services


@scheduled
def handler(services: Services) -> int:
    return rounds.start_runs(services)
