"""Flows that are loaded when somebody asks for them: a push of invoices needs no other flow."""

from collections.abc import Iterator, Mapping
from importlib import import_module


class LoadedByKey[V](Mapping[str, V]):
    """Values by key, each imported when it is taken; which keys there are is known without that.

    The places say where values are: `module:name`, both within `connector.entities`.
    """

    def __init__(self, places: Mapping[str, str]) -> None:
        self._places = places
        self._loaded: dict[str, V] = {}

    def __getitem__(self, key: str) -> V:
        if key not in self._loaded:
            module, name = self._places[key].split(":")
            self._loaded[key] = getattr(import_module(f"connector.entities.{module}"), name)
        return self._loaded[key]

    def __contains__(self, key: object) -> bool:
        return key in self._places

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)
