"""Serve the settings of a connection: read them with their problems, change some."""

from connector.lambdas.http import web
from connector.lambdas.routes import settings

handler = web(settings.routes)
