"""Asks for the pages of one list, and keeps what it was asked for with a digest of its answers."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from hashlib import sha256

from connector.errors import RecordsUnreadError, UnreadableAnswerError
from connector.mobiwork.calls import CallRoute, MobiWorkCall, whole
from connector.mobiwork.endpoints import Endpoint
from connector.mobiwork.failures import BrokenAnswerError
from connector.mobiwork.lists.pages import Answers, Filters, ListedPage, PageAsked, page_of
from connector.mobiwork.lists.prints import LastReading, PageReader
from connector.mobiwork.lists.walking import walk
from connector.mobiwork.reading_ahead import TooLargeAnswerError
from connector.mobiwork.transport import MOST_BYTES, Transport
from connector.mobiwork.xml import RawRecord, build

PAGE = 200
FIRST_PAGE: tuple[PageAsked, ...] = (({}, 0),)
MOST_HELD = 24_000_000
"""So many bytes of answers are kept at most while a list is compared with what it answered."""
MOST_LEFT_OUT = 3
"""So many records that cannot be read by themselves are passed over; more of them end the list."""


@dataclass
class ListCalls:
    """One list and how it is asked; `page_size` is that of its pages.

    A page that is too large, or whose tags are broken, is asked for anew with half as many records,
    down to one; after one that could be read twice as many are asked for again.

    transport, endpoint: how and where the list is asked for.
    reader: keeps of an answer no more than its records; None reads it whole.
    asked: the pages that were asked for, in order.
    left_out: what is said of the records that cannot be read by themselves, by their places.
    """

    transport: Transport
    endpoint: Endpoint
    page_size: int = PAGE
    reader: PageReader | None = None
    asked: list[PageAsked] = field(default_factory=list)
    left_out: dict[int, str] = field(default_factory=dict)
    _size: int = 0
    _digests: list[bytes] = field(default_factory=list)

    def all_of(self, filters: Filters, last: LastReading | None) -> Iterator[RawRecord]:
        """Yield all records that pass the filters; `last` keeps what was asked and answered.

        Raises:
            RecordsUnreadError: as `walk`, or after all others where some cannot be read.
        """
        self.reader = None if last is None else PageReader(self.endpoint, last)
        try:
            yield from walk(self, self.endpoint, filters, self.page_size, last)
        finally:
            self.transport.ahead.forget(self._name)
        if self.left_out:
            raise RecordsUnreadError(self._told())
        if last is not None:
            digest = _digest(self._digests) if last.compared else ""
            last.answers = Answers(
                asked=tuple(self.asked),
                digest=digest,
                dated=last.dated,
                route=self.transport.known_instead(self._routes),
            )

    def __call__(self, filters: Filters, position: int) -> ListedPage:
        """Return the page that begins at a position, or as much of it as can be read at once.

        Raises:
            TooLargeAnswerError, BrokenAnswerError: too many records cannot be read by themselves.
            UnreadableAnswerError: it holds no list.
            ConnectorError: as every call.
        """
        while True:
            size = self._size or self.page_size
            try:
                page = self._page(filters, position, size)
            except (TooLargeAnswerError, BrokenAnswerError) as error:
                if size == 1 and len(self.left_out) == MOST_LEFT_OUT:
                    raise
                self._size = max(size // 2, 1)
                if size == 1:
                    self.left_out[position + 1] = self._why(position + 1, error)
                    return ListedPage(records=(), size=1, left_out=1)
            else:
                self._size = min(2 * size, self.page_size)
                return replace(page, size=size)

    def _page(self, filters: Filters, position: int, size: int) -> ListedPage:
        root = self.transport.exchange(self._call(filters, position, size))
        page = self.reader.page(root) if self.reader else page_of(root, self.endpoint)
        if page is None:
            raise UnreadableAnswerError(f"MobiWork's answer to {self._name} holds no list.")
        if self.reader:
            self.asked.append((dict(filters), position))
            self._digests.append(self.reader.digest)
        return page

    def expect(
        self, asked: Iterable[PageAsked], *, soon: bool = True, by: CallRoute | None = None
    ) -> None:
        """Say which pages are read next; not `soon`, after all that is expected already.

        `by` is the route that was known before.
        """
        self.transport.prefer(self._routes, by)
        if self.transport.is_logged_in:
            self.transport.ahead.expect((self._call(*one) for one in asked), soon=soon)

    def as_before(self, before: Answers) -> bool:
        """Tell whether each answer is the one of before; keep them for who reads if not."""
        ahead, digests, held = self.transport.ahead, [], 0
        self.expect(before.asked, by=before.route)
        for one in before.asked:
            answer = ahead.look_at(self._call(*one))
            if answer is None or held > MOST_HELD:
                return False
            digests.append(sha256(answer.content).digest())
            held += len(answer.content)
        same = _digest(digests) == before.digest
        if same:
            ahead.forget(self._name)
        return same

    @property
    def _routes(self) -> tuple[CallRoute, ...]:
        return (self.endpoint.method, self.endpoint.path), *self.endpoint.fallbacks

    @property
    def _name(self) -> str:
        return f"list {self.endpoint.entity}"

    def _told(self) -> str:
        told = " ".join(self.left_out[place] for place in sorted(self.left_out))
        return f"{told} All others were read."

    def _why(self, place: int, error: UnreadableAnswerError) -> str:
        """Say which record cannot be read, and what helps."""
        where = f"number {place} in the order of that list"
        begin = f"MobiWork's {self._name} holds a record"
        if not isinstance(error, BrokenAnswerError):
            return (
                f"{begin} of more than {MOST_BYTES // 1_000_000} MB, which is too large to be read "
                f"({where}). Shorten its texts in MobiWork."
            )
        own = error.id_in(self.endpoint.ids)
        named = f"the one with the id {own}, {where}" if own else where
        return (
            f"{begin} whose texts cannot be told from tags ({named}). Look in its notes and names "
            "for what stands between < and >, and take it out in MobiWork."
        )

    def _call(self, filters: Filters, position: int, size: int | None = None) -> MobiWorkCall:
        paging = {"startPosition": str(position), "maxResults": str(size or self.page_size)}
        wrapper = self.endpoint.wrapper
        inner = {wrapper: filters} if wrapper and filters else filters
        return MobiWorkCall(
            name=self._name,
            routes=self._routes,
            body=build("request", {**paging, **inner}),
            around=self.reader.around if self.reader else whole,
        )


def _digest(digests: Iterable[bytes]) -> str:
    return sha256(b"".join(digests)).hexdigest()
