"""Invoices, quotes and sales orders."""
