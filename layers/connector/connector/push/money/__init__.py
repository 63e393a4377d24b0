"""Money of pushed documents: what it is planned to be, how it came out, and what then stops."""
