"""The console: pages for people, made from what `api/` answers."""

from connector.lazy import unloaded

__getattr__ = unloaded(__name__)
