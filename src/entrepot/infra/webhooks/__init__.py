"""Calls to addresses that strangers chose."""
