"""Screenshots of every page of the console: light, dark and on a phone, of the sample company.

`python -m tests.e2e.screenshots [FOLDER]`, or `make screenshots`. Each page is looked at for
barriers, too; what was found is printed, and the exit code tells.
"""

import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Page

from local.folder import RunFolder
from tests.e2e.browser import barriers
from tests.e2e.first_day import DESK, PHONE, Desk, addresses, first_day, wait_for
from tests.e2e.looking import ANSWERS, REFUSALS

LOOKS: dict[str, dict[str, object]] = {
    "light": {"viewport": DESK, "color_scheme": "light"},
    "dark": {"viewport": DESK, "color_scheme": "dark"},
    "phone": {"viewport": PHONE, "color_scheme": "light"},
}
BESIDE = (
    "payments?view=pushed", "records?state=refused", "settings/product", "settings/sales",
    "settings/payment", "matches?entity=Customer",
)  # fmt: skip
"""Pages that are taken beside one of each address."""


def take(desk: Desk, folder: Path) -> tuple[list[Path], set[str]]:
    """Take every page in every look; return the files, and what keeps people out."""
    taken: list[Path] = []
    found: set[str] = set()

    def shoot(page: Page, look: str, name: str) -> None:
        taken.append(folder / look / f"{name}.png")
        page.screenshot(path=taken[-1], full_page=True, style=".sticky { position: static }")
        found.update(f"{look}: {one}" for one in barriers(page))

    for look, options in LOOKS.items():
        context = desk.sign_in("admin", **options, reduced_motion="reduce", bypass_csp=True)
        page = context.new_page()
        for name, address in _named(desk, page):
            page.goto(address)
            shoot(page, look, name)
        for name, see in {**ANSWERS, **REFUSALS}.items():
            see(desk, page)
            page.wait_for_load_state()
            shoot(page, look, name)
    return taken, found


def _named(desk: Desk, page: Page) -> Iterator[tuple[str, str]]:
    """Yield all pages with the names of their files."""
    beside = {name: f"{desk.connection}/{name}" for name in BESIDE}
    for name, address in (addresses(desk, page) | beside).items():
        yield re.sub(r"[^a-z]+", "-", name.lower()).strip("-"), address


def prepare(desk: Desk) -> None:
    """Let the first run come to its end, and have the books compared."""
    page = desk.admin.new_page()
    page.goto(f"{desk.connection}/runs")
    wait_for(page, "created")
    page.goto(f"{desk.connection}/books")
    page.get_by_role("button", name="Compare from stored data").click()
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
