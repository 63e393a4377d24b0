"""Pages of the console that no address alone leads to: answers to forms, and refusals."""

import re
from collections.abc import Callable, Mapping
from typing import Literal

from playwright.sync_api import Locator, Page, expect

from tests.e2e.browser import OF_LOOK, barriers
from tests.e2e.first_day import DESK, PHONE, Desk
from tests.words_of_machines import EXACT, KEYS

MOST_TABS = 120
TEXTS = """exact => {
  const texts = [document.title], walker = document.createTreeWalker(document.body, 4);
  while (walker.nextNode()) {
    if (!walker.currentNode.parentElement.closest(exact)) texts.push(walker.currentNode.data);
  }
  return texts.join("\\n");
}"""
"""All texts of a page one by one, also those that are folded away."""
COLOURS: tuple[Literal["light", "dark"], ...] = ("light", "dark")


def all_looks(page: Page, name: str) -> list[str]:
    """Return what on a page keeps people out: at a desk and on a phone, light and dark."""
    found: list[str] = []
    rules: tuple[str, ...] = ()
    for screen in (DESK, PHONE):
        page.set_viewport_size(screen)
        for colours in COLOURS:
            page.emulate_media(color_scheme=colours, reduced_motion="reduce")
            found += [f"{screen['width']} {colours}: {one}" for one in barriers(page, rules)]
            rules = OF_LOOK  # what the others answer, they have answered
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append(f"{name} is wider than {screen['width']} pixels")
    return found


def keys_on(page: Page) -> list[str]:
    """Return what a page shows that only a program knows something by."""
    told: str = page.evaluate(TEXTS, ", ".join(EXACT))
    return [f"{page.url}: {one}" for one in KEYS.findall(told)]


def reach(page: Page, wanted: Locator) -> None:
    """Go to something by the tabulator, as somebody without a mouse does; it shows that it is on.

    Raises:
        AssertionError: it cannot be reached, or is not seen to be.
    """
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if wanted.evaluate("one => one === document.activeElement"):
            outline = wanted.evaluate("one => getComputedStyle(one).outlineStyle")
            assert outline != "none", "nobody sees where the keyboard is"
            return
    raise AssertionError(f"{wanted} is not reached by the keyboard")


def press(page: Page, wanted: Locator, key: str = "Enter") -> None:
    """Go to something by the keyboard and press a key on it."""
    reach(page, wanted)
    page.keyboard.press(key)


def _payments(desk: Desk, page: Page) -> None:
    page.goto(f"{desk.connection}/payments")
    page.locator("[name=payment]").first.check()
    page.get_by_role("button", name="Preview", exact=True).click()
    expect(page.get_by_role("heading", name="What this does")).to_be_visible()


def _settings(desk: Desk, page: Page) -> None:
    page.goto(f"{desk.connection}/settings/posting")
    page.locator("[name=minutes_between_looks]").fill("45")
    page.get_by_role("button", name="Preview changes").click()
    expect(page.get_by_role("heading", name="What this would change")).to_be_visible()


def _going_back(desk: Desk, page: Page) -> None:
    page.goto(f"{desk.connection}/settings/history")
    page.get_by_role("link", name=re.compile("^Compare with current")).last.click()
    page.get_by_role("button", name="Preview going back").click()
    expect(page.get_by_role("button", name="Go back to these settings")).to_be_visible()


def _both_sides(desk: Desk, page: Page) -> None:
    page.goto(f"{desk.connection}/records?state=posted&flow=push_customers")
    page.locator("main tbody a").first.click()
    page.get_by_role("button", name="Read both sides now").click()
    expect(page.get_by_role("button", name="Read both sides again")).to_be_visible()


def _fix(desk: Desk, page: Page) -> None:
    page.goto(f"{desk.connection}/worklist")
    page.get_by_role("link", name=re.compile("Income Account")).click()
    page.get_by_label("What to choose").first.select_option("79")
    page.get_by_role("button", name="Choose it in the settings").first.click()
    expect(page.get_by_role("heading", name="What this does")).to_be_visible()


ANSWERS: Mapping[str, Callable[[Desk, Page], None]] = {
    "payments-push": _payments,
    "settings-preview": _settings,
    "settings-going-back": _going_back,
    "record-compared": _both_sides,
    "worklist-fix": _fix,
}
"""Pages that answer a form which changes nothing yet."""


def _nothing_chosen(desk: Desk, page: Page) -> None:
    page.goto(f"{desk.connection}/payments")
    page.get_by_role("button", name="Preview", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Select at least one payment")


def _not_there(desk: Desk, page: Page) -> None:
    page.goto(f"{desk.connection}/runs/1")
    expect(page.get_by_role("alert")).to_be_visible()


def _no_such_page(desk: Desk, page: Page) -> None:
    page.goto(f"{desk.console}/nowhere")
    expect(page.get_by_role("alert")).to_contain_text("This page does not exist")


def _signing_in_not_completed(desk: Desk, page: Page) -> None:
    page.goto(f"{desk.console}/signed-in?state=a")
    expect(page.get_by_role("alert")).to_contain_text("Sign in again")


REFUSALS: Mapping[str, Callable[[Desk, Page], None]] = {
    "nothing-chosen": _nothing_chosen,
    "not-there": _not_there,
    "no-such-page": _no_such_page,
    "signing-in-not-completed": _signing_in_not_completed,
}
"""Pages that say why not."""
