"""A folder of SQLite files, and the key under which they stand: `encryption.json` beside them holds it,
wrapped by the master key. A folder without that file stands in the clear, as all did before; a new one begins
with it. A mixture of both never opens.

The file has to go where the databases go, so it is in every backup. It opens nothing without the master key,
and a rotation of that wraps it anew: no page is written again.
"""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import msgspec

from entrepot.core.errors import Forbidden
from entrepot.core.ports import Keys
from entrepot.infra.database.encryption import (
    CIPHER,
    IN_THE_CLEAR,
    Encryption,
    Locked,
    beginning,
    in_the_clear,
)
from entrepot.infra.durable import write_whole
from entrepot.infra.keys.wrapping import ID_BYTES, ID_FROM

OpenKeys = Callable[[], Keys]

RECORD = "encryption.json"
_USE = {"use": "files of a data folder"}


class FolderKey(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What `encryption.json` says. While files are being converted, some stand in the clear, and a node that
    starts meanwhile, because the conversion was killed, opens each as it is.
    """

    form: Literal[1]
    cipher: Literal["aegis-256"]
    state: Literal["encrypted", "converting"]
    wrapped: bytes


def is_encrypted(folder: Path) -> bool:
    """Whether its files need keys."""
    return (folder / RECORD).exists()


def is_whole(folder: Path) -> bool:
    """Whether none of its files is still to be encrypted."""
    record = _read(folder)
    return record is not None and record.state == "encrypted"


async def encryption_of(folder: Path, keys: OpenKeys) -> Encryption:
    """Return how the files of the folder open. One without databases begins encrypted. Keys are opened, and
    made, only where they are needed. Raises: as `encryption_there`.
    """
    there = await encryption_there(folder, keys)
    return await _made(folder, keys(), state="encrypted") if there is None else there


async def encryption_there(folder: Path, keys: OpenKeys) -> Encryption | None:
    """Return how the files of the folder open, None when there are none; nothing is made.

    Raises: Locked when some files stand in the clear and others do not, or the key is gone or another's.
    """
    record = _read(folder)
    clear = sorted(each.name for each in databases_in(folder) if in_the_clear(each))
    if record is None:
        other = _first_encrypted(folder)
        if clear or other is None:
            return IN_THE_CLEAR if clear else None
        raise Locked(
            f"{other} is encrypted, but {folder / RECORD}, which holds its key, is gone: put it back from a"
            " copy of this folder, or restore a whole backup."
        )
    if clear and record.state == "encrypted":
        raise Locked(
            f"{clear[0]} stands in the clear, but {folder} is encrypted. One of them comes from elsewhere:"
            " move the file away, or restore a whole backup."
        )
    return await _unlocked_here(record, keys(), folder=folder)


async def _unlocked(record: FolderKey, keys: Keys) -> Encryption:
    """Raises: Forbidden."""
    key = await keys.unwrap(record.wrapped, _USE)
    return Encryption(key, whole=record.state == "encrypted")


async def _unlocked_here(record: FolderKey, keys: Keys, *, folder: Path) -> Encryption:
    """Raises: Locked."""
    try:
        return await _unlocked(record, keys)
    except Forbidden as error:
        raise Locked(
            f"The databases in {folder} are encrypted under master key {_master_id(record)}, which is not"
            " among the keys here. Put the copy of keys.json that belongs to them into the folder keys (the"
            " newest copy, if keys were rotated), or name that key in `master_key` or `retired_master_keys`."
            " Without it they never open again."
        ) from error


async def encryption_of_copies(folder: Path, keys: OpenKeys) -> Encryption:
    """Return how the files of a backup open. Why does it not ask for other keys here? What is here would not
    open with them (https://github.com/ulsklyc/yuvomi/pull/1275). Raises: Locked.
    """
    if (record := _read(folder)) is None:
        return IN_THE_CLEAR
    try:
        return await _unlocked(record, keys())
    except Forbidden as error:
        raise Locked(
            f"This backup is encrypted under master key {_master_id(record)}, which is not among the keys"
            " here. Use a folder of its own (--data), in which the folder keys holds the keys.json of the"
            " node that it came from; after a rotation, one that is not older than the backup."
        ) from error


async def begin_converting(folder: Path, keys: Keys) -> Encryption:
    """Return how the files of a folder in the clear will open; from here on no node opens it before all are
    converted. It may be called again after it was killed. Raises: Locked.
    """
    return await _made(folder, keys, state="converting")


def end_converting(folder: Path) -> None:
    with _locked(folder):
        record = _read(folder)
        assert record is not None
        _write(folder, msgspec.structs.replace(record, state="encrypted"))


async def wrap_again(folder: Path, keys: Keys) -> bool:
    """Wrap the folder's key under the newest master key; False when it has none."""
    with _locked(folder):
        if (record := _read(folder)) is None:
            return False
        wrapped = await keys.rewrap(record.wrapped, _USE)
        _write(folder, msgspec.structs.replace(record, wrapped=wrapped))
        return True


def databases_in(folder: Path) -> list[Path]:
    """Return all SQLite files, also those under names that no context has any more."""
    return sorted(folder.glob("*.sqlite"))


async def _made(folder: Path, keys: Keys, *, state: Literal["encrypted", "converting"]) -> Encryption:
    """Make the folder's key, unless another process did."""
    with _locked(folder):
        if (record := _read(folder)) is None:
            made = await keys.generate(_USE)
            record = FolderKey(form=1, cipher=CIPHER, state=state, wrapped=made.wrapped)
            _write(folder, record)
    return await _unlocked_here(record, keys, folder=folder)


def _master_id(record: FolderKey) -> str:
    return record.wrapped[ID_FROM : ID_FROM + ID_BYTES].hex()


def _first_encrypted(folder: Path) -> str | None:
    return next((each.name for each in databases_in(folder) if beginning(each)), None)


def _read(folder: Path) -> FolderKey | None:
    path = folder / RECORD
    try:
        return msgspec.json.decode(path.read_bytes(), type=FolderKey)
    except FileNotFoundError:
        return None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Locked(f"{path} is damaged, or of a newer version; restore it from a backup.") from error


def _write(folder: Path, record: FolderKey) -> None:
    write_whole(folder / RECORD, msgspec.json.format(msgspec.json.encode(record)) + b"\n")


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Let one process at a time look and write."""
    lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)
