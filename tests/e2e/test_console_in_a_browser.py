"""A bookkeeper's first day in a real browser, on the laptop runtime with the real template."""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from local.folder import RunFolder
from local.made import Options
from local.runtime import Runtime, started
from local.sample import LOGIN
from tests.e2e.browser import barriers, browser

OPTIONS = Options(port=0, schedule=False, sample_size=0.05, doorbell_seconds=0)
SECONDS = 400.0
PATIENT_MS = 120_000.0
"""How long a page may take on a machine that is busy with other tests."""
expect.set_options(timeout=PATIENT_MS)
PHONE = {"width": 390, "height": 844}
PAGES = (
    "", "worklist", "runs", "records", "records?state=posted", "books", "budget",
    "review", "review/flows/push_customers", "review/plans", "matches", "approvals",
    "payments", "settings", "settings/sales", "settings/payment", "people", "activity",
)  # fmt: skip


@dataclass(frozen=True)
class Desk:
    """The browser of the admin, signed in, with one company connected and started."""

    runtime: Runtime
    browser: Browser
    admin: BrowserContext
    connection: str

    @property
    def console(self) -> str:
        return self.runtime.outputs["ConsoleUrl"]

    def sign_in(self, who: str, **options: object) -> BrowserContext:
        return signed_in(self.browser, self.console, who, **options)


def signed_in(opened: Browser, console: str, who: str, **options: object) -> BrowserContext:
    context = opened.new_context(**options)  # type: ignore[arg-type]
    context.set_default_timeout(PATIENT_MS)
    page = context.new_page()
    page.goto(console)
    page.get_by_role("button", name=f"Sample {who}").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    return context


def wait_for(page: Page, text: str) -> None:
    """Load a page again until it shows a text."""
    deadline = time.monotonic() + SECONDS
    while page.locator("main :visible", has_text=text).count() == 0:
        assert time.monotonic() < deadline, f"{page.url} never showed {text!r}"
        time.sleep(1)
        page.reload()


def connect(page: Page) -> str:
    """Connect a company as a person does, page by page; return the address of its page."""
    page.get_by_role("link", name="Connect a company").click()
    page.get_by_label("MobiWork client id").fill(LOGIN["mobiwork_client_id"])
    page.get_by_label("API login id").fill(LOGIN["mobiwork_login_id"])
    page.get_by_label("API password").fill(LOGIN["mobiwork_password"])
    page.get_by_role("button", name="Check it and go on to QuickBooks").click()
    page.get_by_role("link", name="Go on to QuickBooks").click()
    page.locator("[name=decision][value=accept]").click()
    page.get_by_role("link", name="Confirm it in the console").click()
    page.get_by_role("button", name=re.compile("Yes, connect")).click()
    expect(page.get_by_role("status")).to_contain_text("is connected, and in review")
    return page.url.removesuffix("/settings")


def choose_settings(page: Page, at: str) -> None:
    """Choose an account and the start date, each looked at before it is saved; one is forgotten."""
    chosen = {
        "product": {"cost_of_goods_account": "80"},
        "posting": {"start_date": "2020-01-01"},
    }
    for theme, fields in chosen.items():
        page.goto(f"{at}/settings/{theme}")
        for name, value in fields.items():
            page.locator(f"[name={name}]").fill(value)
        page.get_by_role("button", name="See what this would do").click()
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("status")).to_contain_text("Saved")


def start(page: Page, at: str) -> None:
    """Start posting; while the settings saved last are being reviewed, it is refused in words."""
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        page.goto(at)
        page.get_by_role("button", name="Start posting").click()
        if page.get_by_role("status").is_visible():
            expect(page.get_by_role("status")).to_contain_text("Started")
            return
        expect(page.get_by_role("alert")).to_contain_text("Nothing was")
        time.sleep(1)
    pytest.fail("the review never ended")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder = RunFolder(tmp_path_factory.mktemp("console"))
    with started(folder, OPTIONS, print) as runtime, browser() as opened:
        admin = signed_in(opened, runtime.outputs["ConsoleUrl"], "admin")
        page = admin.new_page()
        page.goto(runtime.outputs["ConsoleUrl"])
        at = connect(page)
        choose_settings(page, at)
        page.goto(f"{at}/review")
        wait_for(page, "Customers to QuickBooks")
        start(page, at)
        page.goto(f"{at}/people")
        for who in ("bookkeeper", "viewer"):
            page.get_by_label("E-mail address").fill(f"{who}@sample.example")
            page.locator("[name=role]").select_option(who)
            page.get_by_role("button", name="Give the role").click()
        yield Desk(runtime, opened, admin, at)


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
    page.get_by_label("What to choose").first.fill("79")
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
