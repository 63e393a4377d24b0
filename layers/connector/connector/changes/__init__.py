"""What changed on either side, found and put up as pending items."""

from connector.lazy import unloaded

__getattr__ = unloaded(__name__)
