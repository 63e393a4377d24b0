"""Mends answers that hold what XML must not, as far as it is certain what was meant.

Such characters come from phones, pasted texts and imports, and stay in a record for ever. One of
them must not keep the rest of its list from being read, so what is not certain is put down as
UNCERTAIN: whoever needs that text names the record, the others go on.
"""

import codecs
import re
from html.entities import html5

from connector.mobiwork.mending.lone_tags import NAME, lone_tags

UNCERTAIN = "\ufdd0"
"""Stands for what nobody can be sure of: no character, so no text holds it, but XML carries it."""

_ATTRIBUTES = r"""(?:\s+[\w.:-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*"""
TAG = rf"(?:/\s*{NAME}\s*>|{NAME}{_ATTRIBUTES}\s*/?>)"
"""What follows the `<` of a tag."""
_MARKUP = re.compile(rf"(<(?:{TAG}|!\[CDATA\[.*?\]\]>))", re.DOTALL)
_DOCTYPE = re.compile(r"\s*(?:<\?.*?\?>\s*)*<!DOCTYPE", re.DOTALL)
_REFERENCE = re.compile(
    r"&(?:#(?P<decimal>[0-9]{1,9});|#x(?P<hex>[0-9a-fA-F]{1,8});|(?P<name>[A-Za-z][A-Za-z0-9]*;))?"
)
_HALF = re.compile(rb"\xed[\xa0-\xbf][\x80-\xbf]")
_PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_OF_XML = frozenset({"amp;", "lt;", "gt;", "quot;", "apos;"})
_OFTEN_CUT = frozenset(b"\xc2\xc3\xc4\xc5\xe2\xf0")
"""First bytes of accents, quotation marks and emoji, which a limit of bytes leaves at an end."""
_CONTROLS = frozenset(range(0x20)) - frozenset(b"\t\n\r")
_FIRST_HALF, _LAST_CODE = 0xD800, 0x10FFFF
_HANDLER = "connector.mobiwork"


def as_text(content: bytes) -> str:
    """Return bytes that are not all UTF-8 as text, to be `mended`.

    A single byte is what Windows-1252 has for it; half an emoji stays half.
    """
    return content.decode("utf-8", errors=_HANDLER)


def mended(source: str) -> str:
    """Return a text in which XML knows each character and each reference.

    Control characters become blanks where they separate and vanish where they do not; two halves
    of an emoji become one, entities of HTML their characters, and what begins no reference or tag
    stands for itself; so does a tag that is not closed, or never was opened (see `lone_tags`).
    """
    if _DOCTYPE.match(source):  # It is refused, whatever else is in it.
        return _characters(_REFERENCE.sub(_reference, source))
    parts = _MARKUP.split(source)
    for place in lone_tags(parts):
        parts[place] = _escaped(parts[place])
    texts = (part.replace("<", "&lt;").replace("]]>", "]]&gt;") for part in parts[::2])
    parts[::2] = [_REFERENCE.sub(_reference, part) for part in texts]
    return _characters("".join(parts))


def _characters(text: str) -> str:
    return NOT_XML.sub(_other, _PAIR.sub(_joined, text))


def _reference(found: re.Match[str]) -> str:
    decimal, hexadecimal, name = found.group("decimal", "hex", "name")
    if decimal or hexadecimal:
        code = int(decimal) if decimal else int(hexadecimal, 16)
        return found[0] if code < _FIRST_HALF and code not in _CONTROLS else _numbered(code)
    if name in _OF_XML:
        return found[0]
    return _escaped(html5.get(name or "", found[0]))


def _numbered(code: int) -> str:
    return chr(code) if code <= _LAST_CODE else UNCERTAIN


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _joined(found: re.Match[str]) -> str:
    return found[0].encode("utf-16", errors="surrogatepass").decode("utf-16")


def _other(found: re.Match[str]) -> str:
    character = found[0]
    if "\ud800" <= character <= "\udfff":
        return UNCERTAIN
    return " " if character.isspace() else ""


def _byte(error: UnicodeError) -> tuple[str, int]:
    """Read what is not UTF-8: half an emoji as such, one byte alone as Windows-1252 has it."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    start, content = error.start, bytes(error.object)
    if half := _HALF.match(content, start):
        return half[0].decode("utf-8", errors="surrogatepass"), half.end()
    alone, following = content[start : start + 1], content[start + 1 : start + 2]
    if error.end > start + 1 or (following == b"<" and alone[0] in _OFTEN_CUT):
        return UNCERTAIN, error.end
    return alone.decode("cp1252", errors="replace").replace("\ufffd", UNCERTAIN), start + 1


codecs.register_error(_HANDLER, _byte)
