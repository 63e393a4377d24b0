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


REPLACES: Mapping[Outcome, frozenset[Outcome]] = {
    Outcome.UNCHANGED: frozenset({Outcome.WAITING}),
    Outcome.WAITING: frozenset({Outcome.WAITING, Outcome.REFUSED, Outcome.UNCHANGED}),
}
"""Which earlier outcomes of a record in the same run a weak one replaces; others replace any.

Of two workers of one run, the slower one only knows that the other was at it.
"""


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


@dataclass(frozen=True, kw_only=True)
class RecordOutcome:
    """The outcome of one record in one run, as a person reads it.

    flow: the flow that brought it there, such as push_invoices.
    record_id: the id of the record in the flow's source.
    label: what a person knows the record by.
    note: what there is to say about the outcome, in sentences.
    quickbooks_id: the QuickBooks record that it became or was found to be.
    """

    run_id: str
    flow: str
    record_id: str
    outcome: Outcome
    label: str
    note: str | None = None
    quickbooks_id: str | None = None


NATIVE = "MobiWork's own QuickBooks connector had linked it."
