"""The marker in the private note of a QuickBooks document, naming the record it is made from.

A customer may read it on a statement, which prints that note: `(MobiWork invoice 5501, ref. c1)`.
Documents of before carry `[MobiWork invoice 5501 c1]`; both are recognised here and nowhere else.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from connector.model.body import Json

NOTE = "PrivateNote"
_MARKER = re.compile(
    r"\(MobiWork (?P<words>[a-z]+(?: [a-z]+)*) (?P<id>[^\s,()]+), ref\. (?P<ref>[^\s()]+)\)"
    r"|\[MobiWork (?P<name>[A-Za-z]+) (?P<old_id>[^\s\[\]]+) (?P<old_ref>[^\s\[\]]+)\]"
)


@dataclass(frozen=True)
class Marker:
    """What a marker says: MobiWork's entity (`salesOrder`), the ids of record and connection.

    entity: MobiWork's name of what the record is.
    record_id, connection_id: as texts.
    """

    entity: str
    record_id: str
    connection_id: str

    def __str__(self) -> str:
        """Return it as it is written."""
        words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", self.entity).lower()
        return f"(MobiWork {words} {self.record_id}, ref. {self.connection_id})"


def markers_in(document: Json) -> Iterator[Marker]:
    """Yield the markers in the note of a document, the first one first."""
    for found in _MARKER.finditer(str(document.get(NOTE) or "")):
        if found["name"]:
            yield Marker(found["name"], found["old_id"], found["old_ref"])
        else:
            first, *others = found["words"].split(" ")
            entity = "".join([first, *map(str.capitalize, others)])
            yield Marker(entity, found["id"], found["ref"])


def same_marker(body: Json, found: Json) -> bool:
    """Tell whether a found document carries the marker that ends the note of a body.

    The words around it do not count: a person may change them, and QuickBooks may trim them.
    """
    own = list(markers_in(body))
    return bool(own) and own[-1] in markers_in(found)


def without_markers(note: str) -> str:
    """Return the words of a note alone."""
    return _MARKER.sub("", note).rstrip()
