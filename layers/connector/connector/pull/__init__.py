"""QuickBooks to MobiWork: the engine of pulls."""
