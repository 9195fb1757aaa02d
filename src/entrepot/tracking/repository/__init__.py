"""Tracking's SQL, one module per table family."""
