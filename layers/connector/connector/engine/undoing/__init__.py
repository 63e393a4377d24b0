"""What undoing a run asks of the store."""
