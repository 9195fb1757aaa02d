"""Truths about people and their credentials. Nothing here waits, reads or writes."""
