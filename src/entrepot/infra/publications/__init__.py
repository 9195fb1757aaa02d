"""Fetches what others publish, from addresses and folders that the operator configured."""
