"""What the user context does, a module per story."""
