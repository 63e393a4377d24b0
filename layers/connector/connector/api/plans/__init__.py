"""What people ask of plans: reviews, dry runs, approvals, and their reports in words."""
