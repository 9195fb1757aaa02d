"""Files in a folder: written beside, synced, and renamed into place, so that a name is whole or absent."""

import asyncio
import os
import re
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import BinaryIO, TypeVar

from entrepot.core.errors import Invalid, NotFound, Unavailable
from entrepot.core.ids import new_id

T = TypeVar("T")

_PART_BYTES = 64 * 1024
_MAX_NAME_CHARS = 200
_WORD = r"[A-Za-z0-9_-][A-Za-z0-9._-]*"
_NAME = re.compile(rf"{_WORD}(?:/{_WORD})*")
_UNFINISHED = ".unfinished"


class BadName(Invalid):
    """Not a name that a file can have."""


class DiskFiles:
    """Everything lies below `root`."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._unfinished = root / _UNFINISHED
        self._unfinished.mkdir(mode=0o700, parents=True, exist_ok=True)
        for left_over in self._unfinished.iterdir():
            left_over.unlink()

    async def put(self, name: str, parts: AsyncIterator[bytes]) -> int:
        target, size = self._path(name), 0
        beside = self._unfinished / new_id()
        try:
            out = await _in_thread(lambda: beside.open("xb"))
            try:
                async for part in parts:
                    await _in_thread(lambda part=part: out.write(part))  # type: ignore[misc]
                    size += len(part)
                await _in_thread(lambda: _sync(out))
            finally:
                out.close()
            await _in_thread(lambda: _publish(beside, target))
        except OSError as error:
            raise Unavailable(f"The file cannot be written: {error.strerror}.") from error
        finally:
            beside.unlink(missing_ok=True)
        return size

    async def get(self, name: str) -> AsyncIterator[bytes]:
        path = self._path(name)
        try:
            source = await _in_thread(lambda: os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW), "rb"))
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
            raise NotFound(f"There is no file {name}.") from None
        except OSError as error:
            raise Unavailable(f"The file cannot be read: {error.strerror}.") from error
        with source:
            while part := await _in_thread(lambda: source.read(_PART_BYTES)):
                yield part

    async def delete(self, name: str) -> None:
        path = self._path(name)
        await _in_thread(lambda: path.unlink(missing_ok=True))

    async def names(self, prefix: str = "") -> AsyncIterator[str]:
        for name in await _in_thread(self._all_names):
            if name.startswith(prefix):
                yield name

    def _all_names(self) -> list[str]:
        paths = (path for path in self._root.rglob("*") if path.is_file() and not path.is_symlink())
        names = (path.relative_to(self._root).as_posix() for path in paths)
        return sorted(name for name in names if not name.startswith(_UNFINISHED))

    def _path(self, name: str) -> Path:
        """Raises: BadName. A folder on the way that is a link would lead out, so it is refused too."""
        if len(name) > _MAX_NAME_CHARS or not _NAME.fullmatch(name):
            raise BadName("A file's name is words of letters, digits, '.', '_' and '-', with '/' between.")
        path = self._root / name
        if not path.parent.resolve().is_relative_to(self._root.resolve()):
            raise BadName("This name leads out of the folder.")
        return path


async def _in_thread(step: Callable[[], T]) -> T:
    return await asyncio.get_running_loop().run_in_executor(None, step)


def _sync(out: BinaryIO) -> None:
    out.flush()
    os.fsync(out.fileno())


def _publish(beside: Path, target: Path) -> None:
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside.replace(target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
