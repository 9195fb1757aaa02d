"""What devices say, as the house understands it."""
