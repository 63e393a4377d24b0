"""What both directions share: the loop over items, exactly once, leases, the three-way merge."""

from connector.lazy import unloaded

__getattr__ = unloaded(__name__)
