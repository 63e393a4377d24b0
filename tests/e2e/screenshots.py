"""Screenshots of every page of the console: light, dark and on a phone, of the sample company.

`python -m tests.e2e.screenshots [FOLDER]`, or `make screenshots`. Each page is looked at for
barriers, too; what was found is printed, and the exit code tells.
"""

import re
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page

from local.folder import RunFolder
from tests.e2e.browser import barriers
from tests.e2e.first_day import DESK, PAGES, PHONE, Desk, first_day, wait_for

LOOKS: dict[str, dict[str, object]] = {
    "light": {"viewport": DESK, "color_scheme": "light"},
    "dark": {"viewport": DESK, "color_scheme": "dark"},
    "phone": {"viewport": PHONE, "color_scheme": "light"},
}
MORE = ("payments?view=all", "close", "login", "settings/posting", "settings/product")
LINKED = {
    "record": ("records?state=posted&flow=push_customers", "main tbody a"),
    "record-refused": ("records?state=refused", "main tbody a"),
    "run": ("runs", "main tbody a"),
    "undo": ("runs", "main tbody tr:has-text('created') a"),
    "worklist-entries": ("worklist", "main tbody a"),
    "books-match": ("books", "main tbody a"),
    "settings-version": ("settings/history", "main tbody a"),
}
"""Pages that are reached through the first link of others."""
BEFORE = {"undo": "/undo"}
"""What is added to the address that a link leads to."""


def _see_payments(page: Page) -> None:
    page.locator("[name=payment]").first.check()
    page.get_by_role("button", name="See what this does").click()


def _see_fix(page: Page) -> None:
    page.get_by_role("link", name=re.compile("Income Account")).first.click()
    page.get_by_label("What to choose").first.select_option("79")
    page.get_by_role("button", name="Choose it in the settings").first.click()


def _see_settings(page: Page) -> None:
    page.locator("[name=minutes_between_looks]").fill("45")
    page.get_by_role("button", name="See what this would do").click()


def _compare(page: Page) -> None:
    page.locator("main tbody a").first.click()
    page.get_by_role("button", name="Read both sides now").click()


FORMS: dict[str, tuple[str, Callable[[Page], None]]] = {
    "payments-push": ("payments", _see_payments),
    "worklist-fix": ("worklist", _see_fix),
    "settings-preview": ("settings/posting", _see_settings),
    "record-compared": ("records?state=posted&flow=push_customers", _compare),
}
"""Pages that answer a form which changes nothing yet."""


def take(desk: Desk, folder: Path) -> tuple[list[Path], set[str]]:
    """Take every page in every look; return the files, and what keeps people out."""
    taken: list[Path] = []
    found: set[str] = set()

    def shoot(page: Page, look: str, name: str) -> None:
        taken.append(folder / look / f"{name}.png")
        page.screenshot(path=taken[-1], full_page=True)
        found.update(f"{look}: {one}" for one in barriers(page))

    for look, options in LOOKS.items():
        page = desk.sign_in("admin", **options, reduced_motion="reduce").new_page()
        for name, address in _addresses(desk, page).items():
            page.goto(address)
            shoot(page, look, name)
        for name, (begins, see) in FORMS.items():
            page.goto(f"{desk.connection}/{begins}")
            see(page)
            page.wait_for_load_state()
            shoot(page, look, name)
    return taken, found


def _addresses(desk: Desk, page: Page) -> dict[str, str]:
    """Return all pages by the names of their files."""
    found = {"home": desk.console, "connect": f"{desk.console}/connect"}
    for one in (*PAGES, *MORE):
        name = one.replace("/", "-").replace("?", "-").replace("=", "-") or "overview"
        found[name] = f"{desk.connection}/{one}".rstrip("/")
    for name, (through, link) in LINKED.items():
        page.goto(f"{desk.connection}/{through}")
        first = page.locator(link).first
        if first.count():
            found[name] = str(first.evaluate("one => one.href")) + BEFORE.get(name, "")
    return found


def prepare(desk: Desk) -> None:
    """Let the first run come to its end, and have the books compared."""
    page = desk.admin.new_page()
    page.goto(f"{desk.connection}/runs")
    wait_for(page, "finished")
    page.goto(f"{desk.connection}/books")
    page.get_by_role("button", name="Compare by what is known").click()
    wait_for(page, "Certificate for the accountant")


def main(folder: Path) -> int:
    """Bring the runtime up and take all pages; 1 tells that something keeps people out."""
    with tempfile.TemporaryDirectory() as state, first_day(RunFolder(Path(state))) as desk:
        prepare(desk)
        taken, found = take(desk, folder)
    told = [f"{len(taken)} screenshots in {folder}", *sorted(found)]
    print("\n".join(told))  # noqa: T201 - a program of its own
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(Path(*sys.argv[1:2] or [".screenshots"])))
