"""Authenticates callers: access tokens, API keys, and the console's cookies."""
