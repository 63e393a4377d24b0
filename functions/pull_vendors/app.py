"""Bring new and changed QuickBooks vendors to MobiWork."""

from connector.engine.run import Run
from connector.entities.vendors import pull as pull_vendors
from connector.lambdas.entrypoints import task
from connector.model.outcomes import Report
from connector.pull.worker import pull


@task
def handler(run: Run) -> Report:
    return pull(pull_vendors.PULL, run)
