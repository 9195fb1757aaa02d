"""Platforms: what stands behind the ports of a node. `choice` says which one the settings ask for."""
