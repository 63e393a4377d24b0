"""Merges in QuickBooks become pending items, so that links follow the survivor."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from connector.pulling import MERGED_INTO, Pull
from connector.store import merges, pending
from connector.store.fingerprints import fingerprint
from connector.store.merges import Merge
from connector.sync.arrivals import as_text


def put_merges(connection_id: str, pulls: Sequence[Pull[Any]]) -> None:
    """Store the merges that webhooks told of as items of the pulls that add these records."""
    told = merges.noted(connection_id)
    for pull in pulls:
        lost = [one for one in told if one.entity == pull.source and pull.adds]
        pending.put_all(connection_id, pull.name, [_item(pull, one) for one in lost])
    merges.forget(told)


def _item(pull: Pull[Any], merge: Merge) -> dict[str, Any]:
    text = as_text({"Id": merge.loser, MERGED_INTO: merge.survivor})
    return {
        "record_id": merge.loser,
        "record": text,
        "fingerprint": fingerprint(text),
        "found_at": datetime.now(UTC).isoformat(),
        "label": f"{pull.entity} {merge.loser} of QuickBooks",
    }
