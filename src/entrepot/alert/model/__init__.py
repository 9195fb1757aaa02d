"""Shapes of the alert context."""
