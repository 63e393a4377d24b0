"""Show QuickBooks' sales taxes in MobiWork."""

from connector.entities import pulled_taxes
from connector.entrypoints import task
from connector.flow import Report
from connector.run import Run
from connector.sync.pull import pull


@task
def handler(run: Run) -> Report:
    return pull(pulled_taxes.PULL, run)
