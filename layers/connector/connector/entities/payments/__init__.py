"""Payments, both ways."""
