"""Reading more of QuickBooks than one record at a time, also beside one that nobody can read."""

from connector.lazy import unloaded

__getattr__ = unloaded(__name__)
