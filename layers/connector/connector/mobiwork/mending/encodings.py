"""Brings an answer to UTF-8, whatever it is written in.

MobiWork writes UTF-8 (reference 1.5), whatever its declaration and header say: both are often what
a server says by default. So what is UTF-8 is read as such. Other bytes are what the answer shows
itself (UTF-16, UTF-32) or says that it is; where neither helps, what is no ASCII is uncertain, so
that a record that needs it is named and nothing is read as other letters than were meant.
"""

import codecs
import re

from connector.mobiwork.mending.texts import UNCERTAIN

_DECLARED = re.compile(rb"""\A\s*<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z0-9._:-]+)["']""")
_CHARSET = re.compile(r"""charset\s*=\s*["']?([A-Za-z0-9._:-]+)""", re.IGNORECASE)
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
"""How an answer begins that says its encoding so; the longer ones first."""
_AS_EVER = frozenset({"utf-8", "ascii", "iso8859-1", "cp1252"})
"""What is read as UTF-8, a byte that is none as Windows-1252 has it."""
_IN_UTF8 = re.compile(
    rb"[\xc3-\xdf][\x80-\xbf]|[\xe1-\xef][\x80-\xbf]{2}|\xf0[\x90-\xbf][\x80-\xbf]{2}"
)
"""A letter in UTF-8; no text of an encoding that has one byte for each letter holds any."""
_OF_TEXTS = re.compile(
    r"utf-7|ascii|iso8859-|cp\d|koi8-|kz1048|mac-|tis-620|hp-roman8|ptcp154"
    r"|big5|gb|hz|euc_|shift_jis|iso2022_|johab"
)
"""How the names begin of what texts are written in; Python has codecs for other things, too."""
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
CLEARLY = 8
"""So many times as often one reading fits, and is taken for the one that is meant."""
_SEVEN_BITS = ("iso2022", "utf-7", "hz")
"""How the names begin of what hides other letters behind ASCII."""


def as_utf8(content: bytes, content_type: str | None) -> bytes:
    """Return the bytes of an answer in UTF-8, as far as they are not; most are left as they are."""
    for mark, name in _MARKS:
        if content.startswith(mark):
            return _wide(content[len(mark) :], name)
    if wide := _by_blanks(content[:4]):
        return _wide(content, wide)
    content = content.replace(b"\x00", b"")  # No letter of any other encoding has one.
    declared = _declared(content, content_type)
    if declared in _AS_EVER or (_is_utf8(content) and not _hides(declared)):
        return content
    if declared and not (_IN_UTF8.search(content) and _has_one_byte(declared)):
        try:
            return _meant(content, declared).encode()
        except (UnicodeError, LookupError):
            pass
    return _read(content).encode()


def _meant(content: bytes, declared: str) -> str:
    """Return what bytes say that are no UTF-8 as a whole.

    Of an encoding with two bytes for a letter one letter of ten may look like one of UTF-8. Where
    it is more, but not nearly all, both could be meant: then no letter beyond ASCII is certain.

    Raises:
        UnicodeError: it is not what was declared.
    """
    as_declared, read = content.decode(declared), content.decode(errors="replace")
    wrong = read.count("\ufffd")
    like = sum(not one.isascii() for one in read) - wrong
    if _has_one_byte(declared) or like * CLEARLY <= wrong:
        return as_declared
    if wrong * CLEARLY <= like:
        return _read(content)
    return _BEYOND_ASCII.sub(UNCERTAIN, read)


def _read(content: bytes) -> str:
    """Return what bytes say in UTF-8, those that are none as uncertain."""
    return content.decode(errors="replace").replace("\ufffd", UNCERTAIN)


def _wide(content: bytes, name: str) -> bytes:
    """Return what has two or four bytes for each letter; half an emoji stays half."""
    whole = len(content) - len(content) % (4 if name.startswith("utf-32") else 2)
    try:
        text = content[:whole].decode(name, errors="surrogatepass")
    except UnicodeError:
        text = content[:whole].decode(name, errors="replace").replace("\ufffd", UNCERTAIN)
    return text.encode("utf-8", errors="surrogatepass")


def _by_blanks(first: bytes) -> str | None:
    """Return what begins with letters of ASCII that have more than one byte each, or None.

    Two of them, where they have two bytes: one blank alone is a byte that got lost in UTF-8.
    """
    blank = tuple(one == 0 for one in first)
    kinds: dict[tuple[bool, ...], str] = {
        (False, True, True, True): "utf-32-le",
        (True, True, True, False): "utf-32-be",
        (False, True, False, True): "utf-16-le",
        (True, False, True, False): "utf-16-be",
    }
    return kinds.get(blank)


def _declared(content: bytes, content_type: str | None) -> str | None:
    """Return the name of the encoding that an answer says it has; None where nobody knows it.

    What says nothing, and what the bytes themselves prove wrong, is as ever.
    """
    in_answer = _DECLARED.match(content[:200])
    in_header = _CHARSET.search(content_type or "")
    said = in_answer[1].decode() if in_answer else in_header[1] if in_header else "utf-8"
    try:
        name = codecs.lookup(said).name
    except LookupError:
        return None
    if name.startswith(("utf-16", "utf-32", "utf-8")):
        return "utf-8"
    return name if _OF_TEXTS.match(name) else None


def _has_one_byte(name: str) -> bool:
    return name.startswith(("iso8859", "cp12", "koi8", "mac", "tis", "cp4", "cp8"))


def _hides(name: str | None) -> bool:
    return bool(name) and str(name).startswith(_SEVEN_BITS)


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True
