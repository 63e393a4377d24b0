"""What is kept of how the lists of MobiWork are read."""

from connector.lazy import unloaded

__getattr__ = unloaded(__name__)
