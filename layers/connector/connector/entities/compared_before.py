"""Whether both sides were compared since a record may be created: nothing is created before that.

Three things let records be created that nobody has compared with what the other side holds by then:
a start, settings that take in more than before, and a person who says of a match that it is none of
those found. Where none of them is the case, nothing is read for this.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from connector.engine.run import Run
from connector.model.body import Body
from connector.model.connection import Mode
from connector.model.ids import FlowName
from connector.model.matching.matches import Match, MatchDecision
from connector.model.policy.widening import is_to_compare, last_compared

BY_ITSELF = (
    "Both sides are compared once more before it is created, by themselves within minutes, so that "
    "nothing is doubled that is on both."
)
WIDENED = f"The settings take in more of its kind than when both sides were compared. {BY_ITSELF}"
STARTED = f"The two sides were not compared yet since the connection was started. {BY_ITSELF}"
NONE_OF_THEM = f"A person said that it is none of those it was compared with. {BY_ITSELF}"


@dataclass
class LastComparison:
    """How far both sides of a connection were compared, read at most once."""

    run: Run

    def why_not(self, flow: FlowName, *matches: Match | None) -> str | None:
        """Say why a record is not created yet; None where it may be.

        `matches` are those in which it may be meant. Where one of them is the reason, both sides
        are to be compared.
        """
        run, said = self.run, latest_refusal(matches)
        if run.mode is Mode.REVIEW or not (said or run.by_hand or run.saved.to_compare):
            return None
        if run.by_hand and self._look.get("live") is False:
            return STARTED
        compared = last_compared(self._look)
        if self._look and is_to_compare(flow, run.saved.to_compare, compared["version"]):
            return WIDENED
        if not self._look or said <= compared["at"]:
            return None
        if not run.only_plans:
            run.store.matches.ask(run.connection_id, said)
        return NONE_OF_THEM

    @cached_property
    def _look(self) -> Body:
        return self.run.store.matches.look(self.run.connection_id)


def latest_refusal(matches: Iterable[Match | None]) -> str:
    """Return when it was last said of a record that it is none of those found; or nothing."""
    different = (one for one in matches if one and one.decision is MatchDecision.DIFFERENT)
    return max((one.decided_at or "" for one in different), default="")
