"""The entities: one module each with wire models, translation, match key and flows."""
