"""Customers, both ways."""
