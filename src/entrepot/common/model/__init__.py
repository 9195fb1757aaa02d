"""The shapes and rules of the common context."""
