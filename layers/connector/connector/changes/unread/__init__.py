"""What QuickBooks cannot tell or show: kinds of change data, and records in lists."""
