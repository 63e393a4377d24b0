"""Activity: what people changed in a connection, who and when, and how it was before and after."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from connector.model.body import Body, Json
from connector.model.ids import FlowName, RecordId


@dataclass(frozen=True, kw_only=True)
class Deed:
    """One change that a person made.

    at: when, in UTC.
    by: who did it, as the caller is known.
    what: what was done, a sentence in the past tense.
    before, after: the values that changed, by name; None where there are none. No secrets.
    flow, record_id: the record that it was done to, None where it was not one record.
    """

    at: datetime
    by: str
    what: str
    before: Body | None = None
    after: Body | None = None
    flow: FlowName | None = None
    record_id: RecordId | None = None


def changed(before: Json, after: Json) -> tuple[Body, Body]:
    """Return what differs between two mappings, each with its own values."""
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return _chosen(before, names), _chosen(after, names)


def _chosen(values: Mapping[str, object], names: list[str]) -> Body:
    return {name: values[name] for name in names if name in values}
