"""Bring new and changed QuickBooks vendors to MobiWork."""

from connector.engine.run import Run
from connector.entities.vendors.pull import PULL
from connector.lambdas.entrypoints import task
from connector.model.outcomes import Report
from connector.pull.worker import pull


@task
def handler(run: Run) -> Report:
    return pull(PULL, run)
