"""Until when the matches were found that somebody has seen who decides on all certain ones."""

from datetime import UTC, datetime, timedelta

from connector.errors import RequestError, StaleVersionError, Wrong
from connector.model.body import Body
from connector.store.records import matches


def compared_at(connection_id: str) -> str | None:
    """Return when both sides were compared last; None where they never were."""
    return moment_of(matches.look(connection_id))


def moment_of(look: Body) -> str | None:
    """Return when a look compared both sides; what was found until then can be seen.

    A look that an earlier version kept does not say it: what is kept now can be seen, so it is now.
    None where both sides never were compared.
    """
    return look.get("compared_at", datetime.now(UTC).isoformat()) if look else None


def refuse_unseen(connection_id: str, seen: str | None) -> None:
    """Refuse to decide on all certain matches for somebody who has not seen these.

    Where an earlier version kept the look, any moment until now at which they were read will do.

    Raises:
        RequestError: it is not said which were seen, or there was nothing to see.
        StaleVersionError: both sides were compared since.
    """
    look = matches.look(connection_id)
    if not look:
        raise _unseen("Both sides were not compared yet, so no match is certain. Wait for that.")
    if seen is None:
        raise _unseen(
            "Open the list of matches again and link them from there: it must be said until when "
            "the matches were found that you have seen (the compared_at of the list)."
        )
    known = look.get("compared_at")
    if known is None and not _is_past(seen):
        raise _unseen(
            f"{seen!r} is no moment at which the list of matches was read. Open it again."
        )
    if known not in {None, seen}:
        raise StaleVersionError(
            "Both sides were compared again since you read the matches, and there may be others. "
            "Read them again. Nothing was kept."
        )


def _unseen(told: str) -> RequestError:
    return RequestError(told, errors=[Wrong("#/compared_at", told)])


def _is_past(moment: str) -> bool:
    """Tell whether it is a moment until now, as moments are written here (ISO 8601, UTC)."""
    try:
        at = datetime.fromisoformat(moment)
    except ValueError:
        return False
    return at.utcoffset() == timedelta(0) and at.isoformat() == moment and at <= datetime.now(UTC)
