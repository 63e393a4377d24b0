"""Start a look at every connection that is due."""

from connector.jobs.start_runs import start_runs
from connector.lambdas.entrypoints import scheduled
from connector.services import Services


@scheduled
def handler(services: Services) -> int:
    return start_runs(services)
