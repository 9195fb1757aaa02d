"""The screening context's SQL, one module per table."""
