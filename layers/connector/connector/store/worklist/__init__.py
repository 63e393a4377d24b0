"""What is kept of the worklist: pending items as rows, the lists of those that do not go on."""

from connector.lazy import unloaded

__getattr__ = unloaded(__name__)
