"""Push MobiWork expenses to QuickBooks, paid by check, card or cash."""

from connector.entities import expenses
from connector.entrypoints import task
from connector.flow import Report
from connector.run import Run
from connector.sync.push import push


@task
def handler(run: Run) -> Report:
    return push(expenses.PUSH, run)
