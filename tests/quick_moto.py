"""Moto without what it works out anew for each request; it answers the same.

A third of the processor time of a call of the table went into that: the names of a handler's
methods, the service of an address among 180 patterns, under which names a member of an answer may
stand, and the order of all items with a conversion in each comparison.
"""

from collections.abc import Generator
from functools import cache
from operator import attrgetter

from moto import backend_index
from moto.core import responses
from moto.core.serialize import AttributePickerContext, XFormedAttributePicker
from moto.core.utils import method_names_from_class
from moto.dynamodb.models.dynamo_type import Item
from moto.dynamodb.models.table import Table


class QuickPicker(XFormedAttributePicker):
    """Knows from the last time under which names a member of a dictionary may stand."""

    _known: dict[tuple[object, str], tuple[str, ...]] = {}  # noqa: RUF012 - of all pickers

    def get_possible_keys(self, context: AttributePickerContext) -> Generator[str]:
        """Yield the names under which a member may stand, the likeliest first."""
        if type(context.obj) is not dict:
            yield from super().get_possible_keys(context)
            return
        own = (context.shape, context.key)
        if own not in self._known:
            self._known[own] = tuple(super().get_possible_keys(context))
        yield from self._known[own]


def all_items(table: Table) -> list[Item]:
    """Return the items of a table, which has two keys, in their order, each key converted once."""
    rows = (item for of_key in table.items.values() for item in of_key.values())
    return sorted(rows, key=attrgetter("hash_key.cast_value", "range_key.cast_value"))


def make_quick() -> None:
    """Let moto look up once what stays as it is."""
    backend_index.backend_url_patterns.sort(key=lambda row: row[0] != "dynamodb")
    for place, name, quick in (
        (responses, "method_names_from_class", cache(method_names_from_class)),
        (responses, "XFormedAttributePicker", QuickPicker),
        (Table, "all_items", all_items),
    ):
        assert hasattr(place, name)
        setattr(place, name, quick)
