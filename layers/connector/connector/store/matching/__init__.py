"""What is kept of matches besides the matches themselves."""

from connector.lazy import unloaded

__getattr__ = unloaded(__name__)
