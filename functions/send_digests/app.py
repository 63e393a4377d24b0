"""Send the digests that are due: what needs somebody, by mail and to a topic."""

from connector.api import digests
from connector.lambdas.entrypoints import scheduled
from connector.services import Services


@scheduled
def handler(services: Services) -> int:
    return digests.send_due(services).sent
