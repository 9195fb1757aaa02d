"""Truths of geo-tracking: values and what may become of them."""
