"""The alert context's tables."""
