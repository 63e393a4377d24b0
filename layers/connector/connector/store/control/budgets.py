"""The budget of metered calls as one process sees it: read now and then, asked before each call."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

from connector.errors import ReadsStoppedError
from connector.model.calls import CallKind
from connector.model.control.budget import MONTH, Budget, Pace, means, share_out
from connector.model.ids import ConnectionId
from connector.store import call_meter

REMEMBERED_SECONDS = 300.0
"""How old may be what is known of the calls of all companies."""


class BudgetWatch:
    """How the companies of the app stand in this month, remembered for some minutes."""

    def __init__(
        self, line: int, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._line = line
        self._now = now
        self._known: tuple[Budget, float] | None = None

    def current(self, *, newest: bool = False) -> Budget:
        """Return how all stand; `newest` reads it now."""
        clock, known = time.monotonic(), self._known
        if newest or known is None or clock - known[1] > REMEMBERED_SECONDS:
            now = self._now()
            made = call_meter.of_app(f"{now:{MONTH}}")
            known = self._known = (share_out(made, now, self._line), clock)
        return known[0]

    def forget(self) -> None:
        """Have the next one who asks read it."""
        self._known = None

    def reads_again(self, connection_id: ConnectionId) -> datetime | None:
        """Return from when on a company is read again whose reads are stopped, or None."""
        budget = self.current()
        stopped = budget.pace(connection_id) is Pace.STOPPED
        return budget.ends if stopped else None

    def may_call(self, connection_id: ConnectionId, kind: CallKind) -> None:
        """Stop a metered call of a company that has used up its share; writes always go.

        Raises:
            ReadsStoppedError: it has.
        """
        if kind == "free":
            return
        budget = self.current()
        if budget.pace(connection_id) is Pace.STOPPED:
            raise ReadsStoppedError(means(budget.companies[connection_id], budget))
