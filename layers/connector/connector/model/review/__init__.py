"""What is planned and kept for a person: the plans, what they come to, and their report."""
