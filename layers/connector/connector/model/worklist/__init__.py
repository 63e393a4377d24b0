"""The worklist: why records do not go on, and what people say is to become of them."""
