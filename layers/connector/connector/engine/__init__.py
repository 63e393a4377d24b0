"""What both directions share: the loop over items, exactly once, leases, the three-way merge."""
