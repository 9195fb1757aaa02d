"""Who may send, what becomes of what they send, and what is shown of it."""
