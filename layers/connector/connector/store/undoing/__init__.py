"""Where it is kept what records were before a run changed them, and how undoing a run stands."""

from connector.lazy import unloaded

__getattr__ = unloaded(__name__)
