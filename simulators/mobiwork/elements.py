"""Which elements an account has: assumed ones can be switched off by name (section 6)."""

from collections.abc import Iterator
from dataclasses import replace
from fnmatch import fnmatchcase
from functools import cache

from simulators.mobiwork.entities import ENTITIES
from simulators.mobiwork.model import Field


def _assumed(fields: tuple[Field, ...], path: str) -> Iterator[tuple[str, str]]:
    for field in fields:
        if field.assumed:
            yield f"{path}.{field.name}", field.assumed
        yield from _assumed(field.fields, f"{path}.{field.name}")


ASSUMED = {
    path: section
    for entity in ENTITIES.values()
    for path, section in _assumed(entity.fields, entity.name)
}
"""The assumed elements, such as `customer.billTo`, and the section that each stands on."""


@cache
def matching(pattern: str) -> frozenset[str]:
    """The assumed elements that `customer.billTo` or `*.customFields` mean.

    `assumed` means all of them.
    """
    return frozenset(path for path in ASSUMED if pattern == "assumed" or fnmatchcase(path, pattern))


@cache
def elements(entity: str, off: tuple[str, ...]) -> tuple[Field, ...]:
    """The elements of an entity, less those that are switched off."""
    gone = frozenset(path for pattern in off for path in matching(pattern))
    fields = ENTITIES[entity].fields
    return _without(fields, entity, gone) if gone else fields


def _without(fields: tuple[Field, ...], path: str, gone: frozenset[str]) -> tuple[Field, ...]:
    return tuple(
        replace(field, fields=_without(field.fields, f"{path}.{field.name}", gone))
        for field in fields
        if f"{path}.{field.name}" not in gone
    )
