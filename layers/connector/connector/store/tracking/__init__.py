"""The latest state of every record, counted, and how records are found."""
