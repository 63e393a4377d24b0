"""Match the books of both sides, page by page, until all is compared."""

from connector.engine.run import Run
from connector.jobs.books.match_books import BooksMatched, match_books
from connector.lambdas.entrypoints import task


@task
def handler(run: Run) -> BooksMatched:
    return match_books(run)
