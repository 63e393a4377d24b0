"""What XML must not hold but answers may: placeholders in kept texts, printed as such bytes.

A real record gets such bytes from a phone, a pasted text or an import, and keeps them for ever.
"""

_FIRST = 0x10FF00  # of a plane of Unicode that is kept free for private use

KINDS: dict[str, bytes] = {
    "character_reference": b"&#11;",
    "control": b"\x1f",
    "windows_1252": b"\x92",
    "entity": b"&nbsp;",
    "surrogates": b"&#55357;&#56832;",
    "surrogate_bytes": b"\xed\xa0\xbd\xed\xb8\x80",
    "ampersand": b" & ",
    "nul": b"\x00",
}
"""The kinds of poison by name; both of surrogates are one emoji."""

_MARKS = {kind: chr(_FIRST + place) for place, kind in enumerate(KINDS)}
_BYTES = {mark.encode(): KINDS[kind] for kind, mark in _MARKS.items()}
_LEAD = chr(_FIRST).encode()[:2]


def mark(kind: str) -> str:
    """The placeholder for a kind of poison.

    Raises:
        ValueError: There is no such kind.
    """
    if kind not in _MARKS:
        raise ValueError(f"kind must be one of {', '.join(KINDS)}")
    return _MARKS[kind]


def released(content: bytes) -> bytes:
    """The content with the bytes that its placeholders stand for."""
    if _LEAD not in content:
        return content
    for placeholder, poison in _BYTES.items():
        content = content.replace(placeholder, poison)
    return content
