"""Finish a run: count what became of every record and store the report."""

from connector.entrypoints import task
from connector.run import Run
from connector.sync.finish import Finished, finish


@task
def handler(run: Run) -> Finished:
    return finish(run)
