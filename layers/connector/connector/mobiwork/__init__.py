"""The client of MobiWork: calls, lists, pages and edits."""

from connector.lazy import unloaded

__getattr__ = unloaded(__name__)
