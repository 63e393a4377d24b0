"""Push credits, write-offs and refunds to QuickBooks, as far as the settings say how."""

from connector.engine.run import Run
from connector.entities.payments.credit_memos import PUSH
from connector.lambdas.entrypoints import task
from connector.model.outcomes import Report
from connector.push.worker import push


@task
def handler(run: Run) -> Report:
    return push(PUSH, run)
