"""Chooses the technology behind each port of a node. `embedded` and `cluster` are the platforms, `choice`
says which one opens what, and `parts` puts everything together.
"""
