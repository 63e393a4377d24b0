"""Ask both services what can be asked reading only; print rows for docs/sandbox-checklist.md."""

import os
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from sandbox import field_service, intuit
from sandbox.evidence import Evidence


def evidence(given: Mapping[str, str], *, now: datetime) -> Iterator[Evidence | str]:
    """Yield what was found, and a sentence for each side whose credentials are not given."""
    if missing := [name for name in intuit.NEEDED if not given.get(name)]:
        yield f"QuickBooks was not asked: {', '.join(missing)} is not set."
    else:
        yield from intuit.look(intuit.client(given), now=now)
    if missing := [name for name in field_service.NEEDED if not given.get(name)]:
        yield f"MobiWork was not asked: {', '.join(missing)} is not set."
    else:
        yield from field_service.look(field_service.client(given))


def main() -> int:
    """Print a table; 1 when nothing could be asked."""
    asked, now = 0, datetime.now(UTC)
    sys.stdout.write(f"| # | asked on {now:%Y-%m-%d} | found |\n|---|---|---|\n")
    for one in evidence(os.environ, now=now):
        asked += isinstance(one, Evidence)
        told = one.as_row() if isinstance(one, Evidence) else f"| | | {one} |"
        sys.stdout.write(f"{told}\n")
        sys.stdout.flush()
    return 0 if asked else 1


if __name__ == "__main__":
    sys.exit(main())
