"""Ports for servers that must be told theirs beforehand."""

import random
import socket
from pathlib import Path

# Who connects is given a port of the upper range, and could be given the one that was just found free.
_RANGE = Path("/proc/sys/net/ipv4/ip_local_port_range")
_LOWEST, _HIGHEST = 10_240, int(_RANGE.read_text().split()[0]) - 1 if _RANGE.exists() else 32_767
_chance = random.SystemRandom()


def free_port() -> int:
    """A TCP port on which nobody listens, and which nobody is given who does not ask for it by number."""
    while True:
        port = _chance.randint(_LOWEST, _HIGHEST)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
