"""MobiWork to QuickBooks: the engine of pushes."""

from connector.lazy import unloaded

__getattr__ = unloaded(__name__)
