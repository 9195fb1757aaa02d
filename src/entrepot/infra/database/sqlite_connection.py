"""Opens SQLite files in the same way everywhere, and translates SQLite's errors."""

from pathlib import Path
from time import monotonic, sleep

import apsw
import structlog

from entrepot.core.errors import Unavailable
from entrepot.core.ports import Duplicate
from entrepot.infra.database.encryption import IN_THE_CLEAR, Encryption, Locked

log = structlog.get_logger()

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
# A page that was changed from outside: its tag does not fit, or what is in it makes no sense.
_DAMAGED = (apsw.CorruptError, apsw.NotADBError)
_TRIES = 3  # a file that two processes make at once has the salt of one, and the other looks again
_AGAIN_S = 0.005  # SQLite does not wait for who makes a file's log at the same moment, so we do


class DatabaseDamaged(Unavailable):
    """A page of a file is not what was written."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"A part of {name or 'the database'} is damaged; its operator has to restore a backup."
        )


def connect(
    path: str, *, encryption: Encryption = IN_THE_CLEAR, vfs: str | None = None, busy_timeout_ms: int = 5_000
) -> apsw.Connection:
    """Return a connection that flushes every commit to the disk. Raises: Locked, Unavailable."""
    tries, until = _TRIES, monotonic() + busy_timeout_ms / 1_000
    while tries:
        try:
            return _connected(path, encryption=encryption, vfs=vfs, busy_timeout_ms=busy_timeout_ms)
        except apsw.NotADBError as error:
            refused, tries = error, tries - 1
        except apsw.BusyError as error:
            if monotonic() > until:
                raise Unavailable("the database does not open: others hold it") from error
            sleep(_AGAIN_S)
        except apsw.CorruptError as error:
            raise DatabaseDamaged(Path(path).name) from error
        except apsw.Error as error:
            raise Unavailable("the database does not open") from error
    raise Locked(_does_not_open(Path(path))) from refused


def _does_not_open(path: Path) -> str:
    """A log of what stood there before is read with the file, and looks like a wrong key
    (https://github.com/ulsklyc/yuvomi/pull/1275).
    """
    beside = path.with_name(f"{path.name}-wal")
    has_log = beside.exists() and beside.stat().st_size > 0
    which = f"{path.name}, or {beside.name} beside it," if has_log else path.name
    why = "it comes from elsewhere, or is damaged"
    return f"{which} does not open with the key of {path.parent}: {why}. Restore a backup."


def _connected(
    path: str, *, encryption: Encryption, vfs: str | None, busy_timeout_ms: int
) -> apsw.Connection:
    connection = apsw.Connection(path, vfs=encryption.vfs(vfs), statementcachesize=512)
    try:
        encryption.unlock(connection, path)
        connection.set_busy_timeout(busy_timeout_ms)
        connection.pragma("journal_mode", "wal")
        connection.pragma("synchronous", "full")
        connection.pragma("foreign_keys", True)
        connection.pragma("secure_delete", True)  # what was erased must not stay legible, nor in free pages
        connection.pragma("cache_size", -16_384)
        connection.pragma("temp_store", "memory")  # a file of its own would not be encrypted
        connection.pragma("journal_size_limit", 64 << 20)
    except BaseException:
        connection.close(True)
        raise
    return connection


def translate(error: apsw.Error, *, file: str = "") -> Exception:
    """Return our error for one of SQLite. Errors that are our own mistakes stay as they are. `file` is what
    an operator is told about.
    """
    if isinstance(error, apsw.ConstraintError) and getattr(error, "extendedresult", None) in _TAKEN:
        return Duplicate("this key is taken")
    if isinstance(error, _DAMAGED):
        log.error("database.damaged", file=file, reason=str(error))
        return DatabaseDamaged(Path(file).name)
    if isinstance(error, _NO_SERVICE):
        return Unavailable("the database cannot do this now")
    return error
