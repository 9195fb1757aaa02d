"""Counts how often each reported position had its effect: once, if the mailbox keeps its word.

Owns: effects by position.
Says: nothing.
Hears: `position.reported`.
"""
