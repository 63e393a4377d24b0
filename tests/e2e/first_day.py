"""The first day of a bookkeeper at the console of the laptop runtime, in a real browser."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect

from connector.console.pages.shared import CONNECTION
from connector.lambdas.themes import all_routes
from connector.model.policy.widening import last_compared
from connector.quickbooks.query import select
from connector.store import settings
from connector.store.records import matches
from connector.store.table import open_table
from local.emulator import REGION
from local.folder import RunFolder
from local.made import Options
from local.runtime import Runtime, started
from local.sample import LOGIN
from tests.e2e.browser import Clicks, browser, counting
from tests.e2e.first_days import Company, Sides
from tests.e2e.lived_laptop import quickbooks_of

OPTIONS = Options(port=0, schedule=False, sample_size=0.05, doorbell_seconds=0)
SECONDS = 400.0
PATIENT_MS = 120_000.0
"""How long a page may take on a machine that is busy with other tests."""
PAUSE_SECONDS = 1.0
"""Between two questions; each takes a function and the browser a third of a second."""
expect.set_options(timeout=PATIENT_MS)
UNDECIDED = "Service Completed"
"""The status of an invoice of the sample of which nobody has said whether it is posted."""
PAID = {
    "status": "CREATED",
    "amount": "100.00",
    "invoiceId": "5504",
    "paymentDate": "2026-05-06",
    "paymentMethod": "Check",
    "paymentType": "PAYMENT",
}
"""A payment of that invoice."""
CERTAIN, LIKELY, SEVERAL = "Ada Lane", "Bea Stone", "Cal Reed"
"""Customers of both sides, by how sure it is that they are the same."""
OTHER_CAL = "Reed, Cal"
"""Another one in QuickBooks whose name reads the same."""
DESK: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 390, "height": 844}
SHOWN = "main :visible:not(form, form *, .filter, .filter *)"
FILES = (".csv", ".pdf")
GIVEN = {"flow": "push_customers", "theme": "posting"}
LINKED = {
    "records/<flow>/<record_id>": ("records?state=posted", "main tbody a"),
    "runs/<run_id>": ("runs", "main tbody tr:has-text('created') a"),
    "worklist/entries": ("worklist", "main tbody a"),
    "books/<match_id>": ("books", "main tbody a"),
    "settings/history/<version>": ("settings/history", "main tbody td:last-child a"),
}
"""Pages that are reached through a link of others."""
BESIDE = ("records?state=posted", "payments?view=all")
"""Pages that look otherwise by what is asked of them."""


@dataclass(frozen=True)
class Desk:
    """The browser of the admin, signed in, with one company connected and started."""

    runtime: Runtime
    browser: Browser
    admin: BrowserContext
    connection: str
    clicks_of_admin: Clicks
    clicks_to_start: int

    @property
    def console(self) -> str:
        return self.runtime.outputs["ConsoleUrl"]

    @cached_property
    def bookkeeper(self) -> BrowserContext:
        """The browser of the bookkeeper."""
        return self.sign_in("bookkeeper")

    @cached_property
    def clicks_of_bookkeeper(self) -> Clicks:
        """What the bookkeeper clicks on the pages that are opened from now on."""
        return counting(self.bookkeeper)

    @cached_property
    def viewer(self) -> BrowserContext:
        """The browser of somebody who only looks."""
        return self.sign_in("viewer")

    def sign_in(self, who: str, **options: object) -> BrowserContext:
        return signed_in(self.browser, self.console, who, **options)

    def customers(self, *among: str) -> list[str]:
        """Return which customers of some names QuickBooks has, as often as it has them."""
        self._open_table()
        there = quickbooks_of(self.runtime.quickbooks, self._id).query(select("Customer"))
        names = [str(one["DisplayName"]) for one in there]
        return sorted(one for one in names if one in among)

    def decide_quietly(self, status: str) -> None:
        """Have invoices of a status pushed, without the looks that saving settings asks for.

        Neither do both sides have to be compared first: nobody has typed such invoices there.
        """
        self._open_table()
        known = settings.read_saved(self._id)
        chosen = (*known.settings.invoice_statuses, status)
        settings.save_settings(
            self._id,
            known.settings.model_copy(update={"invoice_statuses": chosen}),
            saved_at=datetime.now(UTC).isoformat(),
            saved_by="test",
            version=known.version,
        )
        look, saved = matches.look(self._id), settings.read_saved(self._id)
        compared = {**last_compared(look), "version": saved.version}
        matches.save_look(self._id, {**look, "compared": compared})

    @property
    def _id(self) -> str:
        return self.connection.rpartition("/")[2]

    def _open_table(self) -> None:
        open_table(
            self.runtime.outputs["TableName"], region=REGION, host=self.runtime.emulator.endpoint
        )


def signed_in(opened: Browser, console: str, who: str, **options: object) -> BrowserContext:
    context = opened.new_context(**options)  # type: ignore[arg-type]
    context.set_default_timeout(PATIENT_MS)
    page = context.new_page()
    page.goto(console)
    page.get_by_role("button", name=f"Sample {who}").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    return context


def wait_for(page: Page, text: str) -> None:
    """Load a page again until it shows a text, not only in a list of a form to choose from.

    In the browser it is loaded only once it holds it.
    """
    deadline = time.monotonic() + SECONDS
    while page.locator(SHOWN, has_text=text).count() == 0:
        assert time.monotonic() < deadline, f"{page.url} never showed {text!r}"
        time.sleep(PAUSE_SECONDS)
        if text in page.request.get(page.url).text():
            page.reload()


def connect(page: Page) -> str:
    """Connect a company as a person does, page by page; return the address of its page."""
    page.get_by_role("link", name="Connect a company").click()
    page.get_by_label("MobiWork client id").fill(LOGIN["mobiwork_client_id"])
    page.get_by_label("API login id").fill(LOGIN["mobiwork_login_id"])
    page.get_by_label("API password").fill(LOGIN["mobiwork_password"])
    page.get_by_role("button", name="Check and continue to QuickBooks").click()
    page.get_by_role("link", name="Continue to QuickBooks").click()
    page.locator("[name=decision][value=accept]").click()
    page.get_by_role("link", name="Confirm it in the console").click()
    page.get_by_role("button", name=re.compile("Yes, connect")).click()
    expect(page.get_by_role("status")).to_contain_text("is connected, and in review")
    return page.url.removesuffix("/settings")


def choose_settings(page: Page, at: str) -> None:
    """Choose an account and the start date, once what each does was looked at; one is forgotten."""
    for theme in ("product", "posting"):
        page.goto(f"{at}/settings/{theme}")
        if theme == "product":
            page.locator("[name=cost_of_goods_account]").select_option("80")
        else:
            page.locator("[name=start_date]").fill("2020-01-01")
        page.get_by_role("button", name="Preview changes").click()
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("status")).to_contain_text("Saved")


def fill_both_sides(runtime: Runtime) -> None:
    """Enter a payment, and customers that are there on both sides when somebody connects."""
    both = Company(Sides(runtime.quickbooks, runtime.mobiwork))
    both.sides.here("payment", **PAID)
    for name, phone in ((CERTAIN, "8135550101"), (LIKELY, "8135550199")):
        mail = f"{name.partition(' ')[0].lower()}@harbor.example"
        told = {"PrimaryEmailAddr": {"Address": mail}}
        both.person_there(name, **told, PrimaryPhone={"FreeFormNumber": phone})
        both.person_here(name, contact={"email": mail, "phoneNumber": "8135550101"})
    for name in (SEVERAL, OTHER_CAL):
        both.person_there(name)
    both.person_here(SEVERAL)


def link_certain(page: Page, at: str) -> None:
    """Link all certain matches; read them again where both sides were compared meanwhile."""
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        page.goto(f"{at}/review")
        page.get_by_role("link", name=re.compile("certain")).click()
        expect(page.locator(".card")).to_have_count(1)
        expect(page.locator(".card h2")).to_contain_text(CERTAIN)
        page.get_by_role("button", name=re.compile("^Link all")).click()
        done, refused = page.get_by_role("status"), page.get_by_role("alert")
        expect(done.or_(refused).first).to_be_visible()
        if done.is_visible():
            expect(done).to_contain_text("All certain matches are linked")
            return
        expect(refused).to_contain_text(
            "The two sides have been compared again since you read the matches"
        )
        time.sleep(PAUSE_SECONDS)
    raise AssertionError("both sides were compared again and again")


def decide_matches(page: Page, at: str) -> None:
    """Decide on each grade of the customers that both sides have, in the lists."""
    link_certain(page, at)
    for grade, name, button in (
        ("likely", LIKELY, f'Same as customer "{LIKELY}"'),
        ("several", SEVERAL, f'Same as customer "{OTHER_CAL}"'),
    ):
        page.get_by_label("How sure").select_option(grade)
        card = page.locator(".card", has=page.get_by_role("heading", name=name))
        expect(card.get_by_role("table").first).to_be_visible()
        card.get_by_role("button", name=button).click()
        expect(page.get_by_role("status")).to_contain_text("Kept")


def start(page: Page, at: str, clicks: Clicks) -> int:
    """Start posting, once it is offered: while the settings saved last are reviewed it is not.

    Return the clicks that it took, once it could be started.
    """
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        page.goto(at)
        before = clicks.count
        page.get_by_role("link", name="Review", exact=True).first.click()
        if not (offered := page.get_by_role("button", name="Start posting")).is_visible():
            time.sleep(PAUSE_SECONDS)
            continue
        offered.click()
        if (sure := page.get_by_role("button", name="Do it")).is_visible():
            sure.click()
        if page.get_by_role("status").is_visible():
            expect(page.get_by_role("status")).to_contain_text("Started")
            return clicks.count - before
        expect(page.get_by_role("alert")).to_contain_text("Nothing was")
        time.sleep(PAUSE_SECONDS)
    raise AssertionError("the review never ended")


def addresses(desk: Desk, page: Page) -> dict[str, str]:
    """Return where all pages of the console are, by a name of each, but for files."""
    inside = f"{CONNECTION}/"
    found = {"home": desk.console}
    found |= {name: f"{desk.connection}/{name}" for name in BESIDE}
    linked = {}
    for name, (through, link) in LINKED.items():
        page.goto(f"{desk.connection}/{through}")
        if (first := page.locator(link).first).count():
            linked[name] = str(first.evaluate("one => one.href"))
    linked["runs/<run_id>/undo"] = f"{linked['runs/<run_id>']}/undo"
    for rule in (one.rule for one in all_routes() if one.method == "GET"):
        name = rule.removeprefix(inside)
        if rule == CONNECTION:
            found["overview"] = desk.connection
        elif rule and not rule.endswith(FILES):
            place = f"{desk.connection}/{name}" if rule.startswith(inside) else desk.console + rule
            found[name] = linked.get(name) or re.sub(r"<(\w+)>", lambda it: GIVEN[it[1]], place)
    return found


@contextmanager
def first_day(folder: RunFolder) -> Iterator[Desk]:
    """Bring the runtime up, connect, review, start, and give everybody a role."""
    with started(folder, OPTIONS, print) as runtime, browser() as opened:
        fill_both_sides(runtime)
        admin = signed_in(opened, runtime.outputs["ConsoleUrl"], "admin")
        clicks = counting(admin)
        page = admin.new_page()
        page.goto(runtime.outputs["ConsoleUrl"])
        at = connect(page)
        to_connect = clicks.count
        choose_settings(page, at)
        page.goto(f"{at}/review")
        wait_for(page, "Customers to QuickBooks")
        decide_matches(page, at)
        to_start = start(page, at, clicks)
        page.goto(f"{at}/people")
        for who in ("bookkeeper", "viewer"):
            page.get_by_label("E-mail address").fill(f"{who}@sample.example")
            page.locator("[name=role]").select_option(who)
            page.get_by_role("button", name="Invite").click()
        yield Desk(runtime, opened, admin, at, clicks, to_connect + to_start)
