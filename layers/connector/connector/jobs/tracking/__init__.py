"""Where records stand, as jobs keep it up."""
