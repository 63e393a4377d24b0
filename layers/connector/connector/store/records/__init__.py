"""What is kept of records: links, pending items, fingerprints and the like."""
