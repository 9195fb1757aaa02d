"""The commands. What runs long lives in `run`; what asks a running node goes through its API."""

from entrepot.cli.node import app as app
