"""Asks for lists before they are read, a few at once, and keeps the answers until they are.

Nearly all the time of a look is waiting for MobiWork. It publishes no limit of calls at once
(reference 1.7); where an answer says that it was too much, the rest goes one by one. Only lists are
asked for ahead: nothing that writes, and nothing that anybody decides upon.
"""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from connector.errors import UnreadableAnswerError
from connector.mobiwork.calls import Answer, MobiWorkCall
from connector.mobiwork.xml import write

AT_ONCE = 10
"""So many answers are under way, or wait to be read: the first pages of all ten lists."""
MOST_AHEAD = 3_000_000
"""Bytes of each of them: a full page has less. A larger one is asked for alone when it is read."""

type _Key = tuple[str, bytes]


class TooLargeAnswerError(UnreadableAnswerError):
    """The answer has more bytes than it may have where it was asked for."""


@dataclass
class ReadAhead:
    """Calls that are about to be made, in the order in which they will be.

    send: makes a call by its first route; used by several threads at once. It raises
        TooLargeAnswerError for an answer that is too large to be kept beside others.
    """

    send: Callable[[MobiWorkCall], Answer]
    _wanted: dict[_Key, MobiWorkCall] = field(default_factory=dict)
    _sent: dict[_Key, Future[Answer]] = field(default_factory=dict)
    _looked_at: dict[_Key, Future[Answer]] = field(default_factory=dict)
    _pool: ThreadPoolExecutor | None = None

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Ask ahead from here to the end; what is on its way then is not waited for."""
        self._pool = pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="mobiwork")
        try:
            yield
        finally:
            self.stop()
            pool.shutdown(wait=False, cancel_futures=True)

    def stop(self) -> None:
        """Ask for nothing ahead any more; answers that came are not used."""
        self._pool = None
        self.forget()

    def forget(self, name: str | None = None) -> None:
        """Drop what was asked for, or is to be: of calls of this name, or all."""
        for some in (self._wanted, self._sent, self._looked_at):
            for own in [own for own in some if name in {None, own[0]}]:
                some.pop(own)
        self._fill()

    def expect(self, calls: Iterable[MobiWorkCall], *, soon: bool = False) -> None:
        """Ask for lists: after what is wanted already, or `soon`, which is next of their name."""
        if self._pool is None:
            return
        known = self._sent.keys() | self._looked_at.keys()
        new = {own: call for call in calls if (own := _key(call)) not in known}
        names = {name for name, _ in new} if soon else set()
        first = {own: call for own, call in self._wanted.items() if own[0] in names}
        self._wanted = first | new | self._wanted if soon else self._wanted | new
        self._fill()

    def take(self, call: MobiWorkCall) -> Answer | None:
        """Return the answer to a call that was asked for ahead; None if it has to be made.

        Raises:
            ConnectorError: as the call did.
        """
        if self._pool is None:
            return None
        own = _key(call)
        found = self._looked_at.pop(own, None) or self._asked(own)
        if found is None or isinstance(found.exception(), TooLargeAnswerError):
            return None
        return replace(found.result(), around=call.around)

    def look_at(self, call: MobiWorkCall) -> Answer | None:
        """Return the answer to a call and keep it for `take`; None where it failed."""
        self.expect([call], soon=True)
        own = _key(call)
        found = self._asked(own)
        if found is None:
            return None
        self._looked_at[own] = found
        return None if found.exception() else found.result()

    def _asked(self, own: _Key) -> Future[Answer] | None:
        """Return what was asked for ahead, or is now."""
        call = self._wanted.pop(own, None)
        if call is not None and self._pool is not None:
            return self._pool.submit(self.send, call)
        found = self._sent.pop(own, None)
        if found is not None:
            found.exception()  # waits for the answer
            self._fill()
        return found

    def _fill(self) -> None:
        while self._pool is not None and self._wanted and len(self._sent) < AT_ONCE:
            own = next(iter(self._wanted))
            self._sent[own] = self._pool.submit(self.send, self._wanted.pop(own))


def _key(call: MobiWorkCall) -> _Key:
    return call.name, b"" if call.body is None else write(call.body).encode()
