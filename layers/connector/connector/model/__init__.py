"""The values every room speaks in."""
