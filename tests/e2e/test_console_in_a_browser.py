"""A bookkeeper's first day in a real browser, on the laptop runtime with the real template.

One runtime and one day for all: what a test leaves behind is where the next one begins.
"""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from local.folder import RunFolder
from tests.e2e.first_day import (
    CERTAIN,
    LIKELY,
    OTHER_CAL,
    PHONE,
    SEVERAL,
    UNDECIDED,
    Desk,
    addresses,
    first_day,
    wait_for,
)  # fmt: skip
from tests.e2e.looking import ANSWERS, REFUSALS, both_looks, press, reach


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
        found += both_looks(page, name)
    assert found == []


def test_what_is_refused_is_fixed_for_all_alike_at_once_by_keyboard_alone(desk: Desk) -> None:
    page = desk.bookkeeper.new_page()
    page.goto(f"{desk.connection}/worklist")
    wait_for(page, "Income Account")
    press(page, page.get_by_role("link", name=re.compile("Income Account")).first)
    page.wait_for_url("**/worklist/entries?*")
    reach(page, page.get_by_label("What to choose").first)
    page.keyboard.type("Sales of Product")
    press(page, page.get_by_role("button", name="Choose it in the settings").first)
    expect(page.get_by_text("changes from nothing to Sales of Product Income")).to_be_visible()
    press(page, page.get_by_role("button", name="Do it"))
    expect(page.get_by_role("status")).to_be_visible()
    page.goto(f"{desk.connection}/payments?view=pushed")
    wait_for(page, "payment 901")


def test_chosen_payments_are_pushed_with_their_invoices_once_that_was_seen(desk: Desk) -> None:
    page = desk.bookkeeper.new_page()
    desk.decide_quietly(UNDECIDED)
    page.goto(f"{desk.connection}/payments")
    page.get_by_label("Choose all that can be pushed").check()
    page.get_by_role("button", name="See what this does").click()
    expect(page.get_by_text("Its invoice is posted first").first).to_be_visible()
    page.get_by_role("button", name="Push 1 payment").click()
    expect(page.get_by_role("status")).to_contain_text("1 payment is being pushed")
    page.goto(f"{desk.connection}/payments?view=pushed")
    wait_for(page, "$100.00")


def test_a_document_is_found_and_shows_both_sides(desk: Desk) -> None:
    page = desk.bookkeeper.new_page()
    page.goto(f"{desk.connection}/records?state=posted&flow=push_invoices")
    page.locator("main tbody a").first.click()
    expect(page.get_by_role("link", name="Open it in QuickBooks")).to_be_visible()
    page.get_by_role("button", name="Read both sides now").click()
    expect(page.get_by_text("Both sides as they are at this moment")).to_be_visible()
    amounts = page.get_by_role("row", name=re.compile("^Amount")).get_by_role("cell")
    assert len({one for one in amounts.all_inner_texts() if "$" in one}) == 1
    expect(page.get_by_text("differs")).to_have_count(0)


def test_the_books_are_compared_and_certified(desk: Desk) -> None:
    page = desk.bookkeeper.new_page()
    page.goto(f"{desk.connection}/books")
    page.get_by_label("First day").first.fill("2020-01-01")
    page.get_by_role("button", name="Compare by what is known").click()
    wait_for(page, "Certificate for the accountant")
    with page.expect_download() as saved:
        page.get_by_role("link", name="Certificate for the accountant (PDF)").click()
    assert saved.value.path().read_bytes().startswith(b"%PDF")


def test_no_page_keeps_anybody_out_in_the_light_or_on_a_phone_in_the_dark(desk: Desk) -> None:
    page = desk.admin.new_page()
    found: list[str] = []
    page.on("pageerror", lambda error: found.append(f"{page.url}: {error}"))
    page.on("console", lambda said: found.extend([said.text] * (said.type == "error")))
    for name, address in addresses(desk, page).items():
        answer = page.goto(address)
        assert answer is not None
        assert answer.ok, name
        found += both_looks(page, name)
    assert found == []


def test_a_run_is_undone_after_it_was_shown_what_that_does(desk: Desk) -> None:
    page = desk.admin.new_page()
    page.goto(f"{desk.connection}/runs")
    page.locator("main tbody tr", has_text="created").locator("a").first.click()
    wait_for(page, "Undo this run")
    page.get_by_role("link", name="Undo this run").click()
    page.get_by_role("button", name="Find out what would be undone").click()
    wait_for(page, "Undo what is listed")
    page.get_by_role("button", name="Undo what is listed").click()
    expect(page.locator("#undo > p .state")).to_have_text("done")
    steps = page.locator("#undo tbody .state").all_inner_texts()
    assert "undone" in steps
    assert {*steps} <= {"undone", "kept"}
    page.goto(f"{desk.connection}/activity")
    expect(page.get_by_text("Undid the run").first).to_be_visible()


def test_each_person_sees_what_their_role_allows(desk: Desk) -> None:
    people = {"bookkeeper": desk.bookkeeper, "viewer": desk.viewer, "admin": desk.admin}
    for who, context in people.items():
        page = context.new_page()
        page.goto(desk.connection)
        assert page.get_by_role("button", name="Pause").is_visible() is (who == "admin"), who
        page.goto(f"{desk.connection}/matches")
        linking = page.get_by_role("button", name="Link all that are certain")
        assert linking.is_visible() is (who != "viewer"), who


def test_everything_can_be_read_without_javascript(desk: Desk) -> None:
    kept = desk.viewer.storage_state()
    context = desk.browser.new_context(java_script_enabled=False, storage_state=kept)
    page = context.new_page()
    page.goto(f"{desk.connection}/review")
    page.get_by_role("link", name="Customers to QuickBooks").click()
    expect(page.get_by_role("heading", name="Customers to QuickBooks")).to_be_visible()


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
    expect(here.get_by_text("and of the service where you sign in")).to_be_visible()
    for page in (here, elsewhere):
        page.goto(desk.connection)
        expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
        expect(page.get_by_role("button", name="Sample viewer")).to_be_visible()
