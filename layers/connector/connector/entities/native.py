"""Links that MobiWork's own QuickBooks connector made, as the external id of a record (B12)."""

from connector.mobiwork.external_id import parse_external_id

MARK = "QBO"


def native_id(external_id: str) -> str:
    """Return the QuickBooks id in an external id such as `74,QBO` (reference 2.4), or nothing.

    A bare number is not trusted: it may be the id of any other system.
    """
    if MARK not in external_id.upper():
        return ""
    return parse_external_id(external_id.upper()) or ""
