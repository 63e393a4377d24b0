"""Records that may be in QuickBooks already: what was decided on them, and a look at both sides."""

from connector.lazy import unloaded

__getattr__ = unloaded(__name__)
