"""A context that refuses every event until a file allows it: where dead letters come from.

Owns: what it gave in to.
Hears: `user.key_created`.
"""
