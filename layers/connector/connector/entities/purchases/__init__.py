"""Purchase orders, bills and expenses."""
