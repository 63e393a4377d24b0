"""MobiWork to QuickBooks: the engine of pushes."""
