"""What is decided about a message without asking anybody: privacy and filters."""
