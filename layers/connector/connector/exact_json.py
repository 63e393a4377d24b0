"""JSON whose numbers are exact: a number with a fraction is a Decimal, in and out."""

import re
from decimal import Decimal
from typing import Any

from msgspec import DecodeError
from msgspec.json import Decoder, Encoder

_DECODER: Decoder[Any] = Decoder(float_hook=Decimal)
_PLAIN = Encoder(decimal_format="number")
_SORTED = Encoder(decimal_format="number", order="sorted")

_ESCAPED = re.compile(
    rb"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    rb"|(?P<half>u[dD][89a-fA-F][0-9a-fA-F]{2})|.)",
    re.DOTALL,
)
_UNKNOWN = rb"\ufffd"


def decoded(text: str | bytes) -> Any:  # noqa: ANN401 - JSON of any shape
    """Return what JSON says; numbers with a fraction or an exponent are Decimal.

    Half an emoji, as a limit of characters leaves it, is a character that is not known: the text
    around it, and the other records, are read.

    Raises:
        ValueError: it is not JSON.
        RecursionError: it is nested absurdly deep.
    """
    try:
        return _DECODER.decode(text)
    except DecodeError as error:
        content = text.encode() if isinstance(text, str) else text
        mended = _ESCAPED.sub(_without_half, content)
        if mended == content:
            raise ValueError(str(error)) from error
    return decoded(mended)


def _without_half(found: re.Match[bytes]) -> bytes:
    return found[0] if found["half"] is None else _UNKNOWN


def encoded(value: object) -> str:
    """Return a value as JSON without blanks, members in their order.

    Raises:
        TypeError: JSON has no form for it.
        ValueError: a Decimal is infinite or none (a float of that kind, which nothing makes here,
            would become null).
    """
    return _PLAIN.encode(value).decode()


def canonical(value: object) -> str:
    """Return a value as JSON that is the same whatever the order of its members.

    Raises:
        TypeError: JSON has no form for it.
        ValueError: a Decimal is infinite or none (a float of that kind, which nothing makes here,
            would become null).
    """
    return _SORTED.encode(value).decode()
