"""The tables of devices, as SQL."""
