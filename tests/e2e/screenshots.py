"""Screenshots of every page of the console: light, dark and on a phone, of the sample company.

`python -m tests.e2e.screenshots [FOLDER]`, or `make screenshots`.
"""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page

from local.folder import RunFolder
from tests.e2e.first_day import DESK, PAGES, PHONE, Desk, first_day, wait_for

LOOKS: dict[str, dict[str, object]] = {
    "light": {"viewport": DESK, "color_scheme": "light"},
    "dark": {"viewport": DESK, "color_scheme": "dark"},
    "phone": {"viewport": PHONE, "color_scheme": "light"},
}
LINKED = {
    "record": ("records?state=posted&flow=push_invoices", "main tbody a"),
    "record-refused": ("records?state=refused", "main tbody a"),
    "run": ("runs", "main tbody a"),
    "worklist-entries": ("worklist", "main tbody a"),
    "books-match": ("books", "main tbody a"),
}
"""Pages that are reached through the first link of others."""


def take(desk: Desk, folder: Path) -> list[Path]:
    """Take every page in every look; return the files."""
    taken: list[Path] = []
    for look, options in LOOKS.items():
        page = desk.sign_in("admin", **options).new_page()
        for name, address in _addresses(desk, page).items():
            page.goto(address)
            path = folder / look / f"{name}.png"
            page.screenshot(path=path, full_page=True)
            taken.append(path)
    return taken


def _addresses(desk: Desk, page: Page) -> dict[str, str]:
    """Return all pages by the names of their files."""
    found = {"home": desk.console, "connect": f"{desk.console}/connect"}
    for one in PAGES:
        name = one.replace("/", "-").replace("?", "-").replace("=", "-") or "overview"
        found[name] = f"{desk.connection}/{one}".rstrip("/")
    for name, (through, link) in LINKED.items():
        page.goto(f"{desk.connection}/{through}")
        first = page.locator(link).first
        if first.count():
            found[name] = str(first.evaluate("one => one.href"))
    return found


def prepare(desk: Desk) -> None:
    """Let the first run come to its end, and have the books compared."""
    page = desk.admin.new_page()
    page.goto(f"{desk.connection}/runs")
    wait_for(page, "finished")
    page.goto(f"{desk.connection}/books")
    page.get_by_role("button", name="Compare by what is known").click()
    wait_for(page, "Certificate for the accountant")


def main(folder: Path) -> None:
    """Bring the runtime up and take all pages."""
    with tempfile.TemporaryDirectory() as state, first_day(RunFolder(Path(state))) as desk:
        prepare(desk)
        taken = take(desk, folder)
    print(f"{len(taken)} screenshots in {folder}")  # noqa: T201 - a program of its own


if __name__ == "__main__":
    main(Path(*sys.argv[1:2] or [".screenshots"]))
