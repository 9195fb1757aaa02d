"""Services for all contexts: letters on their way.

Owns: that a letter was sent, and when.
Says: nothing.
Hears: `user.letter_written`.
"""
