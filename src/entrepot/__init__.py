"""Entrepot runs trade from the shelf to the border."""

__version__ = "0.1.0"
