"""Whether a connection in review can be started: all was read, compared and planned to its end.

A start before that would post what nobody has seen, and double what is on both sides. What was
planned by other settings than those of now nobody has seen either.
"""

from connector.changes.matching.facts import matched_targets
from connector.errors import ConflictError, StaleVersionError
from connector.model.connection import Phase
from connector.model.policy.settings import title
from connector.store import connections, looks, reports, runs
from connector.store import settings as saved
from connector.store.life import phases
from connector.store.records import matches, plans

NOTHING_STARTED = " Nothing was started."


def not_yet(connection_id: str) -> str | None:
    """Return why a review cannot be started yet, in sentences; None where it can."""
    try:
        refuse_early(connection_id)
    except ConflictError as error:
        return str(error).removesuffix(NOTHING_STARTED)
    return None


def refuse_early(connection_id: str) -> None:
    """Refuse the start of a review that has not come to its end.

    Raises:
        ConflictError: something of both sides is not read, not compared or not planned yet, or is
            planned by settings that were changed since.
    """
    version = saved.read_saved(connection_id).version
    looked = looks.last_look(connection_id)
    if looked is None or not _is_read(connection_id, looked):
        raise ConflictError(
            "MobiWork and QuickBooks have not been read completely since the review "
            "began. That continues automatically; try again in a few minutes. Nothing "
            "was started."
        )
    if looked.settings_version != version:
        raise ConflictError(
            "The settings have changed since the review, so what is posted could "
            "differ from what it showed. A new review with the current settings is "
            "prepared automatically. Read it in a few minutes, then start. Nothing was "
            "started."
        )
    run_id = connections.read(connection_id).run_id
    begun = runs.begun(connection_id, run_id) if run_id else runs.Begun(None)
    if begun.phase is Phase.REVIEW and begun.failures:
        raise ConflictError(
            f"The review did not plan everything: {' '.join(begun.failures)} What it did not plan "
            "would be posted unseen. Ask for a new review and start then; where it fails again, "
            f'switch that flow off in "{title("flows_off")}" and start without it. Nothing was '
            "started."
        )
    if run_id and not _is_reviewed(connection_id, run_id):
        raise ConflictError(
            "The review has not ended, or the two sides could not be compared. Wait "
            "for the report or redo the review, then start. Nothing was started."
        )


def refuse_unread(connection_id: str, seen: str | None) -> None:
    """Refuse the start for somebody who has not read the review as it stands.

    `seen` is the `made_at` of the report that was read. Where nothing is planned there is none.

    Raises:
        StaleVersionError: there is a report, and it is another one.
    """
    report = reports.read(connection_id, plans.scope(connection_id))
    if report is None or report.made_at == seen:
        return
    if seen is None:
        raise StaleVersionError(
            "State which review you have read (its made_at, as reviewed_at), because "
            "that is what will be posted. Nothing was started."
        )
    raise StaleVersionError(
        "There is a newer review than the one you read, so something else may be "
        "posted. Read it, then start. Nothing was started."
    )


def _is_read(connection_id: str, looked: looks.LastLook) -> bool:
    steps = phases.history(connection_id)
    began = [one.at for one in steps if one.phase is Phase.REVIEW]
    return not looked.unfinished and (not began or began[-1] <= looked.at)


def _is_reviewed(connection_id: str, run_id: str) -> bool:
    """Tell whether a run, if it is one of the review, has compared and planned everything."""
    begun = runs.begun(connection_id, run_id)
    if begun.phase is not Phase.REVIEW:
        return True
    if not begun.ended:
        return False
    look = matches.look(connection_id)
    compared = look.get("run") == run_id and {*matched_targets()} <= {*look.get("matched", ())}
    return compared and reports.read(connection_id, plans.scope(connection_id)) is not None
