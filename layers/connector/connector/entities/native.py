"""The QuickBooks id that a MobiWork record names as its external id (mission B12)."""

from connector.mobiwork.external_id import parse_external_id

MARK = "QBO"


def native_id(external_id: str, form: str) -> str:
    """Return the QuickBooks id in an external id, or nothing.

    That is one in the connection's own form, or as MobiWork's own connector writes it: `74,QBO`
    (reference 2.4). A bare number is not trusted: it may be the id of any other system.

    Raises:
        ConfigurationError: `form` does not say where the id goes.
    """
    if external_id.strip().isdecimal():
        return ""
    own = parse_external_id(external_id, form=form)
    if own is None and MARK in external_id.upper():
        own = parse_external_id(external_id.upper())
    return own or ""
