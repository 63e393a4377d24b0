"""Waiting for what takes long, with a bar for a person who looks."""

from collections.abc import Callable

from cli.errors import CommandError, ExitCode
from cli.session import Session

PAUSE = 2.0
LONGEST = 3600.0


def until[T](session: Session, what: str, read: Callable[[], T | None]) -> T:
    """Ask again and again until there is an answer.

    Raises:
        CommandError: there is none within an hour; what was started goes on.
    """
    waited = 0.0
    with session.screen.bars() as bars:
        while (found := read()) is None:
            if waited >= LONGEST:
                raise CommandError(
                    f"{what}: still going after an hour. It continues; check again later.",
                    ExitCode.FAILED,
                )
            bars.move(what)
            session.pause(PAUSE)
            waited += PAUSE
    return found


def when_there[T](read: Callable[[], T]) -> Callable[[], T | None]:
    """Return a question whose refusal means: not yet."""

    def asked() -> T | None:
        try:
            return read()
        except CommandError as error:
            if error.code is ExitCode.REFUSED:
                return None
            raise

    return asked
