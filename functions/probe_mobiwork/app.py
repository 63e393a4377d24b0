"""Probe the MobiWork calls that are only assumed, reading only, and store what was found."""

from connector.jobs.probe_mobiwork import probe
from connector.lambdas.entrypoints import by_hand
from connector.model.policy.account_values import Probed
from connector.services import Services


@by_hand
def handler(services: Services, connection_id: str) -> Probed:
    return probe(services, connection_id)
