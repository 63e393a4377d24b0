"""Serve the worklist: what does not go on, why, and what people do about it."""

from connector.lambdas.http import web
from connector.lambdas.routes import worklist

handler = web(worklist.routes)
