"""Finish a run: count what became of every record and store the report."""

from connector.engine.run import Run
from connector.jobs.finish_run import Finished, finish
from connector.lambdas.entrypoints import task


@task
def handler(run: Run) -> Finished:
    return finish(run)
