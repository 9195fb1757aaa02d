"""What it takes that nothing deleted stands in the files of a SQLite database any more."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing

import apsw

# A read, an export or a backup that began before holds the log; together 5 s, half of what a row may take.
PAUSES_S = (0.02, 0.05, 0.1, 0.2, 0.4, 0.8, 1.2, 1.2, 1.0)
HELD = "older pages in this node's own files, until a read or a backup that began before lets go of them"
_MANY_PAGES = 256


def empty_log(writer: apsw.Connection) -> bool:
    """Bring the log into the file and cut it to nothing; False while a reader needs it."""
    try:
        writer.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
    except apsw.BusyError:
        return False
    return True


def rewrite(writer: apsw.Connection) -> bool:
    """Write the whole file anew, with nothing in it but rows."""
    try:
        writer.execute("VACUUM")
    except apsw.BusyError:
        return False
    return empty_log(writer)


def holds(connect: Callable[[], apsw.Connection], traces: Sequence[bytes]) -> bool:
    """Whether one of these bytes stands on any page, whether it belongs to a row or not. Why not ask the
    rows? They do not show what is left between them.
    """
    with closing(connect()) as connection:
        return any(trace in pages for pages in _pages(connection) for trace in traces)


def _pages(connection: apsw.Connection) -> Iterator[bytes]:
    """Yield the pages as they are before they are encrypted, many at a time."""
    size, count = connection.pragma("page_size"), connection.pragma("page_count")
    for first in range(0, count, _MANY_PAGES):
        some = range(first, min(first + _MANY_PAGES, count))
        yield b"".join(connection.read("main", 0, number * size, size)[1] for number in some)
