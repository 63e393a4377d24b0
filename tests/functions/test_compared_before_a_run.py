"""Which runs compare both sides before anything of them is created."""

from typing import Any

import pytest

from connector.entities.stages import all_stages
from connector.jobs.find_changes import matching_is_due
from connector.store import settings as saved
from connector.store.records import matches
from functions.find_changes.app import handler
from tests.builders import a_customer
from tests.functions.cloud import Cloud
from tests.functions.context import Context
from tests.functions.events import CONNECTION, event
from tests.functions.sites import MobiWorkSite

AT, LATER = "2026-11-30T10:00:00+00:00", "2026-11-30T11:00:00+00:00"
AS_OF_NOW = {"live": True, "compared": {"at": AT, "version": 9}}


@pytest.fixture(autouse=True)
def _connected(connected: Cloud) -> None:
    """Every test here begins with a connection that works."""


def look(context: Context) -> None:
    handler(event("find_changes"), context)


@pytest.mark.case("F1b")
@pytest.mark.parametrize("look_before", [{}, {"live": False}, AS_OF_NOW])
def test_the_first_run_after_a_start_compares_both_sides_once_more(
    cloud: Cloud, mobiwork: MobiWorkSite, context: Context, look_before: dict[str, Any]
) -> None:
    matches.save_look(CONNECTION, look_before and {"matched": ["Invoice"], **look_before})
    mobiwork.lists(a_customer())
    look(context)
    (started,) = cloud.executions()
    assert (started["stages"] == all_stages(matched=True)) is (look_before.get("live") is False)


@pytest.mark.case("F3b")
@pytest.mark.parametrize(
    ("compared", "asked", "on"),
    [
        (9, None, False),
        (1, None, True),
        (9, AT, False),
        (9, LATER, True),
    ],
)
def test_a_run_compares_both_sides_first_after_settings_took_in_more_or_a_match_was_none(  # noqa: PLR0913, PLR0917 - what differs
    cloud: Cloud,
    mobiwork: MobiWorkSite,
    context: Context,
    compared: int,
    asked: str | None,
    on: bool,
) -> None:
    matches.save_look(CONNECTION, {"live": True, "compared": {"at": AT, "version": compared}})
    if asked:
        matches.ask(CONNECTION, asked)
    before = saved.read_settings(CONNECTION)
    for off in (frozenset({"push_quotes"}), frozenset()):
        chosen = before.model_copy(update={"flows_off": off})
        saved.save_settings(CONNECTION, chosen, saved_at="", saved_by="test")
    mobiwork.lists(a_customer())
    look(context)
    (started,) = cloud.executions()
    assert (started["stages"] == all_stages(matched=True)) is on


@pytest.mark.case("F3j")
@pytest.mark.parametrize("kept", [{"live": False}, {"live": True, "compared": {"at": AT}}])
def test_no_run_compares_both_sides_where_reads_are_stopped(kept: dict[str, Any]) -> None:
    matches.save_look(CONNECTION, {"matched": ["Invoice"], "version": 0, **kept})
    matches.ask(CONNECTION, LATER)
    assert not matching_is_due(CONNECTION, stopped=True)
