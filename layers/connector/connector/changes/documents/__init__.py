"""What change data tells of money documents besides what is gone."""

from connector.lazy import unloaded

__getattr__ = unloaded(__name__)
