"""Finish a connection when the browser comes back from Intuit's consent page."""

from connector.lambdas.http import web
from connector.lambdas.routes import connections

handler = web(connections.callback)
