"""A real browser for the tests: the distribution's Chromium, driven by Playwright.

Its headless shell takes a quarter of the processor time: the whole browser also draws itself.
"""

import shutil
import subprocess
from collections.abc import Collection, Iterator
from contextlib import contextmanager

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Page, sync_playwright

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
