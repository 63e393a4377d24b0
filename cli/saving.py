"""Answers that are saved in files: CSV, which comes in parts, and what is not text."""

from pathlib import Path

from cli.api import CSV
from cli.session import Session


def save_csv(session: Session, path: str, save_as: Path, **query: object) -> None:
    """Save the CSV of a path, part after part; each has the heading again."""
    after: str | None = ""
    with save_as.open("w", encoding="utf-8", newline="") as file:
        while after is not None:
            asked = {**query, "format": "csv", "after": after}
            answer = session.api.ask("GET", path, query=asked, accept=CSV)
            heading, _, rows = answer.text.partition("\n")
            file.write(rows if after else f"{heading}\n{rows}")
            after = {name.lower(): text for name, text in answer.headers.items()}.get("x-next")
    session.screen.hint(f"Saved in {save_as}.")


def save_pdf(session: Session, path: str, save_as: Path) -> None:
    """Save what is a PDF of a path."""
    query = {"format": "pdf"}
    answer = session.api.ask("GET", path, query=query, accept="application/pdf")
    save_as.write_bytes(answer.content)
    session.screen.hint(f"Saved in {save_as}.")
