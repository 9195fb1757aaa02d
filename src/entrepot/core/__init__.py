"""The kernel: words that every room uses. It imports nothing of the house."""
