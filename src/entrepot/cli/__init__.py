"""The commands. `node/run.py` does what runs long; commands for a running node go through its API."""

from entrepot.cli.node import app as app
