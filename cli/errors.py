"""What ends a command early, and the exit codes that scripts go by."""

from enum import IntEnum


class ExitCode(IntEnum):
    """How a command ended."""

    DONE = 0
    REFUSED = 1
    USAGE = 2
    NOT_REACHED = 3
    FAILED = 4
    NOT_ALL_WELL = 5


MEANINGS = {
    ExitCode.DONE: "done, or the requested information was shown",
    ExitCode.REFUSED: "refused, or not found; nothing was changed",
    ExitCode.USAGE: "the command or one of its values is not valid",
    ExitCode.NOT_REACHED: "no runtime or stack was found, or credentials for it are missing",
    ExitCode.FAILED: "the connector or AWS failed or did not respond",
    ExitCode.NOT_ALL_WELL: "it finished, but not everything succeeded",
}


class CommandError(Exception):
    """A command ends here; the text is for a person, the code for scripts."""

    def __init__(self, message: str, code: ExitCode) -> None:
        super().__init__(message)
        self.code = code
