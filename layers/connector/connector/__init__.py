"""The MobiWork <-> QuickBooks Online connector: one package shared by all functions."""
