"""MobiWork's doorbell: a new secret for whoever sets it up."""

from connector.api import doorbell_secret
from connector.api.doorbell_secret import DoorbellSecret
from connector.lambdas.routes.shared import ConnectionPath, api_url, caller
from connector.lambdas.routing import Routes

PATH = "/connections/<connection_id>/doorbell"
routes = Routes("doorbell")


@routes.answer("POST", PATH)
def make_doorbell_secret(connection_id: ConnectionPath) -> DoorbellSecret:
    """Make a new secret and tell it, this once; the older one is void."""
    return doorbell_secret.replace(connection_id, api_url=api_url(routes), by=caller(routes))
