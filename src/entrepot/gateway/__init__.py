"""The HTTP door for callers: it interprets the rows of all contexts, and imports none of them.

Owns: the journal from which it reports what it served.
Says: `gateway.requests_served`.
Hears: nothing.
"""
