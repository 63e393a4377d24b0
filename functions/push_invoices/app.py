"""Push new MobiWork invoices to QuickBooks, once."""

from connector.entities import invoices
from connector.entrypoints import task
from connector.flow import Report
from connector.run import Run
from connector.sync.push import push


@task
def handler(run: Run) -> Report:
    return push(invoices.PUSH, run)
