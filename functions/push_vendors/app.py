"""Push new and changed MobiWork vendors to QuickBooks."""

from connector.entities import vendors
from connector.entrypoints import task
from connector.flow import Report
from connector.run import Run
from connector.sync.push import push


@task
def handler(run: Run) -> Report:
    return push(vendors.PUSH, run)
