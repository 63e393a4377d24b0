"""Whether both sides were compared since a record may be created: nothing is created before that.

Four things let records be created that nobody has compared with what the other side holds by then:
a start, settings that take in more than before, a person who says of a match that it is none of
those found, and a document that is entered or changed after the start and dated before it.

What waits for that stands on the worklist. It has a run started at once, which compares first;
where reads of QuickBooks are stopped, when the next month begins.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from connector.engine.run import Run
from connector.model.body import Body
from connector.model.connection import Mode
from connector.model.ids import FlowName
from connector.model.matching.matches import Match, MatchDecision
from connector.model.plans import Wait
from connector.model.policy.days import day_of, zone_of
from connector.model.policy.widening import is_to_compare, last_compared, started_at
from connector.model.worklist.causes import Kind

BY_ITSELF = (
    "Both sides are compared once more before it is created, by themselves within minutes, so that "
    "nothing is doubled that is on both."
)
NEXT_MONTH = (
    "Both sides are compared once more before it is created, so that nothing is doubled that is on "
    "both. QuickBooks is not read any more this month, since the company's share of reads is used "
    "up: they are compared, and it goes on, by themselves from {day:%Y-%m-%d} on (UTC)."
)
WIDENED = "The settings take in more of its kind than when both sides were compared."
STARTED = "The two sides were not compared yet since the connection was started."
NONE_OF_THEM = "A person said that it is none of those it was compared with."
LATE = (
    "It is dated {day}, which is not after the start ({started}), and came or was changed in "
    "MobiWork since both sides were compared last: QuickBooks may hold it already."
)


@dataclass(frozen=True)
class Entered:
    """A document that is to be created.

    Attributes:
        found_at: When a look found it; ISO 8601, UTC.
        day: The day it is posted on; ISO 8601.
    """

    found_at: str
    day: str


@dataclass
class LastComparison:
    """How far both sides of a connection were compared, read at most once.

    Attributes:
        run: The run that asks.
    """

    run: Run

    def first(
        self, flow: FlowName, *matches: Match | None, entered: Entered | None = None
    ) -> Wait | None:
        """Let a record wait that is not to be created yet; None where it may be.

        `matches` are those in which it may be meant, `entered` tells when it came. Where one of
        them is the reason, both sides are to be compared.
        """
        why = self._why_not(flow, *matches) or (entered and self._late(entered))
        if why is None:
            return None
        again = self.run.reads_again()
        then = NEXT_MONTH.format(day=again) if again else BY_ITSELF
        return Wait((), f"{why} {then}", again or self.run.now(), Kind.SAME)

    def _why_not(self, flow: FlowName, *matches: Match | None) -> str | None:
        run, said = self.run, latest_refusal(matches)
        if run.mode is Mode.REVIEW:
            return None
        if self._look.get("live") is False and started_at(self._look) is None:
            return STARTED
        if not (said or run.saved.to_compare):
            return None
        compared = last_compared(self._look)
        if self._look and is_to_compare(flow, run.saved.to_compare, compared["version"]):
            return WIDENED
        if not self._look or said <= compared["at"]:
            return None
        if not run.only_plans:
            run.store.matches.ask(run.connection_id, said)
        return NONE_OF_THEM

    def _late(self, entered: Entered) -> str | None:
        """Say that a document of before the start is not compared yet as it is now.

        The day of the start is fixed, so that comparing does not make later documents late. What
        was typed in QuickBooks since then is told by its changes.
        """
        run = self.run
        if run.mode is Mode.REVIEW:
            return None
        started = started_at(self._look)
        if not started:
            return None
        zone = zone_of(run.settings, run.company)
        day = day_of(datetime.fromisoformat(started), zone).isoformat()
        if entered.day > day or entered.found_at <= last_compared(self._look)["at"]:
            return None
        if not run.only_plans:
            run.store.matches.ask(run.connection_id, entered.found_at)
        return LATE.format(day=entered.day, started=day)

    @cached_property
    def _look(self) -> Body:
        return self.run.store.matches.look(self.run.connection_id)


def latest_refusal(matches: Iterable[Match | None]) -> str:
    """Return when it was last said of a record that it is none of those found; or nothing."""
    different = (one for one in matches if one and one.decision is MatchDecision.DIFFERENT)
    return max((one.decided_at or "" for one in different), default="")
