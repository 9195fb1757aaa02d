"""What the screening context keeps and says."""
