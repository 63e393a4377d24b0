"""What is kept for people who watch and steer: who changed what."""

from connector.lazy import unloaded

__getattr__ = unloaded(__name__)
