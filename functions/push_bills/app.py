"""Push bills for received purchase orders to QuickBooks."""

from connector.entities import bills
from connector.entrypoints import task
from connector.flow import Report
from connector.run import Run
from connector.sync.push import push


@task
def handler(run: Run) -> Report:
    return push(bills.PUSH, run)
