"""Undoing a run: what is done about each record that it wrote, and how that is carried out."""
