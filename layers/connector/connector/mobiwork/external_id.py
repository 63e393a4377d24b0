"""External ids: how a MobiWork record says which QuickBooks record it is linked to.

MobiWork's own QuickBooks connector writes `74,QBO` (reference 2.4). Both that and a plain `74` are
read; what is written follows a format, so that either connector recognises the other's links.
"""

import re
from functools import cache

from connector.errors import ConfigurationError

NATIVE_FORMAT = "{id},QBO"
_PLACE = "{id}"
_AROUND_COMMA = re.compile(r"\s*,\s*")


def format_external_id(quickbooks_id: str, *, form: str = NATIVE_FORMAT) -> str:
    """Write the external id of a QuickBooks record.

    Raises:
        ConfigurationError: `form` does not say where the id goes.
    """
    _check(form)
    return form.replace(_PLACE, quickbooks_id)


def parse_external_id(text: str | None, *, form: str = NATIVE_FORMAT) -> str | None:
    """Return the QuickBooks id in an external id, None where it belongs to another system.

    Raises:
        ConfigurationError: `form` does not say where the id goes.
    """
    plain = _AROUND_COMMA.sub(",", (text or "").strip())
    for pattern in _patterns(form):
        if found := pattern.fullmatch(plain):
            return found[1]
    return None


@cache
def _patterns(form: str) -> tuple[re.Pattern[str], ...]:
    """Return how an external id of a form may be written; raise as `_check` does."""
    _check(form)
    before, after = form.split(_PLACE)
    return tuple(
        re.compile(rf"{re.escape(prefix)}([0-9]+){re.escape(suffix)}")
        for prefix, suffix in ((before, after), ("", ",QBO"), ("", ""))
    )


def same_external_id(one: str | None, other: str | None, *, form: str = NATIVE_FORMAT) -> bool:
    """Tell whether two external ids mean one record: the same text, or the same QuickBooks id.

    Raises:
        ConfigurationError: `form` does not say where the id goes.
    """
    first, second = (one or "").strip(), (other or "").strip()
    if not first or not second:
        return False
    parsed = parse_external_id(first, form=form)
    return first == second or (
        parsed is not None and parsed == parse_external_id(second, form=form)
    )


def spellings(text: str, *, form: str = NATIVE_FORMAT) -> tuple[str, ...]:
    """Return every text under which the same external id may be stored, `text` first.

    Raises:
        ConfigurationError: `form` does not say where the id goes.
    """
    parsed = parse_external_id(text, form=form)
    if parsed is None:
        return (text.strip(),)
    all_of_them = (text.strip(), parsed, NATIVE_FORMAT.format(id=parsed))
    return tuple(dict.fromkeys([*all_of_them, format_external_id(parsed, form=form)]))


def _check(form: str) -> None:
    if form.count(_PLACE) != 1:
        raise ConfigurationError(f"The external id format {form!r} must contain {{id}} once.")


MARK = "QBO"


def native_id(external_id: str | None, form: str) -> str | None:
    """Return the QuickBooks id in an external id, if it holds one.

    That is one in the connection's own form, or as MobiWork's own connector writes it: `74,QBO`
    (reference 2.4). A bare number is not trusted: it may be the id of any other system.

    Raises:
        ConfigurationError: `form` does not say where the id goes.
    """
    if external_id is None or external_id.strip().isdecimal():
        return None
    own = parse_external_id(external_id, form=form)
    if own is None and MARK in external_id.upper():
        own = parse_external_id(external_id.upper())
    return own
