"""Vendors, both ways."""
