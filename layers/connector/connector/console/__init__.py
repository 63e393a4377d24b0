"""The console: pages for people, made from what `api/` answers."""
