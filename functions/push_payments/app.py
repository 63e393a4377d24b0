"""Push MobiWork payments to QuickBooks, each after its invoice."""

from connector.entities import payments
from connector.entrypoints import task
from connector.flow import Report
from connector.run import Run
from connector.sync.push import push


@task
def handler(run: Run) -> Report:
    return push(payments.PUSH, run)
