"""A bookkeeper's first day in a real browser, on the laptop runtime with the real template.

One runtime and one day for all: what a test leaves behind is where the next one begins.
"""

import re
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from local.folder import RunFolder
from tests.e2e.browser import published
from tests.e2e.first_day import (
    CERTAIN,
    LIKELY,
    OTHER_CAL,
    PATIENT_MS,
    PHONE,
    SECONDS,
    SEVERAL,
    UNDECIDED,
    Desk,
    addresses,
    first_day,
    wait_for,
)  # fmt: skip
from tests.e2e.looking import ANSWERS, REFUSALS, all_looks, keys_on, press, reach


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with first_day(RunFolder(tmp_path_factory.mktemp("console"))) as day:
        yield day


def test_the_first_day_ends_with_a_live_company(desk: Desk) -> None:
    page = desk.admin.new_page()
    page.goto(desk.connection)
    expect(page.locator(".lead .state")).to_have_text("live")
    page.goto(f"{desk.connection}/activity")
    for told in (
        "Connected",
        "Changed the settings.",
        "Decided on matches.",
        "Made the connection live.",
    ):
        expect(page.get_by_text(told).first).to_be_visible()


def test_a_company_is_connected_and_started_in_as_many_clicks_as_is_published(desk: Desk) -> None:
    assert desk.clicks_to_start == published("connect and start")


def test_who_is_on_both_sides_is_linked_as_was_decided_and_nobody_is_there_twice(
    desk: Desk,
) -> None:
    page = desk.bookkeeper.new_page()
    page.goto(f"{desk.connection}/records?state=posted&flow=push_customers")
    for name in (CERTAIN, LIKELY, SEVERAL):
        wait_for(page, name)
    assert desk.customers(CERTAIN, LIKELY, SEVERAL, OTHER_CAL) == [
        CERTAIN, LIKELY, SEVERAL, OTHER_CAL,
    ]  # fmt: skip


def test_no_answer_to_a_form_and_no_refusal_keeps_anybody_out(desk: Desk) -> None:
    page = desk.admin.new_page()
    found: list[str] = []
    for name, see in {**ANSWERS, **REFUSALS}.items():
        see(desk, page)
        found += all_looks(page, name) + keys_on(page)
    assert found == []


def test_what_is_refused_is_fixed_for_all_alike_at_once_by_keyboard_alone(desk: Desk) -> None:
    page = desk.bookkeeper.new_page()
    page.goto(f"{desk.connection}/worklist")
    wait_for(page, "Income Account")
    clicks = desk.clicks_of_bookkeeper
    page.goto(desk.connection)
    before = clicks.count
    press(page, page.get_by_role("link", name="Worklist", exact=True))
    press(page, page.get_by_role("link", name=re.compile("Income Account")).first)
    page.wait_for_url("**/worklist/entries?*")
    reach(page, page.get_by_label("What to choose").first)
    page.keyboard.type("Sales of Product")
    press(page, page.get_by_role("button", name="Choose it in the settings").first)
    expect(page.get_by_text("changes from nothing to Sales of Product Income")).to_be_visible()
    press(page, page.get_by_role("button", name="Do it"))
    expect(page.get_by_role("status")).to_be_visible()
    assert clicks.count - before == published("fix all alike")
    page.goto(f"{desk.connection}/payments?view=pushed")
    wait_for(page, "payment 901")


def test_chosen_payments_are_pushed_with_their_invoices_once_that_was_seen(desk: Desk) -> None:
    page = desk.bookkeeper.new_page()
    desk.decide_quietly(UNDECIDED)
    page.goto(desk.connection)
    before = desk.clicks_of_bookkeeper.count
    page.get_by_role("link", name="Payments", exact=True).click()
    page.get_by_label("Select all that can be pushed").check()
    page.get_by_role("button", name="Preview", exact=True).click()
    expect(page.get_by_text("Its invoice is posted first").first).to_be_visible()
    page.get_by_role("button", name="Push 1 payment").click()
    expect(page.get_by_role("status")).to_contain_text("1 payment is being pushed")
    clicks = desk.clicks_of_bookkeeper.count - before
    assert clicks == published("push a payment with its invoice")
    page.goto(f"{desk.connection}/payments?view=pushed")
    wait_for(page, "$100.00")


def test_a_document_is_found_and_shows_both_sides(desk: Desk) -> None:
    page = desk.bookkeeper.new_page()
    page.goto(f"{desk.connection}/records?state=posted&flow=push_invoices")
    number = str(re.search(r"[\w-]+-\d+", page.locator("main tbody a").first.inner_text(), re.A)[0])  # type: ignore[index]
    page.goto(desk.connection)
    before = desk.clicks_of_bookkeeper.count
    page.get_by_role("link", name="Find a record").click()
    page.get_by_label("Number or name").fill(number)
    page.get_by_role("button", name="Find", exact=True).click()
    page.locator("main tbody a", has_text=re.compile("^Invoice")).first.click()
    expect(page.get_by_role("link", name="Open it in QuickBooks")).to_be_visible()
    assert desk.clicks_of_bookkeeper.count - before == published("find an invoice")
    page.get_by_role("button", name="Read both sides now").click()
    expect(page.get_by_text("Both sides right now")).to_be_visible()
    amounts = page.get_by_role("row", name=re.compile("^Amount")).get_by_role("cell")
    assert len({one for one in amounts.all_inner_texts() if "$" in one}) == 1
    expect(page.get_by_text("differs")).to_have_count(0)


def test_the_books_are_compared_and_certified(desk: Desk) -> None:
    page = desk.bookkeeper.new_page()
    page.goto(desk.connection)
    before = desk.clicks_of_bookkeeper.count
    page.get_by_role("link", name="Books Match", exact=True).click()
    page.get_by_label("First day").first.fill("2020-01-01")
    page.get_by_role("button", name="Compare from stored data").click()
    expect(page.get_by_role("link", name="Certificate for the accountant (PDF)")).to_be_visible()
    with page.expect_download() as saved:
        page.get_by_role("link", name="Certificate for the accountant (PDF)").click()
    assert saved.value.path().read_bytes().startswith(b"%PDF")
    assert desk.clicks_of_bookkeeper.count - before == published("prove the month")


def test_a_run_is_followed_to_its_end_without_a_click(desk: Desk) -> None:
    page = desk.bookkeeper.new_page()
    page.goto(f"{desk.connection}/runs")
    page.get_by_role("button", name="Run now").click()
    expect(page.locator("#progress > .lead .state")).to_have_text(re.compile("running|finished"))
    page.evaluate("window.same = true")
    expect(page.locator("#progress > .lead .state")).to_have_text("finished")
    assert page.evaluate("window.same")


def test_of_two_who_change_settings_at_once_the_later_is_told_and_nothing_is_lost(
    desk: Desk,
) -> None:
    first, second = desk.admin.new_page(), desk.admin.new_page()
    for page, minutes in ((first, "45"), (second, "50")):
        page.goto(f"{desk.connection}/settings/posting")
        page.locator("[name=minutes_between_looks]").fill(minutes)
        page.get_by_role("button", name="Preview changes").click()
    first.get_by_role("button", name="Save").click()
    expect(first.get_by_role("status")).to_contain_text("Saved")
    second.get_by_role("button", name="Save").click()
    expect(second.get_by_role("alert")).to_be_visible()
    second.goto(f"{desk.connection}/settings/posting")
    expect(second.locator("[name=minutes_between_looks]")).to_have_value("45")


def test_what_was_typed_is_sent_after_signing_in_again_where_the_session_had_ended(
    desk: Desk,
) -> None:
    context = desk.sign_in("admin")
    page = context.new_page()
    page.goto(f"{desk.connection}/people")
    page.get_by_label("E-mail address").fill("later@sample.example")
    context.clear_cookies()
    page.get_by_role("button", name="Invite").click()
    expect(page.get_by_role("heading", name="Nothing has been done yet")).to_be_visible()
    with context.expect_page() as opened:
        page.get_by_role("link", name="sign in in a new window").click()
    opened.value.get_by_role("button", name="Sample admin").click()
    expect(opened.value.get_by_role("button", name="Sign out")).to_be_visible()
    page.get_by_role("button", name="I have signed in").click()
    page.get_by_role("button", name="Send what I typed").click()
    expect(page.get_by_role("status")).to_contain_text("later@sample.example is now bookkeeper")


def test_no_page_shows_keys_or_keeps_anybody_out_at_a_desk_or_on_a_phone_light_or_dark(
    desk: Desk,
) -> None:
    page = desk.admin.new_page()
    found: list[str] = []
    page.on("pageerror", lambda error: found.append(f"{page.url}: {error}"))
    page.on("console", lambda said: found.extend([said.text] * (said.type == "error")))
    for name, address in addresses(desk, page).items():
        answer = page.goto(address)
        assert answer is not None
        assert answer.ok, name
        found += all_looks(page, name)
    assert found == []


def test_a_run_is_undone_after_it_was_shown_what_that_does(desk: Desk) -> None:
    page = desk.admin.new_page()
    page.goto(desk.connection)
    before = desk.clicks_of_admin.count
    page.get_by_role("link", name="Runs", exact=True).click()
    page.locator("main tbody tr", has_text="created").locator("a").first.click()
    page.get_by_role("link", name="Undo this run").click()
    page.get_by_role("button", name="Preview the undo").click()
    page.get_by_role("button", name="Undo what is listed").click()
    assert desk.clicks_of_admin.count - before == published("undo a run")
    expect(page.locator("#undo > p .state")).to_have_text("done")
    done = page.locator('#undo td[data-label="What"]').all_inner_texts()
    assert {*done} - {"Kept"}
    assert {one.split()[0] for one in done} <= {"Deleted", "Made", "Restored", "Disabled", "Kept"}
    page.goto(f"{desk.connection}/activity")
    expect(page.get_by_text("Undid the run").first).to_be_visible()


def test_each_person_sees_what_their_role_allows(desk: Desk) -> None:
    people = {"bookkeeper": desk.bookkeeper, "viewer": desk.viewer, "admin": desk.admin}
    for who, context in people.items():
        page = context.new_page()
        page.goto(desk.connection)
        assert page.get_by_role("button", name="Pause").is_visible() is (who == "admin"), who
        page.goto(f"{desk.connection}/matches")
        linking = page.get_by_role("button", name="Link all certain matches")
        assert linking.is_visible() is (who != "viewer"), who


def test_everything_can_be_read_without_javascript(desk: Desk) -> None:
    kept = desk.viewer.storage_state()
    context = desk.browser.new_context(java_script_enabled=False, storage_state=kept)
    page = context.new_page()
    page.goto(f"{desk.connection}/review")
    page.get_by_role("link", name="Customers to QuickBooks").click()
    expect(page.get_by_role("heading", name="Customers to QuickBooks")).to_be_visible()


def test_forms_do_without_javascript_what_they_do_with_it(desk: Desk) -> None:
    kept = desk.admin.storage_state()
    page = desk.browser.new_context(java_script_enabled=False, storage_state=kept).new_page()
    page.set_default_timeout(PATIENT_MS)
    said = page.get_by_role("status")
    page.goto(f"{desk.connection}/people")
    page.get_by_label("E-mail address").fill("without@sample.example")
    page.get_by_role("button", name="Invite").click()
    expect(said).to_contain_text("without@sample.example is now bookkeeper")
    page.get_by_role("button", name="Remove without@sample.example").click()
    expect(said).to_contain_text("no longer has access")
    page.goto(f"{desk.connection}/settings/posting")
    page.locator("[name=minutes_between_looks]").fill("55")
    page.get_by_role("button", name="Preview changes").click()
    page.get_by_role("button", name="Save").click()
    expect(said).to_contain_text("Saved")
    page.goto(f"{desk.connection}/worklist")
    page.locator("main tbody a").first.click()
    if (closed := page.get_by_text("Only this one").first).count():
        closed.click()
    page.get_by_label("Note").first.fill("Ask Ada")
    page.get_by_role("button", name="Save the note").first.click()
    expect(said).to_contain_text("Kept")
    page.goto(f"{desk.connection}/matches?entity=Customer")
    page.get_by_label("How sure").select_option("several")
    page.get_by_role("button", name="Show").click()
    expect(page.locator(".card h2")).to_contain_text(SEVERAL)
    page.goto(f"{desk.connection}/books")
    page.get_by_role("button", name="Compare from stored data").click()
    again_until(page, page.get_by_role("link", name="Certificate for the accountant (PDF)"))
    page.goto(f"{desk.connection}/runs")
    page.get_by_role("button", name="Run now").click()
    again_until(page, page.locator("#progress > .lead .state", has_text="finished"))
    page.goto(f"{desk.connection}/records")
    page.get_by_label("Number or name").fill(CERTAIN)
    page.get_by_role("button", name="Find", exact=True).click()
    page.locator("main tbody a").first.click()
    page.get_by_role("button", name="Read both sides now").click()
    expect(page.get_by_text("Both sides right now")).to_be_visible()


def again_until(page: Page, wanted: Locator) -> None:
    """Look again, as the page offers it without script, until something is there."""
    deadline = time.monotonic() + SECONDS
    while not wanted.is_visible():
        assert time.monotonic() < deadline
        page.get_by_role("link", name="Refresh").click()
        page.wait_for_load_state()


def test_on_a_phone_each_figure_says_what_it_is_without_javascript_too(desk: Desk) -> None:
    kept = desk.viewer.storage_state()
    context = desk.browser.new_context(
        java_script_enabled=False, storage_state=kept, viewport=PHONE
    )
    page = context.new_page()
    page.goto(f"{desk.connection}/payments?view=all")
    labels = page.locator("main tbody tr").first.locator("td[data-label]")
    told = [one.get_attribute("data-label") for one in labels.all()]
    assert told == ["Kind", "Date", "Paid by", "Amount", "State"]


def test_signing_out_is_signing_out_everywhere_and_of_the_issuer(desk: Desk) -> None:
    here, elsewhere = desk.sign_in("bookkeeper").new_page(), desk.sign_in("bookkeeper").new_page()
    for page in (here, elsewhere):
        page.goto(desk.connection)
        expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    here.get_by_role("button", name="Sign out").click()
    expect(here.get_by_text("and out of your sign-in service")).to_be_visible()
    for page in (here, elsewhere):
        page.goto(desk.connection)
        expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
        expect(page.get_by_role("button", name="Sample viewer")).to_be_visible()
