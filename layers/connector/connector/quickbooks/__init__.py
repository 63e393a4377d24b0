"""The client of QuickBooks: calls, faults, tokens, pages, and how fast calls are made."""

from connector.lazy import unloaded

__getattr__ = unloaded(__name__)
