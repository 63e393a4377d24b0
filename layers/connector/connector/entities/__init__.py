"""The entities: one module each with wire models, translation, match key and flows."""

from connector.lazy import unloaded

__getattr__ = unloaded(__name__)
