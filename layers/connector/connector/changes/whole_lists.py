"""Whether a list of MobiWork is believed: one that shrinks at once, or is empty, is asked twice.

MobiWork's lists come without an order and sometimes short, empty or with a page slipped, all with
success (reference 1.6). What one reading misses and the next one shows was never gone.
"""

from collections.abc import Set as AbstractSet

from connector.engine.stores import DYNAMODB, Store
from connector.model.fingerprints import Fingerprints
from connector.model.pending import fingerprint

FEW, SHARE = 20, 5
"""More records than these, and more than this part of all, do not vanish between two looks."""
_MISSING = "missing"


def is_smaller(known: Fingerprints, seen: AbstractSet[str]) -> bool:
    """Tell whether a list misses what it held before: it is then read again at once."""
    return not known.ids() <= seen


def doubt(
    connection_id: str,
    flow: str,
    known: Fingerprints,
    seen: AbstractSet[str],
    store: Store = DYNAMODB,
) -> str | None:
    """Say why what is missing from a list is not believed to be deleted, or nothing.

    Where it is much, or all of several, the next look must miss the same; then it is believed.
    """
    ids = known.ids()
    missing = ids - seen
    much = len(missing) > FEW and len(missing) * SHARE > len(ids)
    emptied = not seen and len(missing) > 1
    if not (much or emptied):
        return None
    if told_before(connection_id, flow, missing, store):
        return None
    return (
        f"MobiWork listed {len(ids) - len(missing)} of {len(ids)} known records. So many are "
        "seldom deleted at once, so none was marked as deleted. If the next look misses the same "
        "ones, they are; if they were not deleted, see in MobiWork why its list lacks them."
    )


def told_before(
    connection_id: str, flow: str, missing: AbstractSet[str], store: Store = DYNAMODB
) -> bool:
    """Tell whether an earlier look missed the same, and remember it for the next."""
    kept, place = store.fingerprints, f"{flow}-missing"
    mark = fingerprint("\n".join(sorted(missing)))
    before = kept.read(connection_id, place)
    if before.known(_MISSING) == mark:
        return True
    before.remember(_MISSING, mark)
    kept.save(connection_id, place, before)
    return False
