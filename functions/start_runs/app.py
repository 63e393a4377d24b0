"""Start a look at every connection that is due."""

from connector.jobs import start_runs
from connector.lambdas.entrypoints import scheduled
from connector.services import Services


@scheduled
def handler(services: Services) -> int:
    return start_runs.start_runs(services)
