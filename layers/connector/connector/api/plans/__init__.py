"""What people ask of plans: reviews, dry runs, approvals, and their reports in words."""

from connector.lazy import unloaded

__getattr__ = unloaded(__name__)
