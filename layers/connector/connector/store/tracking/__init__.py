"""The latest state of every record, counted, and how records are found."""

from connector.lazy import unloaded

__getattr__ = unloaded(__name__)
