"""Serve the address and a new secret of MobiWork's doorbell to whoever sets it up."""

from connector.lambdas.http import web
from connector.lambdas.routes import doorbell

handler = web(doorbell.routes)
