"""How records of the two sides are told to be the same; docs/matching.md shows the rules."""

from connector.lazy import unloaded

__getattr__ = unloaded(__name__)
