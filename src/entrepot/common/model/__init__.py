"""What the common context knows."""
