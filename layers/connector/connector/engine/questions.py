"""What nobody has decided: one entry of the worklist for each value, with what it holds back."""

from collections import defaultdict
from datetime import UTC, datetime

from connector.engine.run import Run
from connector.model.outcomes import Sum
from connector.model.pending import Asking, PendingState
from connector.model.policy.postable import Question, asked

ASKS = "asks-about-"
"""The ids of the entries begin with it; ids of MobiWork are numbers."""


def recount(run: Run, flow: str, noun: str) -> None:
    """Make the entries of a flow say what is held back by now; those that hold nothing go."""
    kept, sums = run.store.pending, defaultdict[str, Sum](Sum)
    questions: dict[str, Question] = {}
    entries = {}
    for item in kept.read_all(run.connection_id, flow):
        if item.state is PendingState.ASKED:
            entries[item.record_id] = item
        elif item.state is PendingState.UNDECIDED and item.question is not None:
            own = f"{ASKS}{item.question.key}"
            questions.setdefault(own, item.question)
            sums[own] = sums[own].plus(item.worth)
    for own, entry in entries.items():
        if own not in sums:
            kept.close(entry)
    for own, held in sums.items():
        told = asked(questions[own], noun, held)
        since = entries[own].found_at if own in entries else datetime.now(UTC).isoformat()
        asking = Asking(
            record_id=own,
            label=told.label,
            reason=told.reason,
            fixes=told.fixes,
            found_at=since,
        )
        kept.put_asked(run.connection_id, flow, asking)
