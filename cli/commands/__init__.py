"""The command line: it asks the API of a stack or of the laptop, and shows what it answers."""
