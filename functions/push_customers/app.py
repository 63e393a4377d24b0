"""Push new and changed MobiWork customers to QuickBooks."""

from connector.entities import customers
from connector.entrypoints import task
from connector.flow import Report
from connector.run import Run
from connector.sync.push import push


@task
def handler(run: Run) -> Report:
    return push(customers.PUSH, run)
