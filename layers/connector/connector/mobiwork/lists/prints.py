"""Recognises records that are printed as they were when they were last read, byte for byte.

What lies between `<invoice` and the next `</invoice>` is a piece. All pieces are taken out of an
answer, an empty element is put in the place of each, and the rest is read as any answer. Only where
each of these elements turns out to be an item of a list, and each piece is an element by itself,
now or when its mark was made, is the answer the one that it seems to be: an element in the place of
another changes nothing around it. Where anything is otherwise (a comment, CDATA, an element of the
same name inside another, a namespace, a DTD, another encoding) the answer is read whole.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from secrets import token_hex
from xml.etree.ElementTree import Element

from connector.errors import UnreadableAnswerError
from connector.mobiwork.endpoints import Endpoint
from connector.mobiwork.lists.pages import Answers, ListedPage, page_of, record_of
from connector.mobiwork.xml import MAX_DEPTH, RawRecord, is_deeper, read
from connector.model.ids import MobiWorkId

_NOT_ALONE = (b"xmlns", b"<!DOCTYPE")
"""What may give a piece another meaning than it has by itself."""
MARK = 24
"""Hexadecimal digits of a mark: 96 bits."""
_BLANKS = frozenset((b" ", b"\t", b"\r", b"\n", b">"))
_EACH = MAX_DEPTH // 2
"""How deep the rest and a piece may be, so that both together are no deeper than any answer."""


type _Piece = tuple[bytes, str, MobiWorkId | None]
"""What is printed of a record, its mark, and the id of the record if it was printed so before."""


@dataclass
class LastReading:
    """What is remembered of a list since it was last read.

    reader: what else a record's meaning depends on; marks of another reader say nothing.
    ids: the id of each record, by the mark of how it was printed.
    windows: the dates at which the windows begin that a list was read by; replaced by reading.
    dated: whether reading it showed that its filters of created dates are heeded.
    compared: whether what it answers is of use for the next time, and worth a digest.
    answers: what it was asked for and answered; set by reading.
    """

    reader: str | None = None
    ids: Mapping[str, MobiWorkId] = field(default_factory=dict)
    windows: tuple[str, ...] = ()
    dated: bool = False
    compared: bool = True
    answers: Answers | None = None


class PageReader:
    """Reads the pages of a list, and parses only what was not printed before."""

    def __init__(self, endpoint: Endpoint, last: LastReading) -> None:
        self._endpoint = endpoint
        self._ids, self._compared = last.ids, last.compared
        told = f"{last.reader}|{endpoint.item}|{endpoint.ids}"
        self._hash = sha256(told.encode())
        self._item = endpoint.item.encode()
        self._page: ListedPage | None = None
        self.digest = b""
        self._call = f"list {endpoint.entity}"

    def around(self, content: bytes) -> Element | None:
        """Return an answer without its records, and keep these for `page`.

        None where it has none, or has to be read whole.
        """
        self._page = None
        self.digest = sha256(content).digest() if self._compared else b""
        place = f"at{token_hex(8)}"
        rest, runs = self._taken_apart(content, place)
        if not runs or any(one in rest for one in _NOT_ALONE):
            return None
        try:
            root, page = self._put_together(read(rest, call=self._call), place, runs)
        except UnreadableAnswerError:
            return None
        self._page = page
        return root if page else None

    def page(self, root: Element) -> ListedPage | None:
        """Return the records of the answer that was read last, whose root it was."""
        return self._page or page_of(root, self._endpoint)

    def _taken_apart(self, content: bytes, place: str) -> tuple[bytes, list[list[_Piece]]]:
        """Return an answer with an element for each run of its pieces, which says its number.

        Pieces that are the same as before and follow each other are one run; any other one is a
        run by itself.
        """
        runs: list[list[_Piece]] = []
        parts, end, together = [], 0, False
        known, hashed = self._ids.get, self._hash.copy
        for first, last in self._pieces(content):
            piece = content[first:last]
            (found := hashed()).update(piece)
            mark = found.hexdigest()[:MARK]
            own = known(mark)
            if not (own and together) or (first > end and content[end:first].strip()):
                parts += [
                    content[end:first],
                    b'<%b %b="%d"/>' % (self._item, place.encode(), len(runs)),
                ]
                runs.append([])
            runs[-1].append((piece, mark, own))
            end, together = last, own is not None
        return b"".join([*parts, content[end:]]), runs

    def _pieces(self, content: bytes) -> Iterator[tuple[int, int]]:
        """Yield where a piece begins and where it ends."""
        begin, end = b"<" + self._item, b"</" + self._item + b">"
        find, length, tail = content.find, len(begin), len(end)
        first = find(begin)
        while first >= 0:
            after = first + length
            if content[after : after + 1] in _BLANKS:
                last = find(end, after)
                if last < 0:
                    return
                after = last + tail
                yield first, after
            first = find(begin, after)

    def _put_together(
        self, root: Element, place: str, runs: list[list[_Piece]]
    ) -> tuple[Element, ListedPage | None]:
        """Return the records where an answer has its runs; None unless it has all of them."""
        placed = 0

        def records(element: Element) -> list[RawRecord]:
            nonlocal placed
            number = element.get(place)
            if number is None:
                return [record_of(element, self._endpoint)]
            placed += 1
            return [self._record(*piece) for piece in runs[int(number)]]

        page = page_of(root, self._endpoint, records)
        whole = placed == len(runs) and not is_deeper(root, _EACH)
        return root, page if whole else None

    def _record(self, piece: bytes, mark: str, own: MobiWorkId | None) -> RawRecord:
        if own is not None:
            return RawRecord.printed(self._endpoint.entity, own, piece.decode(), mark=mark)
        element = read(piece, call=self._call)
        if is_deeper(element, _EACH):
            raise UnreadableAnswerError("It is too deep to be read by itself.")
        return record_of(element, self._endpoint, mark=mark if _is_text(piece) else None)


def _is_text(piece: bytes) -> bool:
    try:
        piece.decode()
    except UnicodeDecodeError:
        return False
    return True
