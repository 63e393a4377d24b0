"""What is kept of records: links, pending items, fingerprints and the like."""

from connector.lazy import unloaded

__getattr__ = unloaded(__name__)
