"""Exactly once: intent -> send -> link, each durable before the next, repairable after each.

Whoever finds an intent that is not its own watches it for `claim_seconds` by its own clock (no
clocks are compared), takes it over by its claim, and looks on the other side for the record before
anything is sent again. Creates in QuickBooks and additions to MobiWork are the same here; what
differs is in their `Sending`. See docs/exactly-once.md.
"""

from collections.abc import Callable
from typing import Protocol

from connector.engine.lease import ClaimLostError, Lease
from connector.engine.loop import OutcomeUnknown, Settled
from connector.engine.run import Run
from connector.errors import (
    ConnectorError,
    QueryFailedError,
    RecordError,
    UnreadableAnswerError,
)
from connector.model.plans import Wait

STEPS = ("intent saved", "answer received", "link saved")
"""The durable steps; a crash after any of them must leave one record."""


class _WithdrawnError(Exception):
    """The record was deleted or edited after it was planned; nothing was sent."""


class Claimed(Protocol):
    """An intent, under the claim of whoever is at it."""

    @property
    def claim(self) -> str | None:
        """The token of that worker."""


class Sending[I: Claimed, A](Protocol):
    """One record on its way to the other side: what is durable of it, and how it is found there.

    I is its intent, A how the other side shows it.
    """

    def claim(self, intent: I, seen: I | None) -> I | None:
        """Write an intent under a claim of its own in the place of the one that was seen.

        Nothing where somebody was faster.
        """

    def release(self, intent: I) -> None:
        """Give up an intent of which nothing was sent."""

    def find(self, intent: I) -> A | None:
        """Return the record of the other side that is this one.

        Raises:
            RecordError: there are several.
        """

    def repeat(self, intent: I) -> I | OutcomeUnknown | Wait:
        """Return what is to be sent, now that a look did not find it; or why it is not sent.

        Raises:
            RecordError: a person must look first.
        """

    def send(self, intent: I, hold: Callable[[bool], None]) -> A:
        """Make the call; `hold` is called when all is ready and nothing but the call is left.

        It is told whether the source still has the record as it was planned, as far as is known.
        """

    def refused(self, intent: I, refusal: RecordError, *, again: bool) -> Settled:
        """Do what is left to do after the other side refused it; raise again if that is nothing.

        `again` is whether it may have been sent before: then the refusal does not tell that it is
        not there, nor that it will not be.
        """

    def link(self, intent: I, answer: A) -> Settled:
        """Link the record to what the other side answered."""

    def link_found(self, intent: I, found: A) -> Settled:
        """Link the record to what was found."""

    def taken(self) -> OutcomeUnknown:
        """Say that another worker is at it, and for how long its claim is to be watched."""

    def count_failure(self, error: ConnectorError) -> None:
        """Count that the other side failed on it again although it answers look-ups.

        Raises:
            RecordError: it failed too often to be an accident.
        """


def begin[I: Claimed, A](run: Run, sending: Sending[I, A], intent: I) -> Settled:
    """Send a record of which nothing was sent before, once, and link it.

    Raises:
        RecordError: it was refused; nothing was created.
        RetriableError: nothing was sent.
    """
    since = run.clock()
    claimed = sending.claim(intent, None)
    if claimed is None:
        return sending.taken()
    run.checkpoint("intent saved")
    return _send(run, sending, claimed, since)


def settle[I: Claimed, A](run: Run, sending: Sending[I, A], seen: I) -> Settled | Wait:
    """Take over an intent whose worker shows no life (or is us) and bring it to its end.

    The other side is asked first whether the record is there, whatever is planned by now. Where it
    answers all but that, this is counted, so that a person is told at last.

    Raises:
        RecordError: it is there more than once, was refused, or cannot be looked for.
        RetriableError: the other side does not answer.
    """
    since = run.clock()
    intent = sending.claim(seen, seen)
    if intent is None:
        return sending.taken()
    try:
        found = sending.find(intent)
    except (QueryFailedError, UnreadableAnswerError) as error:
        sending.count_failure(error)
        raise
    if found is not None:
        return sending.link_found(intent, found)
    wanted = sending.repeat(intent)
    if isinstance(wanted, OutcomeUnknown | Wait):
        return wanted
    return _send(run, sending, wanted, since, again=True)


def _send[I: Claimed, A](
    run: Run, sending: Sending[I, A], intent: I, since: float, *, again: bool = False
) -> Settled:
    """Send an intent; one that may have been sent before (`again`) is never given up unanswered.

    Giving it up would send the record anew without a look, although the look that found nothing
    may have come too early. A record that was deleted or edited since it was planned is not sent
    for the first time: the intent is there before that is asked, and whoever deletes an item looks
    for an intent afterwards, so one of the two sees the other.
    """
    lease = Lease(run, intent, since, lambda held: sending.claim(held, held))

    def hold(still_wanted: bool) -> None:
        if not again and not still_wanted:
            raise _WithdrawnError
        lease.hold()

    try:
        answer = sending.send(intent, hold)
    except ClaimLostError:
        return sending.taken()
    except _WithdrawnError:
        sending.release(lease.intent)
        return OutcomeUnknown()
    except RecordError as refusal:
        return sending.refused(lease.intent, refusal, again=again)
    except ConnectorError as error:
        return _not_done(run, sending, lease.intent, error, again=again)
    run.checkpoint("answer received")
    return sending.link(lease.intent, answer)


def _not_done[I: Claimed, A](
    run: Run, sending: Sending[I, A], intent: I, error: ConnectorError, *, again: bool
) -> OutcomeUnknown:
    if error.unknown_outcome:
        return _unanswered(run, sending, intent, error, again=again)
    if not again:
        sending.release(intent)
    raise error


def _unanswered[I: Claimed, A](
    run: Run, sending: Sending[I, A], intent: I, error: ConnectorError, *, again: bool
) -> OutcomeUnknown:
    """Keep an intent that may have arrived; it is looked up when queries must show it."""
    if again:
        sending.count_failure(error)
    return OutcomeUnknown(intent.claim, run.settle_seconds, str(error), unanswered=True, sent=True)
