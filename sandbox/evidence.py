"""One line of evidence for the checklist, and how it is told where a question fails."""

from collections.abc import Callable
from dataclasses import dataclass

from connector.errors import ConnectorError


@dataclass(frozen=True)
class Evidence:
    """What was found for a line of the checklist; `line` is its number there."""

    line: int
    asked: str
    found: str

    def as_row(self) -> str:
        """Return a row of a Markdown table."""
        found = self.found.replace("|", "\\|").replace("\n", " ")
        return f"| {self.line} | {self.asked} | {found} |"


def ask(line: int, asked: str, answer: Callable[[], str]) -> Evidence:
    """Ask one thing; an error of the remote is evidence, too."""
    try:
        return Evidence(line, asked, answer())
    except ConnectorError as error:
        return Evidence(line, asked, f"{type(error).__name__}: {error}")
