"""What follows from facts and rules: pure functions."""
