"""What happens to worklists by itself."""
