"""Both sides compared to the cent: documents, causes of differences, and what they add up to."""
