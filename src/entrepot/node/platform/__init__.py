"""Which technology stands behind each port of a node."""
