"""Where records stand, as a person looks for them."""
