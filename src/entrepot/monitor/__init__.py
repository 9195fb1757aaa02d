"""Who used what, how often and how fast: activity for administrators.

Owns: activity by hour, row, status and caller.
Says: nothing.
Hears: `gateway.requests_served`.
"""
