"""What became of records in a run."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Outcome(StrEnum):
    """What became of one record in one run; every record ends in exactly one.

    DIFFERENT is a document that was created, but whose total QuickBooks made another one.
    """

    CREATED = "created"
    DIFFERENT = "posted with difference"
    UPDATED = "updated"
    ADOPTED = "adopted"
    UNCHANGED = "unchanged"
    WAITING = "waiting"
    REFUSED = "refused"


@dataclass(frozen=True, kw_only=True)
class RecordOutcome:
    """What became of one record in one run, as it is stored and told.

    run_id, flow, record_id: which run, which flow, and the id of the record in its source.
    label: the record as a person knows it (`invoice "1042"`); note: what there is to say, or "".
    quickbooks_id: the QuickBooks record that it is linked to now, if it was linked just now.
    """

    run_id: str
    flow: str
    record_id: str
    outcome: Outcome
    label: str = ""
    note: str = ""
    quickbooks_id: str | None = None


@dataclass(frozen=True)
class Report:
    """What one flow did in one run so far; `more` asks to be called again."""

    flow: str
    more: bool
    outcomes: Mapping[Outcome, int] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return the report as it travels through the state machine."""
        counts = {outcome.value: count for outcome, count in self.outcomes.items() if count}
        return {"flow": self.flow, "more": self.more, "outcomes": counts}


NATIVE = "MobiWork's own QuickBooks connector had linked it."
