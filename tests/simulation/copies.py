"""A value as it was, written down once and read as often as a copy of it is needed."""

from io import BytesIO
from pickle import Pickler, Unpickler
from threading import Lock, RLock
from types import FunctionType
from typing import Any, cast

SHARED = (type(Lock()), type(RLock()), FunctionType)
"""What copies share, as it has no state of its own."""


class _Writer(Pickler):
    def __init__(self, text: BytesIO) -> None:
        super().__init__(text)
        self.shared: list[Any] = []

    def persistent_id(self, one: Any) -> int | None:
        """Return where a shared value is found; None for what is copied."""
        if not isinstance(one, SHARED):
            return None
        self.shared.append(one)
        return len(self.shared) - 1


class _Reader(Unpickler):
    def __init__(self, text: BytesIO, shared: list[Any]) -> None:
        super().__init__(text)
        self._shared = shared

    def persistent_load(self, place: int) -> Any:
        return self._shared[place]


class Kept[T]:
    """A value of which copies are taken: several times as fast as deepcopy."""

    def __init__(self, value: T) -> None:
        text = BytesIO()
        writer = _Writer(text)
        writer.dump(value)
        self._text, self._shared = text.getvalue(), writer.shared

    def copy(self) -> T:
        """Return the value as it was when it was kept."""
        return cast("T", _Reader(BytesIO(self._text), self._shared).load())
