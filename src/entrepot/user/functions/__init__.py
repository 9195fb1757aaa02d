"""Decides without a database: whether what a passkey or a provider says is true."""
