"""The kernel: types and functions that every package uses. It imports nothing of Entrepot."""
