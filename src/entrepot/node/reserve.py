"""Room on the disk that only a start may use. A node whose disk is full answers reads, but could not start
again: SQLite needs a little room even to read, and so does our NATS. The file is given up while a node
starts, and taken back before anybody may write. CockroachDB keeps such a ballast, too
(https://www.cockroachlabs.com/docs/stable/cluster-setup-troubleshooting#automatic-ballast-files).
"""

import os
from pathlib import Path

import structlog

log = structlog.get_logger()

# A start makes about 1 MB: 32 kB of shared memory for each database and reader, and NATS's files.
RESERVE_BYTES = 8 << 20
_LEAST_BYTES = 1 << 20
_NAME = "reserve"


def give_up(folder: Path) -> None:
    """Before a start: make room if the disk has none."""
    if free_bytes(folder) < RESERVE_BYTES and (folder / _NAME).exists():
        log.warning("disk.reserve_given_up", free_bytes=free_bytes(folder))
        (folder / _NAME).unlink()


def take_back(folder: Path) -> None:
    """Before anybody may write: keep room for the next start, or what is left of it."""
    if (folder / _NAME).exists():
        return
    size = RESERVE_BYTES
    while size >= _LEAST_BYTES:
        try:
            _take(folder / _NAME, size)
            return
        except OSError:
            (folder / _NAME).unlink(missing_ok=True)
            size //= 2
    log.warning("disk.no_reserve", free_bytes=free_bytes(folder))


def free_bytes(folder: Path) -> int:
    found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize


def _take(path: Path, size: int) -> None:
    """Raises: OSError."""
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        if hasattr(os, "posix_fallocate"):
            os.posix_fallocate(file, 0, size)
        else:  # macOS
            os.write(file, bytes(size))
    finally:
        os.close(file)
