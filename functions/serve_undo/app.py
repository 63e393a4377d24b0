"""Serve the undoing of runs: its preview, how it stands, and sending again what was undone."""

from connector.lambdas.http import web
from connector.lambdas.routes import undo

handler = web(undo.routes)
