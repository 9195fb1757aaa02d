"""Interprets one row: binds and checks its arguments, opens its transaction, makes its answer."""
