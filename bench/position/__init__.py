"""A context as small as one can be: positions are stored, shown and (if asked) told.

Owns: positions.
Says: `position.reported`.
Hears: nothing.
"""
