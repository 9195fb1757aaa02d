"""What the alert context does."""
