"""Match what both sides hold before a review plans it."""

from connector.changes.matching.records import Looked, match_records
from connector.engine.run import Run
from connector.lambdas.entrypoints import task


@task
def handler(run: Run) -> Looked:
    return match_records(run)
