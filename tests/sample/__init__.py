"""A context with a row of every kind, for tests of the gateway.

Owns: notes.
Says: `sample.note_written`.
Hears: nothing.
"""
