"""What is in one page of a list, wherever MobiWork puts it (reference 1.6)."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol
from xml.etree.ElementTree import Element

from connector.mobiwork.calls import CallRoute
from connector.mobiwork.endpoints import Endpoint
from connector.mobiwork.xml import RawRecord, local_name, text_of

LONGEST_ID = 100
"""MobiWork's ids are numbers; what is longer is none, and a table could not hold it as a key."""
NO_PART_OF_ID = "#"

type Filters = Mapping[str, str]
type PageAsked = tuple[Filters, int]
"""What a list is asked for: filters, and the position of the first record."""


@dataclass(frozen=True, kw_only=True)
class ListedPage:
    """The records of one list answer; `total` is MobiWork's own count where it gives one.

    size: how many were asked for, where that is not what was wanted.
    left_out: how many are too large to be read.
    records: in MobiWork's order.
    """

    records: tuple[RawRecord, ...]
    total: int | None = None
    size: int | None = None
    left_out: int = 0


class Fetch(Protocol):
    """Reads the pages of a list."""

    def __call__(self, filters: Filters, position: int) -> ListedPage:
        """Return the page that begins at a position."""

    def expect(self, asked: Iterable[PageAsked]) -> None:
        """Say which pages are read soon."""


@dataclass(frozen=True, kw_only=True)
class Answers:
    """What a list was asked for, in order, and the digest of all its answers, byte for byte.

    dated: whether reading it showed that its filters of created dates are heeded.
    route: by which route it was asked, where the server does not know the first one.
    asked: the pages in the order in which they were asked for.
    digest: in hexadecimal digits; empty where nobody is to compare them.
    """

    asked: tuple[PageAsked, ...]
    digest: str
    dated: bool = False
    route: CallRoute | None = None


def page_of(
    root: Element, endpoint: Endpoint, read: Callable[[Element], list[RawRecord]] | None = None
) -> ListedPage | None:
    """Return the records in a list answer, None if it has content but no list.

    Any element called `…List` or `…Lists` may hold them; what is inside a record is its own.
    `read` makes records of an element.
    """
    found: list[RawRecord] = []
    around: list[Element] = []
    lists, level = 0, [root]
    while level:
        parent = level.pop()
        holds_items = parent is root or _is_list(parent)
        lists += _is_list(parent)
        around.append(parent)
        for child in parent:
            if holds_items and local_name(child) == endpoint.item:
                found += read(child) if read else [record_of(child, endpoint)]
            else:
                level.append(child)
    if not found and (_counter(around, "count") or (len(root) and not lists)):
        return None
    return ListedPage(records=tuple(found), total=_counter(around, "totalAvailableCount"))


def record_of(element: Element, endpoint: Endpoint, *, mark: str | None = None) -> RawRecord:
    """Return an element as a record, under the first of its ids that has a value.

    What nothing could be kept under is no id: the record is told to have none.
    """
    by_name = {local_name(child): text_of(child) for child in element}
    ids = (by_name.get(name) for name in endpoint.ids)
    record_id = next((one for one in ids if one and one != "0"), None)
    known = record_id if record_id is None or _is_id(record_id) else None
    return RawRecord.of(endpoint.entity, known, element, mark=mark)


def _is_id(text: str) -> bool:
    return len(text) <= LONGEST_ID and NO_PART_OF_ID not in text


def _counter(around: list[Element], name: str) -> int | None:
    texts: Iterator[str] = (text_of(one) or "" for one in around if one.tag == name)
    return next((int(text) for text in texts if text.isdecimal()), None)


def _is_list(element: Element) -> bool:
    return local_name(element).endswith(("List", "Lists"))
