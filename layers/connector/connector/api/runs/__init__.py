"""Runs and records as a person asks for them: what ran, what became of what, and where it is."""
