"""What flows are made of."""
