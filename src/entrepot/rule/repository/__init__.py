"""The rule context's SQL, one module per table family."""
