"""The door for callers: it reads the rows and keeps their promises. It knows no context.

Owns: its journal, from which it says what it served.
Says: `gateway.requests_served`.
Hears: nothing.
"""
