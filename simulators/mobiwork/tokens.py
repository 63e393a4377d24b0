"""Tokens: handed out by authenticate, wanted by every other call, expiring (reference 1.2)."""

import secrets
import string
from collections.abc import Callable
from dataclasses import dataclass, field

from simulators.mobiwork.switches import Switches

_LETTERS = string.ascii_uppercase + string.digits
_LENGTH = 20


@dataclass(slots=True)
class _Issued:
    at: float
    calls: int = 0


@dataclass(slots=True)
class Tokens:
    """The tokens that are good at the moment."""

    clock: Callable[[], float]
    _issued: dict[str, _Issued] = field(default_factory=dict)

    def issue(self, switches: Switches) -> str:
        """Hand out a new token."""
        if switches.one_token:
            self._issued.clear()
        token = "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))
        self._issued[token] = _Issued(self.clock())
        return token

    def accepts(self, token: str, switches: Switches) -> bool:
        """Whether a call with this token goes through; counts the call."""
        issued = self._issued.get(token)
        if issued is None:
            return False
        issued.calls += 1
        too_old = 0 < switches.token_seconds <= self.clock() - issued.at
        too_used = 0 < switches.token_calls < issued.calls
        if too_old or too_used:
            del self._issued[token]
            return False
        return True

    def expire_all(self) -> int:
        """End every token; returns how many there were."""
        count = len(self._issued)
        self._issued.clear()
        return count
