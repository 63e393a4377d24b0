"""Keys that a program knows records, flows, runs and values by, and no bookkeeper."""

import re

KEYS = re.compile(
    r"\b(?:push|pull)_\w+|\bfinish-\w+|\b\d{8}T\d{6}\b|\b\d{4}-\d\d-\d\dT|\b[0-9a-f]{24,}\b"
    r"|\b[0-9a-f]{8}-[0-9a-f]{4}-|(?<![\w@./])[a-z]+_[a-z_]+\b"
    r"|\b(?!QuickBooks|MobiWork)[A-Z][a-z]+[A-Z][a-z]+\b"
)
"""Names of flows, made-up ids, moments, hashes, names of settings and of records of interfaces."""
EXACT = ("pre", "textarea", "script", "code")
"""Where something is told exactly as it was sent or read."""
