"""Probe the MobiWork calls that are only assumed, reading only, and store what was found."""

from connector.entrypoints import by_hand
from connector.probe import Probed, probe
from connector.wiring import Services


@by_hand
def handler(services: Services, connection_id: str) -> Probed:
    return probe(services, connection_id)
