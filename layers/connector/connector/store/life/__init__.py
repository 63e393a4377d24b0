"""The life of connections: their rows, their phases, and how one is erased."""

from connector.lazy import unloaded

__getattr__ = unloaded(__name__)
