"""The pages of the console, theme by theme; `themes` says which addresses each has."""

from connector.lazy import unloaded

__getattr__ = unloaded(__name__)
