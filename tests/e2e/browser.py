"""A real browser for the tests: the distribution's Chromium, driven by Playwright.

Its headless shell takes a quarter of the processor time: the whole browser also draws itself.
"""

import re
import shutil
import subprocess
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
INSTALL = ("apt-get", "install", "--yes", "--quiet", "--no-install-recommends", NAMES[0])
SECONDS = 600
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-extensions"]
OF_LOOK = (
    "color-contrast", "link-in-text-block", "meta-viewport", "scrollable-region-focusable",
    "target-size",
)  # fmt: skip
"""Rules whose answer depends on colours and on how wide the screen is."""
SERIOUS = {"serious", "critical"}
COUNTING = """
const chosen = new WeakSet();
addEventListener("click", (it) => {
  if (it.isTrusted && it.target.closest("a,button,input")) clicked();
}, true);
addEventListener("change", (it) => {
  if (it.target.tagName === "SELECT" && !chosen.has(it.target)) clicked();
  chosen.add(it.target);
}, true);
"""
"""Tells of each click, also by keyboard, and of each choice from a list; what is typed is none."""


def chromium() -> str:
    """Return where the browser is; on Debian it is installed where it is missing.

    Raises:
        RuntimeError: there is none and it cannot be installed.
    """
    for name in NAMES:
        if found := shutil.which(name):
            return found
    try:
        subprocess.run(["apt-get", "update", "--quiet"], check=True, timeout=SECONDS)  # noqa: S607
        subprocess.run(INSTALL, check=True, timeout=SECONDS)  # noqa: S603
    except (OSError, subprocess.SubprocessError) as error:
        raise RuntimeError("These tests need Chromium: install chromium-headless-shell.") from error
    return chromium()


@contextmanager
def browser() -> Iterator[Browser]:
    """Run the browser without a window."""
    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield opened
        opened.close()


@dataclass
class Clicks:
    """How often somebody clicked."""

    count: int = 0

    def add(self, *_source: object) -> None:
        """Count one more."""
        self.count += 1


def counting(context: BrowserContext) -> Clicks:
    """Count what is clicked on the pages that a browser opens from now on."""
    clicks = Clicks()
    context.expose_binding("clicked", clicks.add)
    context.add_init_script(COUNTING)
    return clicks


def published(task: str) -> int:
    """Return the clicks that the documentation tells of a task."""
    told = Path("docs/console.md").read_text(encoding="utf-8")
    found = re.search(rf"^\| {re.escape(task)} \| (\d+) \|", told, re.MULTILINE)
    assert found is not None, task
    return int(found[1])


def barriers(page: Page, rules: Collection[str] = ()) -> list[str]:
    """Return what on a page keeps people out, as axe finds it, of serious impact and above.

    `rules` are those that are looked at, where not all are.
    """
    only = {"runOnly": {"type": "rule", "values": [*rules]}} if rules else {}
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    asked = {"resultTypes": ["violations"], **only}
    found = page.evaluate("asked => axe.run(asked).then(it => it.violations)", asked)
    return [
        f"{page.url}: {one['id']} at {node['target']}"
        for one in found
        if one["impact"] in SERIOUS
        for node in one["nodes"]
    ]
