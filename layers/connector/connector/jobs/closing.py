"""Closing a connection to its end: secrets given up, both sides freed, what is stored erased.

Every step may be repeated; whoever comes next goes on where the last one stopped. A look or a run
that began before the connection was closed may still be at work, for as long as one invocation
lasts: the secrets are given up when no run is under way any more, and what is stored is erased when
nothing of before can write any more.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from connector.changes.lists.look import LISTS
from connector.changes.lists.whole_lists import doubt_of
from connector.engine.run import MARGIN_SECONDS
from connector.entities.recognitions import BESIDE
from connector.entities.registry import NAMES, PULLS, PUSHES
from connector.entities.typed.beside import MAY_BE, TYPED_BESIDE
from connector.model.connection import Closing, Connection
from connector.model.ids import RunKind, kind_of_run
from connector.observability import logger
from connector.quickbooks.auth import revoke
from connector.services import LOGIN
from connector.store import doorbells
from connector.store.life import phases
from connector.store.life.erasing import Erasing

if TYPE_CHECKING:
    from connector.services import Services

LONGEST_INVOCATION = timedelta(minutes=15)
"""No function of AWS Lambda lives longer."""


def go_on(
    services: "Services",
    connection: Connection,
    remaining: Callable[[], float],
    *,
    running: bool,
    now: datetime,
) -> str:
    """Do what is due of closing a connection; return what was done, or for what it waits.

    Raises:
        RemoteDownError: Intuit did not answer; the token is revoked at the next look.
    """
    closed_at = phases.history(connection.connection_id)[-1].at
    over = now - closed_at > LONGEST_INVOCATION
    if connection.closing is not Closing.ERASE_REST:
        if running and not over:
            return "it is closed, and its last run is ending"
        return _give_up(services, connection)
    if running or not over:
        return "it is closed, and is erased when nothing of before can be at work any more"
    erasing = Erasing(
        connection.connection_id,
        names_kept(),
        plans=lambda run_id: kind_of_run(run_id) in {RunKind.REVIEW, RunKind.DRY},
        stop=lambda: remaining() < MARGIN_SECONDS,
    )
    files = services.files
    if not erasing.carry_out() or (files and not files.erase(erasing.connection_id, erasing.stop)):
        return "it is closed, and is being erased"
    phases.end_closing(connection)
    logger.info("connection erased", connection_id=connection.connection_id)
    return "it is closed, and everything of it is erased"


def names_kept() -> set[str]:
    """Return the names of all flows, and of all entities of both sides that anything is kept of.

    Those that no flow posts are compared with what is, and told by change data.
    """
    pushed = {name for flow in PUSHES for name in (flow.entity, flow.target, *flow.link_entities)}
    variants = {one.target for flow in PUSHES if flow.splitting for one in flow.splitting.variants}
    pulled = {name for flow in PULLS for name in (flow.entity, flow.source)}
    beside = {one.target for others in BESIDE.values() for one in others}
    doubts = {doubt_of(flow.name) for flow in PUSHES}
    documents = {*pushed, *variants, *beside, *TYPED_BESIDE, *MAY_BE}
    return {*NAMES, *doubts, *documents, *pulled, LISTS}


def _give_up(services: "Services", connection: Connection) -> str:
    """Revoke the tokens, forget every secret as it was read, and free both sides."""
    connection_id = connection.connection_id
    if stored := services.tokens.get(connection_id):
        revoke(services.app, stored.tokens.refresh_token)
        services.tokens.forget(connection_id, seen=stored)
    services.secrets.forget_secret(connection_id, LOGIN)
    doorbells.forget(connection_id)
    after = Closing.ERASE_REST if connection.closing is Closing.ERASE else None
    if phases.give_up_sides(connection, after=after):
        logger.info("connection closed", connection_id=connection_id, links=connection.closing)
    return "it is closed, and its secrets are forgotten"
