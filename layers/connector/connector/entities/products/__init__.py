"""Parts and services, both ways."""
