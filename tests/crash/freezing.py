"""Freezes a worker process at a point of the protocol, as a function between invocations is."""

import os
import signal
from collections.abc import Callable
from itertools import count
from typing import Any

BEFORE_INTENT, BEFORE_SENDING = "before the intent", "about to send"
POINTS = (BEFORE_INTENT, BEFORE_SENDING)
"""Where a worker can be frozen besides the durable steps."""


def freezing(call: Callable[..., Any], *, frozen: bool) -> Callable[..., Any]:
    """Return the call, before which the process stops once until another one lets it go on."""
    reached = count()

    def called(*told: Any, **choices: Any) -> Any:
        if frozen and next(reached) == 0:
            os.kill(os.getpid(), signal.SIGSTOP)
        return call(*told, **choices)

    return called
