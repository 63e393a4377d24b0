"""Until when the matches were found that somebody has seen who decides on all certain ones."""

from connector.errors import RequestError, StaleVersionError, Wrong
from connector.store.records import matches


def compared_at(connection_id: str) -> str | None:
    """Return when both sides were compared last; None where they never were."""
    at: str | None = matches.look(connection_id).get("compared_at")
    return at


def refuse_unseen(connection_id: str, seen: str | None) -> None:
    """Refuse to decide on all certain matches for somebody who has not seen these.

    Raises:
        RequestError: it is not said which were seen, or there was nothing to see.
        StaleVersionError: both sides were compared since.
    """
    known = compared_at(connection_id)
    if known is None:
        raise _unseen(
            "The two sides have not been compared yet, so there are no certain matches. "
            "Wait until they have."
        )
    if seen is None:
        raise _unseen(
            "Open the list of matches again and link them from there. The request must "
            "state when the matches you have seen were found (the list's compared_at)."
        )
    if known != seen:
        raise StaleVersionError(
            "The two sides have been compared again since you read the matches, and "
            "there may be new ones. Read them again. Nothing was saved."
        )


def _unseen(told: str) -> RequestError:
    return RequestError(told, errors=[Wrong("#/compared_at", told)])
