"""Fixes: what a person can have done about entries of the worklist, one kind to a function."""
