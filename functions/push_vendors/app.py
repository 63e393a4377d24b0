"""Push new and changed MobiWork vendors to QuickBooks."""

from connector.engine.run import Run
from connector.entities.vendors.push import PUSH
from connector.lambdas.entrypoints import task
from connector.model.outcomes import Report
from connector.push.worker import push


@task
def handler(run: Run) -> Report:
    return push(PUSH, run)
