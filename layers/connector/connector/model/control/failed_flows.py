"""What a state machine tells of the flows of a run that failed."""

import json
from collections.abc import Iterator, Mapping

from connector.model.ids import in_words


def failures_in(told: object) -> Iterator[str]:
    """Yield the failures in the nested lists that a state machine's maps make."""
    if isinstance(told, Mapping):
        yield _failure(told)
    elif isinstance(told, list):
        for one in told:
            yield from failures_in(one)


def _failure(failure: Mapping[str, object]) -> str:
    """Say one failure of the state machine in a line: what of, error, cause."""
    cause = str(failure.get("cause", ""))
    try:
        cause = json.loads(cause)["errorMessage"]
    except (ValueError, KeyError, TypeError):
        cause = cause[:500]
    return f"{in_words(str(failure.get('flow', 'the run')))}: {failure.get('error', '')}: {cause}"
