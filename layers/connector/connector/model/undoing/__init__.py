"""Undoing a run: what was written, what it was before, and what is done about it, as values."""
