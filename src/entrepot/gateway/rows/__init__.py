"""What a row promises: its arguments bound and checked, its transaction, its answer."""
