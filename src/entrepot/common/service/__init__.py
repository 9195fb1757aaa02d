"""What the common context does."""
