"""Bring new and changed QuickBooks customers to MobiWork."""

from connector.engine.run import Run
from connector.entities.customers import pull as pull_customers
from connector.lambdas.entrypoints import task
from connector.model.outcomes import Report
from connector.pull.worker import pull


@task
def handler(run: Run) -> Report:
    return pull(pull_customers.PULL, run)
