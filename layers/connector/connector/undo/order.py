"""The order in which flows are undone: what refers to others before what it refers to."""

from connector.entities.registry import PULLS, PUSHES
from connector.model.flows.pull_flow import AnyPullFlow
from connector.model.flows.push_flow import AnyPushFlow

PUSH_OF: dict[str, AnyPushFlow] = {flow.name: flow for flow in PUSHES}
PULL_OF: dict[str, AnyPullFlow] = {flow.name: flow for flow in PULLS}
ORDER = (*reversed(PUSH_OF), *reversed(PULL_OF))
"""The names of all flows: payments before invoices, documents before lists, pushes before pulls."""
PLACE = {name: place for place, name in enumerate(ORDER)}
