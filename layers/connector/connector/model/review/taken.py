"""What only one record of a company may have: the name of a person or item, a document's number."""

from connector.model.body import Json
from connector.model.fingerprints import folded

PEOPLE = ("Customer", "Vendor")
"""They share one set of display names in QuickBooks (reference 7.5)."""

type Taking = tuple[str, str]
"""A QuickBooks entity, and what is taken among its records: `name:` or `number:` and the text."""


def takings(target: str | None, body: Json) -> dict[Taking, str]:
    """Return what a record takes for itself, each with the words of it."""
    if target in PEOPLE and body.get("DisplayName"):
        return _one(PEOPLE[0], "name", str(body["DisplayName"]))
    if target == "Item" and body.get("Name") and not body.get("ParentRef"):
        return _one(target, "name", str(body["Name"]))
    if target and body.get("DocNumber"):
        return _one(target, "number", str(body["DocNumber"]))
    return {}


def _one(entity: str, kind: str, text: str) -> dict[Taking, str]:
    return {(entity, f"{kind}:{folded(text)}"): f'The {kind} "{text}"'}


def warning(words: str, owner: str) -> str:
    """Say that something is taken already, so that QuickBooks is likely to refuse it."""
    return (
        f"{words} is taken by {owner}: QuickBooks is likely to refuse it. Give one of the two "
        "another one."
    )
