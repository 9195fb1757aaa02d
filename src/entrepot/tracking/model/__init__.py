"""The shapes and rules of geo-tracking."""
