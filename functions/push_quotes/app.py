"""Push MobiWork quotes to QuickBooks as estimates, once."""

from connector.entities import quotes
from connector.entrypoints import task
from connector.flow import Report
from connector.run import Run
from connector.sync.push import push


@task
def handler(run: Run) -> Report:
    return push(quotes.PUSH, run)
