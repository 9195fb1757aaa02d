"""Calls webhooks: addresses that users chose, and whom we do not trust."""
