"""How records of the two sides are told to be the same."""
