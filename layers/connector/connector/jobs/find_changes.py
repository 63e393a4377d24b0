"""A look: which connections are due, what changed in them, and whether a run is worth starting."""

import json
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from connector.changes import company, doorbell
from connector.changes import mobiwork as mobiwork_changes
from connector.changes import quickbooks as quickbooks_changes
from connector.changes.enqueue import put_merges
from connector.changes.lists.found import Found, as_json
from connector.changes.mobiwork import LATER
from connector.engine.run import MARGIN_SECONDS
from connector.entities.registry import PULLS
from connector.entities.stages import all_stages, flows_to_run, stages_of
from connector.errors import LoginBlockedError, LoginRefusedError, RetriableError
from connector.jobs import closing, planned_replay, refusals, settings_replay
from connector.mobiwork.transport import BLOCKED
from connector.model.body import Body
from connector.model.company import LONG_AGO, Company
from connector.model.connection import RUNNING, Connection, ConnectionState, Phase
from connector.model.control.budget import MADE, SLOW_EVERY, Pace, means
from connector.model.cursor import Rung, Side
from connector.model.ids import FlowName, new_run_id
from connector.model.policy.account_values import AccountValues, unknown_values
from connector.model.policy.days import WESTERNMOST, idle_pause, zone_of
from connector.model.policy.requirements import problems
from connector.model.policy.settings import Settings
from connector.model.policy.widening import is_comparison_due
from connector.observability import logger, measure
from connector.store import connections, looks, runs
from connector.store import settings as saved
from connector.store.records import census, matches, plans
from connector.store.tracking import history
from connector.store.undoing import again

if TYPE_CHECKING:
    from connector.mobiwork.client import MobiWork
    from connector.services import Services


def utc_now() -> datetime:
    """Return the time."""
    return datetime.now(UTC)


def look(
    services: "Services",
    connection_id: str,
    remaining: Callable[[], float] = lambda: 900.0,
    *,
    clock: Callable[[], datetime] = utc_now,
) -> Body:
    """Read what changed in one connection and start a run when there is something to do.

    Of a paused connection nothing is read, and its rings stay for the day on which it is resumed;
    of a closed one what is left is given up.

    A first pull that does not end in time goes on in the next message; nothing else happens then.

    Raises:
        ConnectionBrokenError: MobiWork or QuickBooks does not accept the login any more.
        RetriableError: QuickBooks does not answer and its company was never read.
    """
    connection = connections.read(connection_id)
    if connection.phase not in RUNNING or connection.state == ConnectionState.RECONNECT_NEEDED:
        return nothing(connection_id, _at_rest(connection, remaining, services, clock()))
    rung = doorbell.rung(services.bell, connection_id, now=clock())
    if services.is_running(connection.run_id):
        doorbell.ring_again(services.bell, connection_id, rung, now=clock())
        if not rung:
            # As if MobiWork rang: however many looks come during the run, one message waits, and
            # whoever asked for a look gets it at its end. What rang has a message of its own.
            doorbell.ring(services.bell, connection_id, Side.MOBIWORK, now=clock())
        return nothing(connection_id, "a run is under way")
    mobiwork = services.mobiwork(connection)
    try:
        connection = _logged_in(connection, mobiwork, clock())
    except (LoginBlockedError, LoginRefusedError) as error:
        connections.pace(connection, busy=False, now=clock())
        if isinstance(error, LoginRefusedError):
            raise
        connections.warn(connection_id, str(error))
        logger.error("MobiWork does not let us log in", reason=str(error))
        measure({"LooksRefused": 1}, connection_id=connection_id, flows="login")
        return nothing(connection_id, str(error))
    chosen = saved.read_saved(connection_id)  # before what waits for them is planned again
    if why := _planned_again(connection, remaining, clock()):
        doorbell.look_now(services.bell, connection_id)
        return nothing(connection_id, why)
    settings = chosen.settings
    seen = _there(connection, mobiwork, rung, remaining, services, settings, clock())
    if why := _enough(connection, seen, rung, services, chosen.version, clock()):
        return nothing(connection_id, why)
    seen |= _listed(connection_id, mobiwork, rung, remaining, clock())
    known = _remembered(connection, services)
    seen |= _settings_checked(connection_id, seen, settings, known)
    seen |= _budget_told(connection, services)
    masters = any(seen[pull.name].changed for pull in PULLS if pull.name in seen)
    refusals.wake(connection_id, known, masters_changed=masters, now=clock())
    pause = idle_pause(settings, zone_of(settings, known) if known else WESTERNMOST, clock())
    return _acted_on(connection, seen, rung, services, chosen.version, pause, clock())


def _listed(
    connection_id: str,
    mobiwork: "MobiWork",
    rung: Rung,
    remaining: Callable[[], float],
    now: datetime,
) -> dict[str, Found]:
    """Read what changed in MobiWork."""
    with mobiwork.reading_ahead():
        listed = mobiwork_changes.find_changes(
            connection_id,
            mobiwork,
            out_of_time=lambda: remaining() < MARGIN_SECONDS,
            rang=Side.MOBIWORK in rung,
            now=now,
        )
    return mobiwork_changes.first_empty(connection_id, listed)


def _enough(  # noqa: PLR0913, PLR0917 - what a look has at hand
    connection: Connection,
    seen: dict[str, Found],
    rung: Rung,
    services: "Services",
    version: int,
    now: datetime,
) -> str | None:
    """Say why MobiWork is not read in this look, if it is not."""
    connection_id = connection.connection_id
    if any(found.more for found in seen.values()):
        doorbell.look_now(services.bell, connection_id)
        return "the first pull goes on"
    if _is_echo(connection, seen, rung, version, now):
        doorbell.answer(services.bell, connection_id, rung)
        return "QuickBooks rang for what the connector wrote"
    return None


def _is_echo(
    connection: Connection, seen: dict[str, Found], rung: Rung, version: int, now: datetime
) -> bool:
    """Tell whether QuickBooks alone rang, has nothing new, and MobiWork was read just now.

    Each document that is posted rings; the schedule comes for MobiWork's lists by itself. Within
    half an interval this message is none of the schedule's. Nor is it one where settings were saved
    since: they ask for a look themselves.
    """
    connection_id, sides = connection.connection_id, {side for side in rung if rung[side]}
    news = any(one.changed or one.deleted or one.problem for one in seen.values())
    last = None if news or sides != {Side.QUICKBOOKS} else looks.last_look(connection_id)
    if last is None or last.unfinished or last.settings_version != version:
        return False
    just_now = now - last.at < timedelta(seconds=connection.interval_seconds / 2)
    return just_now and not again.asked(connection_id) and not flows_to_run(connection_id)


def _acted_on(  # noqa: PLR0913, PLR0917 - what a look has at hand
    connection: Connection,
    seen: dict[str, Found],
    rung: Rung,
    services: "Services",
    version: int,
    pause: timedelta,
    now: datetime,
) -> Body:
    """Start a run if there is something to do, and say when to look again.

    Where lists are left that were not begun, that is at once; where one was only begun, it is as
    soon as usual, since it may never fit into one look. The rings are not answered before.
    """
    connection_id, found = connection.connection_id, as_json(seen)
    fewer = frozenset(name for name, one in seen.items() if one.deleted)
    flows = flows_to_run(connection_id, fewer=fewer)
    started = _start(connection, found, flows, services) if flows else None
    looks.save_findings(
        connection_id, found=found, run_id=started, settings_version=version, now=now
    )
    unread = any(one.more for one in seen.values())
    busy = bool(started) or unread
    longest = connections.LONGEST_PAUSE if busy else pause
    connections.pace(connection, busy=busy, now=now, longest=longest)
    if any(one.problem == LATER for one in seen.values()):
        doorbell.look_now(services.bell, connection_id)
    if not unread:
        doorbell.answer(services.bell, connection_id, rung)
    _measure(connection_id, seen, None if unread else doorbell.lag(services.bell, rung, now=now))
    logger.info("looked", connection_id=connection_id, found=found, started=started)
    return {"connection_id": connection_id, "started": started, "why": None}


OUR_OWN = {"settings", "budget"}
"""What a look finds in the way that neither side has refused."""


def _measure(connection_id: str, seen: dict[str, Found], waited: float | None) -> None:
    """Measure how long a ring waited for this look, and whether a side refused a list to it."""
    if waited is not None:
        measure({"WebhookLag": waited}, connection_id=connection_id)
    if refused := refused_lists(seen):
        measure({"LooksRefused": 1}, connection_id=connection_id, flows=" ".join(sorted(refused)))


def refused_lists(seen: dict[str, Found]) -> set[str]:
    """Return what a side did not let be read; what only takes more than one look is read on."""
    return {name for name, one in seen.items() if one.problem and not one.more} - OUR_OWN


def _planned_again(
    connection: Connection, remaining: Callable[[], float], now: datetime
) -> str | None:
    """Let be planned what waits for settings, and what a review held once it is started.

    Returns what is still to be done of that when the time is up; None when it is done.
    """
    connection_id = connection.connection_id

    def out_of_time() -> bool:
        return remaining() < MARGIN_SECONDS

    if not settings_replay.replay(
        connection_id, out_of_time=out_of_time, connected_on=connection.connected_on, now=now
    ):
        return "what waits for settings is planned again"
    live = connection.phase is Phase.LIVE
    if live and not planned_replay.replay(connection_id, out_of_time=out_of_time):
        return "what the review held is let go"
    return None


def _at_rest(
    connection: Connection, remaining: Callable[[], float], services: "Services", now: datetime
) -> str | None:
    """Give up what a closed connection still has; return why nothing is read."""
    if connection.closing:
        busy = services.is_running(connection.run_id) or _any_by_hand(connection, services)
        return closing.go_on(services, connection, remaining, running=busy, now=now)
    return connection.reason if connection.phase in RUNNING else f"it is {connection.phase}"


def _logged_in(connection: Connection, mobiwork: "MobiWork", now: datetime) -> Connection:
    """Log in before anything is read; a connection goes on whose login was refused until now.

    Other trouble of MobiWork is told by its lists, one by one.

    Raises:
        LoginRefusedError, LoginBlockedError: it does not let us in.
    """
    connection_id = connection.connection_id
    try:
        mobiwork.authenticate()
    except LoginBlockedError:
        raise
    except RetriableError:
        return connection
    if connection.state == ConnectionState.LOGIN_REFUSED:
        matches.compare_anew(connection_id)
        connections.revive(connection_id, now=now)
        logger.info("the login works again")
    if (connection.warning or "").endswith(BLOCKED):
        connections.warn(connection_id, "")
    return replace(connection, state=ConnectionState.ACTIVE)


def _there(  # noqa: PLR0913, PLR0917 - what a look has at hand
    connection: Connection,
    mobiwork: "MobiWork",
    rung: Rung,
    remaining: Callable[[], float],
    services: "Services",
    settings: Settings,
    now: datetime,
) -> dict[str, Found]:
    """Read what changed in QuickBooks, for the pulls that MobiWork has calls for."""
    connection_id = connection.connection_id
    wanted = [pull for pull in PULLS if pull.wanted(settings)]
    on = [pull for pull in wanted if mobiwork.supports(pull.entity, "list")]
    off = {
        pull.name: Found(
            off=f"MobiWork documents no list of its {pull.words}; the assumed call "
            f"{pull.entity}.list is switched off in the settings."
        )
        for pull in wanted
        if pull not in on
    }
    put_merges(connection_id, on)
    return off | quickbooks_changes.poll(
        connection_id,
        on,
        lambda: services.quickbooks(connection_id, connection.realm_id),
        settings=settings,
        now=now,
        rang=Side.QUICKBOOKS in rung,
        at_most_every=AT_MOST_EVERY[services.budgets.current().pace(connection_id)],
        out_of_time=lambda: remaining() < MARGIN_SECONDS,
    )


AT_MOST_EVERY = {
    Pace.FULL: timedelta(0),
    Pace.SLOW: SLOW_EVERY,
    Pace.STOPPED: timedelta.max,
}
"""How often QuickBooks is read at most, by the pace that the budget of metered calls allows."""


def _budget_told(connection: Connection, services: "Services") -> dict[str, Found]:
    """Say what it means where the budget of metered calls slows a company down, or stops reads."""
    budget, warning = services.budgets.current(), connection.warning or ""
    pace = budget.pace(connection.connection_id)
    told = means(budget.companies[connection.connection_id], budget) if pace != Pace.FULL else ""
    stopped = told if pace is Pace.STOPPED else ""
    if (stopped or warning.startswith(MADE)) and stopped != warning:
        if not stopped:
            refusals.wake_unread(connection.connection_id)
        connections.warn(connection.connection_id, stopped)
        logger.warning("the budget of metered calls", pace=pace, percent=budget.percent)
    return {"budget": Found(problem=told)} if told else {}


def nothing(connection_id: str, why: str | None) -> Body:
    """Return the answer of a look that started nothing."""
    return {"connection_id": connection_id, "started": None, "why": why}


def _remembered(connection: Connection, services: "Services") -> Company | None:
    """Return what is remembered of the company, read again where one of its lists changed."""
    connection_id = connection.connection_id
    known = saved.read_company(connection_id)
    if known is None or known.read_at != LONG_AGO:
        return known
    company.refresh(connection_id, services.quickbooks(connection_id, connection.realm_id))
    return saved.read_company(connection_id)


def _settings_checked(
    connection_id: str, seen: dict[str, Found], settings: Settings, known: Company | None
) -> dict[str, Found]:
    """Check the settings against the company.

    Only what stops a flow that is switched on is told, and which texts MobiWork's records never
    say: settings that were given while connecting are checked here first.
    """
    if known is None:
        return {}
    on = {name for name, found in seen.items() if not found.off}
    told = [one.sentence for one in problems(settings, known) if on & set(one.flows)]
    said = AccountValues(said=census.read_all(connection_id))
    told += [one.sentence for one in unknown_values(settings, said, Settings())]
    return {"settings": Found(problem=" ".join(told))} if told else {}


def _start(
    connection: Connection, found: Body, flows: Collection[FlowName], services: "Services"
) -> str | None:
    """Start a run of the flows that have something to do; None where somebody else started one.

    What compares both sides before it plans is of all flows.
    """
    connection_id = connection.connection_id
    company.refresh(connection_id, services.quickbooks(connection_id, connection.realm_id))
    run_id = new_run_id()
    if not connections.begin_run(connection, run_id):
        return None
    in_review = connection.phase is Phase.REVIEW
    if in_review:
        plans.hold(connection_id)
    stopped = services.budgets.current().pace(connection_id) is Pace.STOPPED
    matched = in_review or matching_is_due(connection_id, stopped=stopped)
    stages = all_stages(matched=True) if matched else stages_of(flows)
    runs.begin(connection_id, run_id, found=found, now=datetime.now(UTC), phase=connection.phase)
    services.machines.start_execution(
        stateMachineArn=services.config.sync_state_machine_arn,
        name=run_id,
        input=json.dumps({"connection_id": connection_id, "run_id": run_id, "stages": stages}),
    )
    return run_id


def matching_is_due(connection_id: str, *, stopped: bool = False) -> bool:
    """Tell whether what both sides hold is to be compared once more before anything is created.

    What was typed in QuickBooks before the start may be on both sides; so may what settings take in
    later. Where reads are `stopped` for the month, what is to be created after that waits.
    """
    if stopped:
        return False
    look, to_compare = matches.look(connection_id), saved.read_saved(connection_id).to_compare
    return is_comparison_due(look, matches.asked(connection_id), to_compare)


def _any_by_hand(connection: Connection, services: "Services") -> bool:
    """Tell whether a run that a person started, or a dry run, has not ended yet."""
    since = datetime.now(UTC) - runs.LONGEST_RUN
    return any(map(services.is_running, history.unfinished(connection.connection_id, since=since)))
