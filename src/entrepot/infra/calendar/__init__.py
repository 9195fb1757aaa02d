"""Duties that follow a calendar: when each is due next lies in its context's database."""
