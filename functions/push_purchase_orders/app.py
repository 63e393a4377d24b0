"""Push MobiWork purchase orders to QuickBooks, once."""

from connector.engine.run import Run
from connector.entities.purchases import orders as purchase_orders
from connector.lambdas.entrypoints import task
from connector.model.outcomes import Report
from connector.push.worker import push


@task
def handler(run: Run) -> Report:
    return push(purchase_orders.PUSH, run)
