"""Blobs as plain files below one folder, which an operator can copy with the usual tools."""

import asyncio
import contextlib
import errno
import fcntl
import os
import stat
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO, ParamSpec, TypeVar

from entrepot.core.errors import Conflict, NotFound, Unavailable
from entrepot.core.ids import new_id
from entrepot.infra.files.names import entries, word

P = ParamSpec("P")
T = TypeVar("T")

PART_BYTES = 64 * 1024  # read at a time: the hop to a thread costs less than the read
_BUFFER_BYTES = 4 * PART_BYTES
_INCOMING = "+incoming"  # no name holds a plus
_TRIES = 10
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
_ABSENT = (errno.ENOENT, errno.ENOTDIR, errno.ELOOP)  # not there, or a file or a link stands in the way


class PathTaken(Conflict):
    """A file cannot stand below a file, nor where a folder stands."""


class DiskFiles:
    """`Files` below `root`. A blob is written aside and takes its name once it is on disk, so that neither
    a reader nor a crash meets half of it. Links below `root` are never followed.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._incoming = root / _INCOMING
        self._incoming.mkdir(mode=0o700, parents=True, exist_ok=True)
        _remove_abandoned(self._incoming)

    async def put(self, name: str, parts: AsyncIterator[bytes]) -> int:
        """Raises: BadName, PathTaken; Unavailable when the disk does not take it."""
        where = entries(name)
        with ExitStack() as stack:
            path, file = await _in_thread(lambda: stack.enter_context(_aside(self._incoming)))
            size = await _copy(parts, file)
            await _in_thread(self._finish, path, file, where)
        return size

    async def get(self, name: str) -> AsyncIterator[bytes]:
        where = entries(name)
        with ExitStack() as stack:
            file = await _in_thread(lambda: stack.enter_context(self._open(where)))
            while part := await _in_thread(file.read, PART_BYTES):
                yield part

    async def delete(self, name: str) -> None:
        await _in_thread(self._delete, entries(name))

    async def names(self, prefix: str = "") -> AsyncIterator[str]:
        for name in await _in_thread(lambda: sorted(_names(self._root, prefix=prefix))):
            yield name

    def _finish(self, path: Path, file: BinaryIO, where: list[str]) -> None:
        file.flush()
        os.fsync(file.fileno())
        for _ in range(_TRIES):
            # A delete may take the folder away while it is empty.
            with contextlib.suppress(FileNotFoundError):
                return self._place(path, where)
        raise Unavailable("The file cannot be stored now.")

    def _place(self, path: Path, where: list[str]) -> None:
        try:
            with self._folder(where[:-1], make=True) as folder:
                with contextlib.suppress(FileNotFoundError, NotADirectoryError):
                    os.rmdir(where[-1], dir_fd=folder)  # an empty one that a crash left
                os.rename(path, where[-1], dst_dir_fd=folder)
                os.fsync(folder)
        except OSError as error:
            if error.errno in (errno.ENOTDIR, errno.ELOOP, errno.EISDIR, errno.ENOTEMPTY):
                raise PathTaken("A file cannot stand below a file, nor where a folder stands.") from error
            raise

    def _open(self, where: list[str]) -> BinaryIO:
        try:
            with self._folder(where[:-1]) as folder:
                # Without waiting, should somebody have put a pipe there.
                file = os.open(where[-1], os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
        except OSError as error:
            if error.errno in _ABSENT:
                raise NotFound("There is no such file.") from None
            raise
        if not stat.S_ISREG(os.fstat(file).st_mode):
            os.close(file)
            raise NotFound("There is no such file.")
        return os.fdopen(file, "rb")

    def _delete(self, where: list[str]) -> None:
        try:
            with self._folder(where[:-1]) as folder:
                os.unlink(where[-1], dir_fd=folder)
                os.fsync(folder)
        except OSError as error:
            if error.errno not in (*_ABSENT, errno.EISDIR):
                raise
        self._prune(where[:-1])

    def _prune(self, where: list[str]) -> None:
        """Remove the folders that are empty now, so that their names are free."""
        while where:
            try:
                with self._folder(where[:-1]) as folder:
                    os.rmdir(where[-1], dir_fd=folder)
            except OSError:
                return
            where = where[:-1]

    @contextmanager
    def _folder(self, where: list[str], *, make: bool = False) -> Iterator[int]:
        """Open the folder step by step from the root, so that no link is followed even if one is put
        there meanwhile.
        """
        folder = os.open(self._root, os.O_RDONLY | os.O_DIRECTORY)
        try:
            for entry in where:
                if make:
                    with contextlib.suppress(FileExistsError):
                        os.mkdir(entry, mode=0o700, dir_fd=folder)
                    os.fsync(folder)  # also when it was there: another put may not have come so far
                inner = os.open(entry, _FOLDER, dir_fd=folder)
                os.close(folder)
                folder = inner
            yield folder
        finally:
            os.close(folder)


async def _copy(parts: AsyncIterator[bytes], file: BinaryIO) -> int:
    size, buffer = 0, bytearray()
    async for part in parts:
        buffer += part
        if len(buffer) >= _BUFFER_BYTES:
            size += await _in_thread(file.write, buffer)
            buffer = bytearray()
    return size + await _in_thread(file.write, buffer)


@contextmanager
def _aside(folder: Path) -> Iterator[tuple[Path, BinaryIO]]:
    """Open a new file, which is removed at the end unless it was renamed. Its lock says that somebody
    writes it.
    """
    path, file = _locked(folder)
    with file:
        try:
            yield path, file
        finally:
            path.unlink(missing_ok=True)


def _locked(folder: Path) -> tuple[Path, BinaryIO]:
    while True:
        path = folder / new_id()
        file = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
        fcntl.flock(file, fcntl.LOCK_EX)
        if os.fstat(file.fileno()).st_nlink:
            return path, file
        file.close()  # a process that starts took it for abandoned before it was locked


def _remove_abandoned(folder: Path) -> None:
    """Remove what a crash left, but not what other processes are writing now."""
    for path in folder.iterdir():
        with contextlib.suppress(FileNotFoundError, BlockingIOError), path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink()


def _names(folder: Path, *, prefix: str, above: str = "") -> Iterator[str]:
    with contextlib.suppress(FileNotFoundError), os.scandir(folder) as found:  # it may go meanwhile
        for entry in found:
            if (here := word(entry.name)) is None:
                continue
            name = above + here
            if entry.is_dir(follow_symlinks=False):
                below = name + "/"
                if below.startswith(prefix) or prefix.startswith(below):
                    yield from _names(Path(entry.path), prefix=prefix, above=below)
            elif entry.is_file(follow_symlinks=False) and name.startswith(prefix):
                yield name


async def _in_thread(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run in a thread, and wait for its end even when cancelled: the file must not be closed while it
    works.
    """
    running = asyncio.ensure_future(asyncio.to_thread(work, *args, **kwargs))
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        await asyncio.wait([running])
        running.exception()  # which nobody wants any more
        raise
    except OSError as error:
        raise Unavailable("The files cannot be reached now.") from error
