"""The order in which flows are undone: what refers to others before what it refers to."""

from connector.entities.registry import NAMES

ORDER = NAMES[::-1]
"""The names of all flows: payments before invoices, documents before lists, pushes before pulls."""
PLACE = {name: place for place, name in enumerate(ORDER)}
