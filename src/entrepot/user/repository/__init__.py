"""The user context's SQL, a module per noun."""
