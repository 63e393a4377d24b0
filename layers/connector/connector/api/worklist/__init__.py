"""The worklist: what does not go on, why, and what people do about it."""
