"""What many plans come to: counted and summed page by page, small whatever their number."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from connector.model.outcomes import Sum
from connector.model.review.planned import CHANGES, HELD_BACK, Decision, PlannedRecord

LARGEST = 10
MOST_CAUSES = 100
"""So many causes of a flow are told apart; what is over is summed as one."""
EXAMPLES = 3
OTHERS = "Other reasons"
SALES_TAX = "Sales tax"
"""Told beside the accounts, so that these add up to the documents."""
_SPECIFIC = re.compile(r'((?:status|method|type|category) (?:is )?)?"[^"]*"|\d[\d.,:/-]*')
"""A name or number; where the words before a text say that many records share it, they are kept."""


@dataclass(frozen=True)
class Cause:
    """Why records are not written, or are likely to be refused: how many, and a few by name.

    Attributes:
        decision: What becomes of them.
        reason: The reason of the first one, in words.
        found: How many, and what they come to.
        examples: The first ones.
    """

    decision: Decision
    reason: str
    found: Sum = field(default_factory=Sum)
    examples: tuple[str, ...] = ()

    def plus(self, planned: PlannedRecord) -> "Cause":
        """Return the cause with one more record."""
        examples = (*self.examples, planned.label)[:EXAMPLES]
        return replace(self, found=self.found.plus(planned.total), examples=examples)


@dataclass(frozen=True)
class Document:
    """One of the largest documents.

    record_id: MobiWork's id.
    label: what a person knows it by.
    total: in dollars.
    """

    record_id: str
    label: str
    total: Decimal


@dataclass
class FlowSummary:
    """The plans of one flow, counted and summed.

    Attributes:
        decisions: By what is to be done.
        months: What is to be written, by the month of the document (`2026-11`).
        accounts: Likewise by account, and the sales tax.
        largest: The largest documents that are to be written.
        causes: Why others are not, and why some may be refused.
        oldest, newest: The dates of what is to be written.
        results: How many were carried out since, by outcome.
        unlike: How many of those came out otherwise than planned.
    """

    flow: str
    decisions: dict[Decision, Sum] = field(default_factory=dict)
    months: dict[str, Sum] = field(default_factory=dict)
    accounts: dict[str, Decimal] = field(default_factory=dict)
    largest: list[Document] = field(default_factory=list)
    causes: dict[tuple[Decision, str], Cause] = field(default_factory=dict)
    oldest: date | None = None
    newest: date | None = None
    results: dict[str, int] = field(default_factory=dict)
    unlike: int = 0

    def add(self, planned: PlannedRecord) -> None:
        """Take one plan into account."""
        before = self.decisions.get(planned.decision, Sum())
        self.decisions[planned.decision] = before.plus(planned.total)
        if planned.decision in CHANGES:
            self._add_written(planned)
        reasons: Iterable[str] = planned.warnings
        if planned.decision in (*HELD_BACK, Decision.LEFT_OUT):
            reasons = (planned.reason or "",)
        for reason in reasons:
            self._add_cause(planned, reason)
        if planned.outcome:
            self.results[planned.outcome] = self.results.get(planned.outcome, 0) + 1
            self.unlike += bool(planned.unlike)

    def _add_written(self, planned: PlannedRecord) -> None:
        told = dict(planned.accounts) | ({SALES_TAX: planned.tax} if planned.tax else {})
        for account, amount in told.items():
            self.accounts[account] = self.accounts.get(account, Decimal(0)) + amount
        if planned.day is not None:
            month = f"{planned.day:%Y-%m}"
            self.months[month] = self.months.get(month, Sum()).plus(planned.total)
            self.oldest = min(self.oldest or planned.day, planned.day)
            self.newest = max(self.newest or planned.day, planned.day)
        if planned.total:
            one = Document(planned.record_id, planned.label, planned.total)
            self.largest = sorted([*self.largest, one], key=lambda each: -each.total)[:LARGEST]

    def _add_cause(self, planned: PlannedRecord, reason: str) -> None:
        own = (planned.decision, kind_of_reason(reason))
        if own not in self.causes and len(self.causes) >= MOST_CAUSES:
            own, reason = (planned.decision, OTHERS), OTHERS
        cause = self.causes.get(own) or Cause(planned.decision, reason)
        self.causes[own] = cause.plus(planned)


def kind_of_reason(reason: str) -> str:
    """Return what reasons have in common that differ by names and numbers only.

    What a status, method, type or category is called makes another reason.
    """
    return _SPECIFIC.sub(lambda found: found[0] if found[1] else "…", reason)
