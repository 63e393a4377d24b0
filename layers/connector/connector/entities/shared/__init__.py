"""What the records of several entities share, beside what names and reaches a party."""
