"""Push MobiWork purchase orders to QuickBooks, once."""

from connector.entities import purchase_orders
from connector.entrypoints import task
from connector.flow import Report
from connector.run import Run
from connector.sync.push import push


@task
def handler(run: Run) -> Report:
    return push(purchase_orders.PUSH, run)
