"""Books Match as people ask for it and read it."""
