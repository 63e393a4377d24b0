"""Finding changes: both sides are read once, and each changed record becomes a pending item."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import batched
from typing import Any, Protocol

from pydantic import BaseModel, ValidationError

from connector.entities.catalogue import PUSHES
from connector.errors import RecordError, RetriableError
from connector.flow import Flow
from connector.mobiwork.xml import RawRecord
from connector.store import pending
from connector.store.fingerprints import Fingerprints, fingerprint
from connector.sync.preparing import WITHOUT_ID

PAGE = 200


class MobiWorkReads(Protocol):
    """What finding asks of MobiWork."""

    def records(self, entity: str) -> Iterator[RawRecord]:
        """Yield all records of an entity, page by page."""


@dataclass
class Found:
    """What reading one flow's source gave; `problem` says why it could not be read to its end."""

    read: int = 0
    changed: int = 0
    unchanged: int = 0
    problem: str = ""


def find_changes(connection_id: str, mobiwork: MobiWorkReads) -> dict[str, Found]:
    """Read MobiWork and store what changed; a list that cannot be read spares the others.

    Raises:
        ConnectionBrokenError: MobiWork does not accept the login any more.
    """
    return {flow.name: _find(flow, connection_id, mobiwork) for flow in PUSHES}


def anything_to_do(connection_id: str) -> bool:
    """Tell whether a run has something to do: changed or sent items of any flow."""
    return any(pending.anything_to_do(connection_id, flow.name) for flow in PUSHES)


def as_json(found: dict[str, Found]) -> dict[str, Any]:
    """Return what was found as it is stored and reported."""
    return {name: asdict(counts) for name, counts in found.items()}


def _find(flow: Flow[Any], connection_id: str, mobiwork: MobiWorkReads) -> Found:
    counts = Found()
    known = Fingerprints(connection_id, flow.name)
    try:
        for page in batched(mobiwork.records(flow.source), PAGE, strict=False):
            changed = list(_changed(flow, page, known, counts))
            pending.put_all(connection_id, flow.name, changed)
    except (RetriableError, RecordError) as error:
        counts.problem = f"The {flow.source}s of MobiWork could not be read to the end: {error}"
    known.save()
    return counts


def _changed(
    flow: Flow[Any], page: Iterable[RawRecord], known: Fingerprints, counts: Found
) -> Iterator[dict[str, Any]]:
    for raw in page:
        counts.read += 1
        item = _item(flow, raw)
        if known.known(item["record_id"]) == item["fingerprint"]:
            counts.unchanged += 1
            continue
        known.remember(item["record_id"], item["fingerprint"])
        counts.changed += 1
        yield item


def _item(flow: Flow[BaseModel], raw: RawRecord) -> dict[str, Any]:
    """Describe a record as a pending item; planning says what is wrong with an unreadable one."""
    try:
        text = flow.model.model_validate(raw.fields).model_dump_json()
    except ValidationError:
        text = raw.xml
    return {
        "record_id": raw.id or f"{WITHOUT_ID}{fingerprint(raw.xml)}",
        "record": raw.xml,
        "fingerprint": fingerprint(text),
        "found_at": datetime.now(UTC).isoformat(),
        "label": f"{flow.source} {raw.id or '(without id)'}",
    }
