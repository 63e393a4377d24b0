"""Measure once a day what stands on the worklists for too long, so that an alarm tells of it."""

from connector.jobs.worklist import watch_worklists
from connector.lambdas.entrypoints import scheduled
from connector.services import Services


@scheduled
def handler(_services: Services) -> int:
    return watch_worklists.watch()
