import json
from datetime import UTC, datetime
from typing import Any

import pytest

from connector.api.runs.overview import stand
from connector.model.connection import Phase
from connector.services import services
from connector.store import connections, runs
from connector.store.control import activity
from connector.store.life.rows import SORT_KEY, ConnectionRow
from connector.store.table import key
from connector.store.undoing import undos
from functions.serve_undo.app import handler
from functions.undo_run.app import handler as work
from tests.functions.cloud import Cloud
from tests.functions.context import Context
from tests.functions.events import CONNECTION, event

RUN = "20261122T090001-4be1a7c2"


def ask(context: Context, name: str, told: Any = None) -> tuple[int, Any]:
    changes = {} if told is None else {"body": json.dumps(told)}
    answer = handler(event(name, **changes), context)
    return answer["statusCode"], json.loads(answer["body"])


def post(context: Context, *, preview: bool) -> tuple[int, Any]:
    return ask(context, "serve_undo_previewed", {"preview": preview})


def in_phase(phase: Phase) -> None:
    row = ConnectionRow.get(key(CONNECTION), SORT_KEY)
    row.update(actions=[ConnectionRow.phase.set(phase.value)])


@pytest.fixture
def ran(connected: Cloud) -> Cloud:
    """A connection with a run that wrote nothing."""
    runs.begin(CONNECTION, RUN, found={}, now=datetime.now(UTC))
    runs.finish(CONNECTION, RUN, tallies={}, failures=[], now=datetime.now(UTC))
    return connected


def job_done(cloud: Cloud, context: Context) -> None:
    """Do what the state machine does with the job that was started last."""
    undoing = undos.read(CONNECTION, RUN)
    assert undoing is not None
    [job] = [one for one in cloud.executions() if one["name"] == undoing.job]
    while work({name: job[name] for name in ("connection_id", "run_id", "undone")}, context)[
        "more"
    ]:
        pass
    cloud.end_execution(job["name"])


def test_after_an_undo_the_latest_run_is_still_the_latest_run(ran: Cloud, context: Context) -> None:
    assert connections.begin_run(connections.read(CONNECTION), RUN)
    for preview in (True, False):
        assert post(context, preview=preview)[0] == 202
        job_done(ran, context)
    assert connections.read(CONNECTION).run_id != RUN
    assert stand(services(), [CONNECTION])[CONNECTION].run_id == RUN


def test_a_run_is_previewed_and_then_undone_and_who_did_it_is_kept(
    ran: Cloud, context: Context
) -> None:
    assert ask(context, "serve_undo")[0] == 404
    status, told = post(context, preview=True)
    assert (status, told["state"], told["under_way"]) == (202, "being previewed", True)
    assert post(context, preview=False)[0] == 409, "the preview goes on"
    job_done(ran, context)
    assert ask(context, "serve_undo")[1]["state"] == "previewed"

    status, told = post(context, preview=False)
    assert (status, told["state"]) == (202, "being undone")
    job_done(ran, context)

    status, told = ask(context, "serve_undo")
    assert (status, told["state"], told["records"], told["next"]) == (200, "done", [], None)
    [deed], _ = activity.read_some(CONNECTION, after=None, limit=10)
    assert (deed.what, deed.by) == (f"Undid the run {RUN}.", told["by"])


def test_nothing_is_undone_that_nobody_previewed(ran: Cloud, context: Context) -> None:
    status, told = post(context, preview=False)
    assert (status, told["detail"]) == (
        409,
        "Preview the undo first. The preview shows what will be undone and what will not.",
    )


def test_nothing_is_undone_while_a_run_is_under_way(ran: Cloud, context: Context) -> None:
    post(context, preview=True)
    job_done(ran, context)
    other = "20261122T100000-00000000"
    assert connections.begin_run(connections.read(CONNECTION), other)
    ran.services.machines.start_execution(stateMachineArn=ran.machine_arn, name=other)

    assert post(context, preview=False)[1]["detail"] == (
        "A run is in progress. Try again when it has ended."
    )


@pytest.mark.parametrize("phase", [Phase.REVIEW, Phase.CLOSED])
def test_only_runs_of_live_and_paused_connections_are_undone(
    ran: Cloud, context: Context, phase: Phase
) -> None:
    in_phase(phase)
    assert post(context, preview=True)[0] == 409
    in_phase(Phase.PAUSED)
    assert post(context, preview=True)[0] == 202


def test_a_run_that_is_not_there_is_not_undone(connected: Cloud, context: Context) -> None:
    assert post(context, preview=True)[0] == 404


def test_only_what_was_undone_is_posted_again(ran: Cloud, context: Context) -> None:
    status, told = ask(context, "serve_undo_posted_again")
    assert (status, told["errors"]) == (
        422,
        [{"pointer": "#/record_ids/0", "detail": "Record '5501' was not undone."}],
    )
    in_phase(Phase.PAUSED)
    assert ask(context, "serve_undo_posted_again")[0] == 409
