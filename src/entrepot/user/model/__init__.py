"""What holds of people and their credentials. Nothing here waits, reads or writes."""
