"""Sending only under a claim that nobody can have taken over, by this worker's own clock.

A claim that shows no life is watched for `claim_seconds` before it is taken over. A worker that
slept longer than it knows (a frozen function, a long wait for its turn or for a token) renews its
claim before it sends, so that its call has ended, and shows in queries, before anybody looks:
30 s until it is sent + 65 s for the call + 30 s of lag are less than 130 s.
"""

from collections.abc import Callable
from dataclasses import dataclass

from connector.engine.run import Run


class ClaimLostError(Exception):
    """Somebody took the claim over while its worker slept; nothing was sent."""


@dataclass
class Lease[I]:
    """The right to send what `intent` says, under its claim of the time `since` (the run's clock).

    `renew` puts an intent under a new claim and returns it; nothing if it was not ours any more.

    run: the run that sends it.
    """

    run: Run
    intent: I
    since: float
    renew: Callable[[I], I | None]

    def hold(self) -> None:
        """Renew the claim if it is too old to send under.

        Raises:
            ClaimLostError: it belongs to somebody else by now.
        """
        now = self.run.clock()
        if now - self.since < self.run.send_seconds:
            return
        renewed = self.renew(self.intent)
        if renewed is None:
            raise ClaimLostError
        self.intent, self.since = renewed, now
