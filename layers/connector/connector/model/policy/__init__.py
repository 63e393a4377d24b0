"""What a bookkeeper chooses, what that needs of a company, and what may be posted."""
