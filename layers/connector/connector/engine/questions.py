"""What nobody has decided: one entry of the worklist for each value, with what it holds back."""

from collections import defaultdict
from decimal import Decimal

from connector.engine.run import Run
from connector.model.outcomes import Sum
from connector.model.pending import Asking, PendingState
from connector.model.policy.postable import Asked, Question, asked

ASKS = "asks-about-"
"""The ids of the entries begin with it; ids of MobiWork are numbers."""


def recount(run: Run, flow: str, noun: str) -> None:
    """Make the entries of a flow say what is held back by now; those that hold nothing go."""
    kept, sums = run.store.pending, defaultdict[str, Sum](Sum)
    posted = defaultdict[str, Sum](Sum)
    questions: dict[str, Question] = {}
    entries = {}
    for item in kept.read_all(run.connection_id, flow):
        if item.state is PendingState.ASKED:
            entries[item.record_id] = item
        elif item.state is PendingState.UNDECIDED and item.question is not None:
            own = _id_of(item.question)
            questions.setdefault(own, item.question)
            counted = posted if item.question.posted else sums
            counted[own] = counted[own].plus(item.worth)
    for own, entry in entries.items():
        if own not in questions:
            kept.close(entry)
    for own, question in questions.items():
        since = entries[own].found_at if own in entries else run.now().isoformat()
        told = asked(question, noun, sums[own], posted[own])
        kept.put_asked(run.connection_id, flow, _asking(question, told, since))


def announce(run: Run, flow: str, noun: str, question: Question, worth: Decimal | None) -> None:
    """Put the entry of a question on the worklist before a record waits for it.

    A run that dies before it counts would else leave records behind that nobody is told of.
    """
    kept = run.store.pending
    if not kept.read_many(run.connection_id, flow, [_id_of(question)]):
        one = Sum().plus(worth)
        held, posted = (Sum(), one) if question.posted else (one, Sum())
        told = asked(question, noun, held, posted)
        now = run.now().isoformat()
        kept.put_asked(run.connection_id, flow, _asking(question, told, now))


def _id_of(question: Question) -> str:
    return f"{ASKS}{question.key}"


def _asking(question: Question, told: Asked, since: str) -> Asking:
    return Asking(
        record_id=_id_of(question),
        label=told.label,
        reason=told.reason,
        fixes=told.fixes,
        found_at=since,
    )
