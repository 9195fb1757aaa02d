"""People and programs, and how the house knows them.

Owns: API keys and revoked tokens.
Says: `user.key_created`, `user.key_revoked`, `user.token_revoked`.
Hears: nothing.
"""
