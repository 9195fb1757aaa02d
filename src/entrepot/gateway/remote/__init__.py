"""Contexts that other processes host: which processes there are, how to call them, how they answer."""
