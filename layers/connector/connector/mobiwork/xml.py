"""Reads MobiWork's untrustworthy XML safely, and writes ours.

What MobiWork prints is not always XML (reference 1.4): a declaration without a version, blanks
inside tags, the word `null` for nothing, characters that XML does not know. What cannot be read
even so is said with its position and an excerpt that shows tags only, because texts are customers'
names and the token may be echoed.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Self
from xml.etree.ElementTree import Element, ParseError, SubElement, tostring
from xml.etree.ElementTree import fromstring as fast_fromstring

from defusedxml.ElementTree import fromstring

from connector.errors import UnreadableAnswerError
from connector.mobiwork.mending.texts import NOT_XML, TAG, as_text, mended
from connector.model.body import Body
from connector.model.ids import MobiWorkId
from connector.observability import logger

type Content = str | Mapping[str, Content] | Sequence[Content] | None

MAX_DEPTH = 64
EXCERPT = 60

_DECLARATION = re.compile(r"\A\ufeff?\s*(?:<\?xml[\s?].*?\?>\s*)*", re.DOTALL)
_BEGINS_WITH_TAG = re.compile("<[A-Za-z_]")
_CDATA_OR_BLANK_IN_TAG = re.compile(rf"<!\[CDATA\[.*?\]\]>|<(/?)\s+(?={TAG})", re.DOTALL)
_TAG = re.compile(r"<\s*/?\s*[A-Za-z_?!][\w.-]*|>|[^<>]+|<")


def read(text: str | bytes, *, call: str) -> Element:
    """Parse an answer: strictly, then without the blanks inside tags, then with its texts mended.

    Raises:
        UnreadableAnswerError: it is not XML, declares entities, or is nested absurdly deep;
            the message names `call` and the position.
    """
    source = text if isinstance(text, str) else _decoded(text, call)
    if not _BEGINS_WITH_TAG.match(source):
        source = _DECLARATION.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), source, count=1)
    root, problem = _parse(source)
    return _mended(source, problem, call) if root is None else root


def _mended(source: str, problem: str | None, call: str) -> Element:
    """Parse an answer that is no XML as it stands."""
    root, tolerated = None, _CDATA_OR_BLANK_IN_TAG.sub(_without_blank, source)
    if tolerated != source:
        root, problem = _parse(tolerated)
    if root is None and (clean := mended(tolerated)) != tolerated:
        root, problem = _parse(clean)
        logger.warning("MobiWork's text was mended", call=call)
    if root is None:
        raise UnreadableAnswerError(_unreadable(call, problem))
    return root


def fields(element: Element) -> Body:
    """Return the children of `element` as a nested dict that keeps every element there is.

    Keys are lower case because MobiWork's case varies (`phoneNumber`, `PhoneNumber`). Texts are
    stripped; an empty one and the word `null` are None; a repeated element is a list.
    """
    found: Body = {}
    for child in element:
        name = local_name(child).lower()
        value = fields(child) if len(child) else text_of(child)
        if name not in found:
            found[name] = value
        elif isinstance(found[name], list):
            found[name].append(value)
        else:
            found[name] = [found[name], value]
    return found


def text_of(element: Element | None) -> str | None:
    """Return the stripped text of an element; absent, empty and `null` are None."""
    text = "" if element is None or element.text is None else element.text.strip()
    return None if text in {"", "null"} else text


def local_name(element: Element) -> str:
    """Return the name of an element without its namespace."""
    return element.tag.rpartition("}")[2]


@dataclass(frozen=True)
class RawRecord:
    """One record as MobiWork gave it; `xml` is its own element, unknown elements included.

    `id` is None when the record carried none, or an empty one. `mark` tells how it was printed, and
    `same` that this is how it was printed when it was last read: then `xml` is as it was printed.

    entity: MobiWork's name of what it is, such as `invoice`.
    """

    entity: str
    id: MobiWorkId | None
    xml: str
    mark: str | None = field(default=None, compare=False, repr=False)
    same: bool = field(default=False, compare=False, repr=False)

    @classmethod
    def of(
        cls,
        entity: str,
        record_id: MobiWorkId | None,
        element: Element,
        *,
        mark: str | None = None,
    ) -> Self:
        """Take a record out of an answer; its fields need no second parsing."""
        record = cls(entity, record_id, write(element), mark)
        record.__dict__["fields"] = fields(element)
        return record

    @classmethod
    def printed(cls, entity: str, record_id: MobiWorkId, xml: str, *, mark: str) -> Self:
        """Return a record that is printed as when it was last read; a list may have thousands."""
        record = cls.__new__(cls)
        record.__dict__.update(entity=entity, id=record_id, xml=xml, mark=mark, same=True)
        return record

    @property
    def own_id(self) -> MobiWorkId:
        """The id of a record that must have one.

        Raises:
            UnreadableAnswerError: it carries none.
        """
        if self.id is None:
            raise UnreadableAnswerError(f"MobiWork sent a record of {self.entity} without an id.")
        return self.id

    @cached_property
    def fields(self) -> Body:
        """The record's elements as a nested dict, see `fields` of this module."""
        return fields(self.element())

    def read(self) -> Self:
        """Return the record as it is when it was not printed before."""
        return self.of(self.entity, self.id, self.element(), mark=self.mark) if self.same else self

    def element(self) -> Element:
        """Parse the record into a tree of its own, free to be changed."""
        return read(self.xml, call=f"the stored {self.entity} {self.id or ''}".strip())


def build(name: str, content: Content) -> Element:
    """Build an element from plain values: a mapping nests, a sequence repeats, None is left out.

    Characters that XML cannot carry (control characters pasted from elsewhere) are dropped.
    """
    element = Element(name)
    _fill(element, content)
    return element


def write(element: Element) -> str:
    """Return the element as XML text, escaped, without what may follow it in its document."""
    tail, element.tail = element.tail, None
    text = tostring(element, encoding="unicode").replace("\r", "&#13;")
    element.tail = tail
    return text


def printable(text: str) -> str:
    """Return `text` without the characters that XML cannot carry."""
    return NOT_XML.sub("", text)


def _fill(element: Element, content: Content) -> None:
    if content is None:
        return
    if isinstance(content, str):
        element.text = printable(content)
        return
    if not isinstance(content, Mapping):
        raise TypeError(f"the items of a list need an element name, in <{element.tag}>")
    for name, value in content.items():
        for item in _items(value):
            if item is not None:
                _fill(SubElement(element, name), item)


def _items(value: Content) -> Sequence[Content]:
    return [value] if value is None or isinstance(value, str | Mapping) else value


def _decoded(content: bytes, call: str) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        logger.warning("MobiWork's bytes were mended", call=call, first=error.start)
        return as_text(content)


def _parse(source: str) -> tuple[Element | None, str | None]:
    try:
        root = _root(source)
    except ParseError as error:
        line, column = error.position
        excerpt = _excerpt(source, line, column)
        return None, f"breaks at line {line}, column {column}, near {excerpt}"
    except ValueError as error:
        return None, f"is refused unread ({type(error).__name__})"
    if is_deeper(root, MAX_DEPTH):
        return None, f"is nested more than {MAX_DEPTH} deep"
    return root, None


def _root(source: str) -> Element:
    """Parse quickly where no DTD, hence no entity, can be declared: ten times as fast."""
    if "<!DOCTYPE" not in source:
        return fast_fromstring(source)  # noqa: S314 - nothing dangerous without a DTD
    root: Element = fromstring(source, forbid_dtd=True)
    return root


def _without_blank(found: re.Match[str]) -> str:
    return found[0] if found[1] is None else f"<{found[1]}"


def is_deeper(root: Element, limit: int) -> bool:
    """Tell whether elements are nested more than so many deep."""
    inner = [root] if len(root) else []
    for _ in range(limit - 1):
        inner = [child for element in inner for child in element if len(child)]
        if not inner:
            return False
    return bool(inner)


def _excerpt(source: str, line: int, column: int) -> str:
    rows = source.split("\n")
    position = sum(len(row) + 1 for row in rows[: line - 1]) + column
    around = source[max(0, position - EXCERPT) : position + EXCERPT]
    # A tag cut by the start of the excerpt is text to the pattern, and is hidden like text.
    return "".join(part if part[0] in "<>" else "…" for part in _TAG.findall(around)) or "…"


def _unreadable(call: str, problem: str | None) -> str:
    return f"MobiWork's answer to {call} {problem}."
