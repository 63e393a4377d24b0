"""Push MobiWork sales orders to QuickBooks as estimates or invoices."""

from connector.entities import sales_orders
from connector.entrypoints import task
from connector.flow import Report
from connector.run import Run
from connector.sync.push import push


@task
def handler(run: Run) -> Report:
    return push(sales_orders.PUSH, run)
