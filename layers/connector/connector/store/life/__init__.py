"""The life of connections: their rows, their phases, and how one is erased."""
