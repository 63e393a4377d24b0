"""What schedules, queues and state machines call besides the flows."""

from connector.lazy import unloaded

__getattr__ = unloaded(__name__)
