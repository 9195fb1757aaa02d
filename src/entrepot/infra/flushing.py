"""Brings files to the disk. What was written may still be in memory, and a file's name in its folder, too."""

import os
from pathlib import Path


def flush(path: Path) -> None:
    """Wait until a file, or the list of files of a folder, is on the disk. Raises: OSError."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
