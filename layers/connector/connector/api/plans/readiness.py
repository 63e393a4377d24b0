"""Whether a connection in review can be started: both sides were read and compared to their end.

A start before that would post what nobody has seen, and double what is on both sides.
"""

from connector.changes.matching.facts import matched_targets
from connector.errors import ConflictError
from connector.model.connection import Phase
from connector.store import connections, reports, runs
from connector.store.life import phases
from connector.store.records import matches, plans


def refuse_early(connection_id: str) -> None:
    """Refuse the start of a review that has not come to its end.

    Raises:
        ConflictError: something of both sides is not read, not compared or not planned yet.
    """
    if not _is_read(connection_id):
        raise ConflictError(
            "MobiWork and QuickBooks have not been read to their end since the review began. That "
            "goes on by itself; try again in some minutes. Nothing was started."
        )
    run_id = connections.read(connection_id).run_id
    if run_id and not _is_reviewed(connection_id, run_id):
        raise ConflictError(
            "The review has not ended, or the two sides could not be compared. Wait for its "
            "report, or ask for a new review, and start then. Nothing was started."
        )


def _is_read(connection_id: str) -> bool:
    steps = phases.history(connection_id)
    began = [one.at for one in steps if one.phase is Phase.REVIEW]
    looked = runs.last_look(connection_id)
    if looked is None or looked.unfinished:
        return False
    return not began or began[-1] <= looked.at


def _is_reviewed(connection_id: str, run_id: str) -> bool:
    """Tell whether a run, if it is one of the review, has compared and planned everything."""
    if runs.began_in(connection_id, run_id) is not Phase.REVIEW:
        return True
    look = matches.look(connection_id)
    compared = look.get("run") == run_id and {*matched_targets()} <= {*look.get("matched", ())}
    return compared and reports.read(connection_id, plans.scope(connection_id)) is not None
