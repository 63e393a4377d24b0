"""The job that previews the undoing of a run and carries it out."""
