"""Mending what MobiWork prints: characters that XML does not know, and tags that were typed."""
