"""Data that a company starts with."""
