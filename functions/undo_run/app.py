"""Undo a run: preview what it wrote, or take that back where nothing has changed since."""

from connector.engine.run import Run
from connector.jobs.undoing.undo_run import UndoReport, undo
from connector.lambdas.entrypoints import task


@task
def handler(run: Run) -> UndoReport:
    return undo(run)
