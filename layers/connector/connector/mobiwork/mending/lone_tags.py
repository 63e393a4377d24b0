"""Finds what looks like a tag in an answer and is text that somebody typed or pasted.

An element of MobiWork is closed, so one that is not closed was typed: surely where HTML calls one
so, and also where nothing of that name is ever closed and what it stands in holds text only and is
not the whole answer. What is well formed is never taken for text.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

NAME: Final = r"[A-Za-z_][\w.:-]*"
_PARTS_OF_TAG = re.compile(
    rf"<(?P<end>/?)\s*(?P<name>{NAME})(?P<rest>.*?)(?P<alone>/?)>", re.DOTALL
)
_PREFIXED = re.compile(r"(?:^|\s)(?P<prefix>[\w.-]+):[\w.-]+(?=\s|=|$)")
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
_OF_HTML = frozenset(
    {"a", "b", "big", "blockquote", "br", "center", "dd", "div", "dl", "dt", "em", "font", "h1"}
    | {"h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "ins", "kbd", "li", "nobr", "ol", "p", "pre"}
    | {"q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "table", "tbody", "td"}
    | {"tfoot", "th", "thead", "tr", "tt", "u", "ul", "wbr"}
)
"""Elements of pasted texts, in lower case; none of MobiWork is called so."""


@dataclass
class _OpenTag:
    """An element that is open.

    Attributes:
        place: Where its tag begins in the answer, in characters.
        name: Its name as it is written.
        holds: Whether elements that are no HTML stand in it.
    """

    place: int
    name: str
    holds: bool = False


@dataclass
class _TagReading:
    """The tags of an answer, read one after the other.

    Attributes:
        ended: What is ever closed, in lower case.
        prefixes: The prefixes that are declared anywhere.
        opened: The elements that are open, the outermost first.
        names: How many of each name are open.
    """

    ended: frozenset[str]
    prefixes: frozenset[str]
    opened: list[_OpenTag] = field(default_factory=list)
    names: Counter[str] = field(default_factory=Counter)

    def lone(self, place: int, tag: re.Match[str]) -> list[int]:
        """Return what is known to be text once a tag is read."""
        name = tag["name"]
        if self._is_foreign(tag):
            return [place]
        if tag["end"]:
            return self._closed(place, name)
        if tag["alone"]:
            self._hold(name)
        else:
            self.opened.append(_OpenTag(place, name))
            self.names[name] += 1
        return []

    def _is_foreign(self, tag: re.Match[str]) -> bool:
        """Tell whether it is of a vocabulary that the answer does not have, as of Word: `o:p`."""
        words = f"{tag['name']} {_QUOTED.sub('', tag['rest'])}"
        found = {one["prefix"] for one in _PREFIXED.finditer(words)}
        return not found <= self.prefixes

    def _closed(self, place: int, name: str) -> list[int]:
        if not self.names[name]:
            return [place] if _is_html(name) else []
        begin = next(at for at in reversed(range(len(self.opened))) if self.opened[at].name == name)
        texts = self._texts_within(begin)
        if begin and _is_html(name) and len(texts) < len(self.opened) - begin - 1:
            return [place]
        for one in self.opened[begin:]:
            self.names[one.name] -= 1
        del self.opened[begin:]
        self._hold(name)
        return texts

    def _texts_within(self, begin: int) -> list[int]:
        """Return which of those that are not closed within an open element are none."""
        outer, *inner = self.opened[begin:]
        holds = begin == 0 or any(one.holds for one in (outer, *inner))
        return [
            one.place
            for one in inner
            if _is_html(one.name) or self._is_typed(one.name, outer, holds)
        ]

    def _is_typed(self, name: str, outer: _OpenTag, holds: bool) -> bool:
        """Tell it of what is no HTML; a list, such as of invoices, holds no text."""
        folded = name.casefold()
        is_list = outer.name.casefold().startswith(folded)
        return not (holds or is_list or folded in self.ended)

    def _hold(self, name: str) -> None:
        if self.opened and not _is_html(name):
            self.opened[-1].holds = True


def lone_tags(parts: Sequence[str]) -> Iterator[int]:
    """Yield which parts of an answer are text; those at odd places look like tags or CDATA."""
    tags = [
        (place, tag)
        for place in range(1, len(parts), 2)
        if (tag := _PARTS_OF_TAG.fullmatch(parts[place]))
    ]
    reading = _TagReading(
        ended=frozenset(tag["name"].casefold() for _, tag in tags if tag["end"]),
        prefixes=frozenset(
            {"xml", "xmlns"}
            | {one for _, tag in tags for one in re.findall(r"\sxmlns:([\w.-]+)", tag["rest"])}
        ),
    )
    for place, tag in tags:
        yield from reading.lone(place, tag)


def _is_html(name: str) -> bool:
    return name.casefold() in _OF_HTML
