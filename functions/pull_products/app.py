"""Bring new and changed QuickBooks products and services to MobiWork."""

from connector.entities import pulled_products
from connector.entrypoints import task
from connector.flow import Report
from connector.run import Run
from connector.sync.pull import pull


@task
def handler(run: Run) -> Report:
    return pull(pulled_products.PULL, run)
