"""A MobiWork account that answers on loopback as the documented Inbound REST API does."""
