"""Push new and changed MobiWork products to QuickBooks."""

from connector.engine.run import Run
from connector.entities.products import push as push_products
from connector.lambdas.entrypoints import task
from connector.model.outcomes import Report
from connector.push.worker import push


@task
def handler(run: Run) -> Report:
    return push(push_products.PUSH, run)
