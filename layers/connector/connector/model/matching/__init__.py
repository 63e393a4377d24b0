"""How records of the two sides are told to be the same."""

from connector.lazy import unloaded

__getattr__ = unloaded(__name__)
