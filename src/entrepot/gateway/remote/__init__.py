"""Contexts that other processes host: who is there, how they are asked, how they answer."""
