"""Pages as the API tells them: `next` is None at the end, and no page before that is empty."""

from collections.abc import Callable, Sequence


def first_with_any[T](
    read: Callable[[str], tuple[Sequence[T], str | None]], after: str | None
) -> tuple[Sequence[T], str | None]:
    """Return the first page from a place on that holds anything, or the empty last one.

    `read` returns what is to be shown of the page after a place, and what asks for the one after
    that; what is filtered may leave a page empty.
    """
    found, following = read(after or "")
    while not found and following is not None:
        found, following = read(following)
    return found, following
