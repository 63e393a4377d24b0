"""The settings by theme: what each one is, what it must be, and when one would want it."""
