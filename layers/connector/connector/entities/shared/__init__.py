"""What the records of several entities share."""
