"""Serve the connections: list them, start a new one with Intuit's consent page."""

from connector.lambdas.http import web
from connector.lambdas.routes import connections

handler = web(connections.routes)
