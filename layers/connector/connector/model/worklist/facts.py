"""What is known of records of the worklist: their items, and where they stand."""

from collections.abc import Mapping
from typing import NamedTuple

from connector.model.ids import FlowName, RecordId
from connector.model.pending import PendingItem
from connector.model.tracking.tracked import TrackedRecord

type Place = tuple[FlowName, RecordId]
"""A record of a flow."""


class EntryFacts(NamedTuple):
    """Some records of the worklist, each by its flow and id; one that is not there is missing.

    items: what of it is kept; tracked: where it stands after its latest outcome.
    """

    items: Mapping[Place, PendingItem]
    tracked: Mapping[Place, TrackedRecord]
