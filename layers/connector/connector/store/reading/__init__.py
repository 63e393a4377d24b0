"""What is kept of how the lists of MobiWork are read."""
