"""How the calls to one QuickBooks company are kept under Intuit's limits, whoever makes them."""

from connector.lazy import unloaded

__getattr__ = unloaded(__name__)
