"""Locks on files, by which processes of one machine know of each other. They end with their process."""

import fcntl
import os
from pathlib import Path


def is_locked(file: Path) -> bool:
    """Whether another process holds the lock now; nobody holds one on a file that is not there."""
    try:
        lock = os.open(file, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(lock)
    return False
