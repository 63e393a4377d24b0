"""A bookkeeper's first day in a real browser, on the laptop runtime with the real template."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from local.folder import RunFolder
from tests.e2e.browser import barriers
from tests.e2e.first_day import PAGES, PHONE, Desk, first_day, wait_for


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with first_day(RunFolder(tmp_path_factory.mktemp("console"))) as day:
        yield day


def test_the_first_day_ends_with_a_live_company(desk: Desk) -> None:
    page = desk.admin.new_page()
    page.goto(desk.connection)
    expect(page.locator(".lead .state")).to_have_text("live")
    page.goto(f"{desk.connection}/activity")
    for told in ("Connected", "Changed the settings.", "Made the connection live."):
        expect(page.get_by_text(told).first).to_be_visible()


def test_what_is_refused_is_fixed_for_all_alike_at_once(desk: Desk) -> None:
    page = desk.sign_in("bookkeeper").new_page()
    page.goto(f"{desk.connection}/worklist")
    wait_for(page, "Income Account")
    page.get_by_role("link", name=re.compile("Income Account")).first.click()
    page.get_by_label("What to choose").first.select_option("79")
    page.get_by_role("button", name="Choose it in the settings").first.click()
    expect(page.get_by_role("heading", name="What this does")).to_be_visible()
    page.get_by_role("button", name="Do it").click()
    expect(page.get_by_role("status")).to_be_visible()
    page.goto(f"{desk.connection}/records?state=posted&flow=push_invoices")
    wait_for(page, "invoice INV-")


def test_a_document_is_found_and_tells_its_story(desk: Desk) -> None:
    page = desk.sign_in("viewer").new_page()
    page.goto(f"{desk.connection}/records?state=posted&flow=push_invoices")
    wait_for(page, "invoice INV-")
    page.locator("main tbody a").first.click()
    expect(page.get_by_role("link", name="Open it in QuickBooks")).to_be_visible()
    expect(page.get_by_role("heading", name="What runs told")).to_be_visible()


def test_the_books_are_compared_and_certified(desk: Desk) -> None:
    page = desk.sign_in("bookkeeper").new_page()
    page.goto(f"{desk.connection}/books")
    page.get_by_label("First day").first.fill("2020-01-01")
    page.get_by_role("button", name="Compare by what is known").click()
    wait_for(page, "Certificate for the accountant")
    with page.expect_download() as saved:
        page.get_by_role("link", name="Certificate for the accountant (PDF)").click()
    assert saved.value.path().read_bytes().startswith(b"%PDF")


def test_a_run_is_undone_after_it_was_shown_what_that_does(desk: Desk) -> None:
    page = desk.admin.new_page()
    page.goto(f"{desk.connection}/runs")
    page.locator("main tbody tr", has_text="created").locator("a").first.click()
    wait_for(page, "Undo this run")
    page.get_by_role("link", name="Undo this run").click()
    page.get_by_role("button", name="Find out what would be undone").click()
    wait_for(page, "Undo what is listed")
    page.get_by_role("button", name="Undo what is listed").click()
    wait_for(page, "undone")
    page.goto(f"{desk.connection}/activity")
    expect(page.get_by_text("Undid the run").first).to_be_visible()


def test_each_person_sees_what_their_role_allows(desk: Desk) -> None:
    for who, may in (("bookkeeper", False), ("viewer", False), ("admin", True)):
        page = desk.sign_in(who).new_page()
        page.goto(desk.connection)
        assert page.get_by_role("button", name="Pause").is_visible() is may, who
        page.goto(f"{desk.connection}/matches")
        linking = page.get_by_role("button", name="Link all that are certain")
        assert linking.is_visible() is (who != "viewer"), who


def test_no_page_keeps_anybody_out_or_fails(desk: Desk) -> None:
    page = desk.admin.new_page()
    failed: list[str] = []
    page.on("pageerror", lambda error: failed.append(f"{page.url}: {error}"))
    page.on("console", lambda said: failed.extend([said.text] * (said.type == "error")))
    found: list[str] = []
    for name in PAGES:
        answer = page.goto(f"{desk.connection}/{name}".rstrip("/"))
        assert answer is not None
        assert answer.ok, name
        found += barriers(page)
    assert (found, failed) == ([], [])


def test_every_page_fits_a_phone_in_the_dark(desk: Desk) -> None:
    page = desk.sign_in("viewer", viewport=PHONE, color_scheme="dark").new_page()
    wide: list[str] = []
    for name in PAGES:
        page.goto(f"{desk.connection}/{name}".rstrip("/"))
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wide.append(name)
        assert barriers(page) == []
    assert wide == []


def test_everything_can_be_read_without_javascript(desk: Desk) -> None:
    page = desk.sign_in("viewer", java_script_enabled=False).new_page()
    page.goto(f"{desk.connection}/review")
    page.get_by_role("link", name="Customers to QuickBooks").click()
    expect(page.get_by_role("heading", name="Customers to QuickBooks")).to_be_visible()


def test_signing_out_is_signing_out(desk: Desk) -> None:
    context = desk.sign_in("bookkeeper")
    page = context.new_page()
    page.goto(desk.connection)
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="You are signed out")).to_be_visible()
    page.goto(desk.connection)
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
