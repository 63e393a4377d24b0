"""Serve matches of the books: totals of both sides, and a cause for every difference."""

from connector.lambdas.http import web
from connector.lambdas.routes import books

handler = web(books.routes)
