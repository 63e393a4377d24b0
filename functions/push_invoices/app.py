"""Push new MobiWork invoices to QuickBooks, once."""

from connector.engine.run import Run
from connector.entities.sales import invoices
from connector.lambdas.entrypoints import task
from connector.model.outcomes import Report
from connector.push.worker import push


@task
def handler(run: Run) -> Report:
    return push(invoices.PUSH, run)
