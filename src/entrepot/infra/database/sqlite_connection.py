"""Opens SQLite files in the same way everywhere, and translates SQLite's errors."""

import apsw

from entrepot.core.errors import Unavailable
from entrepot.core.ports import Duplicate

_TAKEN = {
    apsw.SQLITE_CONSTRAINT_UNIQUE,
    apsw.SQLITE_CONSTRAINT_PRIMARYKEY,
    apsw.SQLITE_CONSTRAINT_ROWID,
}
_NO_SERVICE = (
    apsw.BusyError,
    apsw.CantOpenError,
    apsw.FullError,
    apsw.IOError,
    apsw.ReadOnlyError,
)


def connect(path: str, *, vfs: str | None = None, busy_timeout_ms: int = 5_000) -> apsw.Connection:
    """Return a connection that flushes every commit to the disk. Raises: Unavailable."""
    try:
        connection = apsw.Connection(path, vfs=vfs, statementcachesize=512)
        connection.set_busy_timeout(busy_timeout_ms)
        connection.pragma("journal_mode", "wal")
        connection.pragma("synchronous", "full")
        connection.pragma("foreign_keys", True)
        connection.pragma("secure_delete", "fast")  # a destroyed data key must not stay legible in its page
        connection.pragma("cache_size", -16_384)
        connection.pragma("temp_store", "memory")
        connection.pragma("journal_size_limit", 64 << 20)
    except apsw.Error as error:
        raise Unavailable("the database does not open") from error
    return connection


def translate(error: apsw.Error) -> Exception:
    """Return our error for one of SQLite. Errors that are our own mistakes stay as they are."""
    if isinstance(error, apsw.ConstraintError) and getattr(error, "extendedresult", None) in _TAKEN:
        return Duplicate("this key is taken")
    if isinstance(error, _NO_SERVICE):
        return Unavailable("the database cannot do this now")
    return error
