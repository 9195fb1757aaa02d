"""The archive: a tar whose first member says what it is, and the last the SHA-256 of all others. So whoever
reads it knows that it is whole, also where it ends too early between two members, which no reader of tar
notices.
"""

import hashlib
import io
import tarfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import IO, NamedTuple, cast

import msgspec

from entrepot.core.errors import Conflict
from entrepot.infra.threads import IsOver

ABOUT, CONTENTS = "about.json", "contents.json"
_FORM = 2  # archives of form 1 had neither
_PART_BYTES = 1 << 20


class ArchiveForm(msgspec.Struct, frozen=True):
    """What kind of archive this is; one from the future has another form."""

    form: int


class ArchiveContents(msgspec.Struct, frozen=True):
    """Name → SHA-256 of every member before."""

    members: Mapping[str, str]


class NotWhole(Conflict):
    """An archive is not what was written."""


class Abandoned(Exception):
    """Nobody waits for this archive any more."""


class _Hashing:
    """What tarfile reads from, and what it read."""

    def __init__(self, source: IO[bytes], is_over: IsOver) -> None:
        self._source, self._is_over = source, is_over
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        if self._is_over():
            raise Abandoned
        part = self._source.read(size)
        self.digest.update(part)
        return part


class _Member(NamedTuple):
    sha256: str
    text: bytes = b""


def _never() -> bool:
    return False


def write(
    out: IO[bytes], sources: Mapping[str, Path], *, leaves_out: Callable[[str], bool],
    is_over: IsOver = _never,
) -> None:  # fmt: skip
    """Write each folder below its name. A file that disappears meanwhile is left out.

    Raises: OSError; Abandoned once `is_over`.
    """
    members: dict[str, str] = {}
    with tarfile.open(fileobj=out, mode="w|", format=tarfile.PAX_FORMAT) as tar:
        members[ABOUT] = _add_text(tar, ABOUT, ArchiveForm(_FORM))
        for name, path in _found(sources):
            if leaves_out(name):
                continue
            if path.is_dir():
                tar.addfile(_entry(tar, path, name))
            elif (digest := _add(tar, path, name, is_over=is_over)) is not None:
                members[name] = digest
        _add_text(tar, CONTENTS, ArchiveContents(members))


def _found(sources: Mapping[str, Path]) -> Iterator[tuple[str, Path]]:
    for name, folder in sources.items():
        yield name, folder
        for path in sorted(folder.rglob("*")):
            yield f"{name}/{path.relative_to(folder)}", path


def _add(tar: tarfile.TarFile, path: Path, name: str, *, is_over: IsOver) -> str | None:
    try:
        opened = path.open("rb")
    except FileNotFoundError:
        return None
    with opened:
        hashing = _Hashing(opened, is_over)
        tar.addfile(_entry(tar, path, name, opened), cast(IO[bytes], hashing))  # it only reads
    return hashing.digest.hexdigest()


def _add_text(tar: tarfile.TarFile, name: str, what: msgspec.Struct) -> str:
    text = msgspec.json.format(msgspec.json.encode(what))
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = len(text), 0o600
    tar.addfile(entry, io.BytesIO(text))
    return hashlib.sha256(text).hexdigest()


def _entry(tar: tarfile.TarFile, path: Path, name: str, opened: IO[bytes] | None = None) -> tarfile.TarInfo:
    entry = tar.gettarinfo(str(path), name, opened)
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""  # who ran the node is nobody's business
    return entry


# What becomes of each member: its name and, of a file, what to read it from.
Take = Callable[[str, IO[bytes] | None], None]


def read(source: IO[bytes], *, take: Take, is_over: IsOver = _never) -> None:
    """Read an archive to its end, and compare every file with what the archive says of it.

    Raises: NotWhole; Abandoned once `is_over`.
    """
    try:
        with tarfile.open(fileobj=source, mode="r|") as tar:
            _compare(_read(tar, take, is_over))
    except (tarfile.TarError, msgspec.MsgspecError) as error:
        raise NotWhole(str(error)) from error


def _read(tar: tarfile.TarFile, take: Take, is_over: IsOver) -> dict[str, _Member]:
    found: dict[str, _Member] = {}
    for member in tar:
        if CONTENTS in found or member.name in found:
            raise NotWhole(f"{member.name} does not belong there")
        opened = None if member.isdir() else tar.extractfile(member) if member.isreg() else None
        if opened is None and not member.isdir():
            raise NotWhole(f"{member.name} is no plain file")
        if opened is None:
            take(member.name, None)
        elif member.name in (ABOUT, CONTENTS):
            text = opened.read()
            found[member.name] = _Member(hashlib.sha256(text).hexdigest(), text)
        else:
            hashing = _Hashing(opened, is_over)
            take(member.name, cast(IO[bytes], hashing))  # it only reads
            while hashing.read(_PART_BYTES):
                pass
            found[member.name] = _Member(hashing.digest.hexdigest())
    return found


def _compare(found: dict[str, _Member]) -> None:
    """Raises: NotWhole."""
    if not found:
        raise NotWhole("it is empty")
    if ABOUT not in found:
        return  # of form 1: its databases have a manifest of their own
    if (form := msgspec.json.decode(found[ABOUT].text, type=ArchiveForm).form) != _FORM:
        raise NotWhole(f"it has form {form}; a newer version of the program reads it")
    if CONTENTS not in found:
        raise NotWhole("it ends too early")
    said = msgspec.json.decode(found.pop(CONTENTS).text, type=ArchiveContents).members
    for name in sorted({*said, *found}):
        if name not in found or said.get(name) != found[name].sha256:
            raise NotWhole(f"{name} is not what was written")
