"""What somebody types in QuickBooks: whose it may be, and the entry that it may be there twice."""

from connector.lazy import unloaded

__getattr__ = unloaded(__name__)
