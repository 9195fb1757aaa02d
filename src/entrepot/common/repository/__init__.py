"""The common context's SQL."""
