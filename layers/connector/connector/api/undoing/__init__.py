"""Undoing a run as people ask for it: the preview, what it showed, and sending again."""
