"""Asks outside providers of sign-in, which the operator named."""
