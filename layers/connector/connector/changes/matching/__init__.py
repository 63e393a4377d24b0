"""Matching what both sides hold before anything is written on either."""
