"""The page of the review while a newer one is made, and where that did not come to its end."""

from datetime import UTC, datetime

import pytest

from connector.model.connection import Phase
from connector.model.ids import RunKind, new_run_id
from connector.model.review.report import Counted, FlowReport, ReviewReport
from connector.store import connections, looks, reports
from connector.store import settings as saved
from connector.store.life.rows import SORT_KEY, ConnectionRow
from connector.store.records import plans
from connector.store.table import key
from tests.functions.cloud import CONSOLE_ADMIN, Cloud
from tests.functions.context import Context
from tests.functions.events import CONNECTION
from tests.functions.visiting import ask

HERE = f"/connections/{CONNECTION}"
PAGE = f"{HERE}/review"
MADE = ReviewReport(
    CONNECTION, "r1", "2026-03-02T12:00:00", (FlowReport("push_invoices", (Counted("create", 7),)),)
)


@pytest.fixture(autouse=True)
def _in_review(connected: Cloud) -> None:
    row = ConnectionRow.get(key(CONNECTION), SORT_KEY)
    row.update(actions=[ConnectionRow.phase.set(Phase.REVIEW.value)])


def page(context: Context, path: str = PAGE) -> str:
    answer = ask(context, path, who=CONSOLE_ADMIN)
    assert answer["statusCode"] == 200
    return str(answer["body"])


def begin_run() -> None:
    review = new_run_id(kind=RunKind.REVIEW)
    assert connections.begin_run(connections.read(CONNECTION), review)


@pytest.mark.parametrize(
    ("under_way", "told"),
    [(True, "A new review is being prepared"), (False, "was started but didn't finish")],
)
def test_the_review_of_before_is_read_until_the_one_made_anew_takes_its_place(
    context: Context, under_way: bool, told: str
) -> None:
    reports.save(MADE)
    plans.begin(CONNECTION, "r2", before="r1")
    if under_way:
        begin_run()
    shown = page(context)
    assert told in shown
    assert "Invoices to QuickBooks" in shown
    assert ('hx-trigger="every 3s"' in shown, "Start posting</button>" in shown) == (
        under_way,
        False,
    )
    assert "Invoices to QuickBooks" in page(context, f"{PAGE}/flows/push_invoices")


def test_a_first_review_is_said_to_be_under_way_until_it_is_there(context: Context) -> None:
    assert "There is no review yet." in page(context)
    begin_run()
    assert "The review is being prepared" in page(context)
    assert "There is no review yet." not in page(context)


@pytest.mark.case("F20d")
@pytest.mark.parametrize("path", [PAGE, HERE])
def test_a_review_is_started_from_once_it_can_be_and_says_before_why_not(
    context: Context, path: str
) -> None:
    reports.save(MADE)
    plans.begin(CONNECTION, "r1")
    shown = page(context, path)
    assert ("Start posting</button>" in shown, "every 5s" in shown) == (False, True)
    assert "You can't start yet. MobiWork and QuickBooks have not been read" in shown
    version = saved.read_saved(CONNECTION).version
    now = datetime.now(UTC)
    looks.save_findings(CONNECTION, found={}, run_id=None, settings_version=version, now=now)
    shown = page(context, path)
    assert ("Start posting</button>" in shown, "every 5s" in shown, "every 3s" in shown) == (
        True,
        False,
        False,
    )


@pytest.mark.case("F20d")
@pytest.mark.parametrize(
    ("path", "step"),
    [
        ("/settings", "Settings"),
        ("/settings/sales", "Settings"),
        ("/matches", "Matches"),
        ("/review", "Review"),
        ("", "Start"),
        ("/worklist", None),
    ],
)
def test_the_steps_stay_on_top_until_the_connection_is_live(
    context: Context, path: str, step: str | None
) -> None:
    shown = page(context, f"{HERE}{path}").partition('<ol class="path"')[2].partition("</ol>")[0]
    now = shown.partition('aria-current="step">')[2].partition("</li>")[0]
    assert f'href="/console{HERE}/review"' in shown
    assert step is None if not now else step is not None and f">{step}</a>" in now
    row = ConnectionRow.get(key(CONNECTION), SORT_KEY)
    row.update(actions=[ConnectionRow.phase.set(Phase.LIVE.value)])
    assert 'class="path"' not in page(context, f"{HERE}{path}")
