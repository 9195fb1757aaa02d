"""Which technology stands behind each port of a node. `embedded` and `cluster` are the platforms there are,
`choice` says which is used for what, `parts` puts everything together.
"""
