"""The HTTP door for callers: it interprets the rows of all contexts, and imports none of them.

Owns: the journal from which it reports what it served; what became of scheduled backups.
Says: `gateway.requests_served`, `gateway.backup_failed`.
Hears: nothing.
"""
