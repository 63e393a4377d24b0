"""Serve runs: what ran, what became of each record, where records stand; start a run now."""

from connector.lambdas.http import web
from connector.lambdas.routes import runs

handler = web(runs.routes)
