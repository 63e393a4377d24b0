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
    ExitCode.DONE: "it was done, or what was asked for was shown",
    ExitCode.REFUSED: "it was refused, or nothing like that is there; nothing was changed",
    ExitCode.USAGE: "the command was used in a wrong way, or with what cannot be used",
    ExitCode.NOT_REACHED: "there is no runtime or stack to ask, or no credentials for it",
    ExitCode.FAILED: "the connector, or AWS, failed or did not answer",
    ExitCode.NOT_ALL_WELL: "what was started has ended, but not all of it went well",
}


class CommandError(Exception):
    """A command ends here; the text is for a person, the code for scripts."""

    def __init__(self, message: str, code: ExitCode) -> None:
        super().__init__(message)
        self.code = code
