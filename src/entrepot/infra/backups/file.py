"""One archive as a file: written and read back, unpacked."""

import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from entrepot.core.errors import Invalid, Unavailable
from entrepot.infra.backups import encryption, tar
from entrepot.infra.threads import IsOver


def write(
    target: Path, sources: Mapping[str, Path], *, recipients: Sequence[Any],
    leaves_out: Callable[[str], bool], is_over: IsOver,
) -> None:  # fmt: skip
    """Write an archive to a new file, bring it to the disk, and read it back from there. Nothing is left of
    one that failed. Raises: Unavailable, NotWhole, Abandoned.
    """
    identity, witness = encryption.witness()

    def fill(out: IO[bytes]) -> None:
        tar.write(out, sources, leaves_out=leaves_out, is_over=is_over)

    def look(source: IO[bytes]) -> None:
        tar.read(source, take=lambda name, opened: None, is_over=is_over)

    try:
        with open(target, "xb", opener=_private) as out:  # Path.open takes no opener
            if recipients:
                encryption.encrypted(out, [*recipients, witness], fill)
            else:
                fill(out)
            _to_disk(out)
        with target.open("rb") as source:
            if recipients:
                encryption.decrypted(source, [identity], look)
            else:
                look(source)
    except OSError as error:
        target.unlink(missing_ok=True)
        raise Unavailable(f"The backup cannot be written: {error.strerror}.") from error
    except BaseException:
        target.unlink(missing_ok=True)
        raise


def unpack(archive: Path, folder: Path, *, identity: Path | None) -> None:
    """Unpack folders and plain files below `folder`, and nothing else.

    Raises: Invalid for a broken archive, or without the identity that it needs; Forbidden for another
    identity; Unavailable.
    """

    def take(name: str, opened: IO[bytes] | None) -> None:
        _unpack_one(name, opened, folder)

    try:
        sealed = encryption.is_encrypted(archive)
        if sealed and identity is None:
            raise Invalid(f"{archive} is encrypted. Name the file of its identity with --identity.")
        with archive.open("rb") as source:
            if sealed and identity is not None:
                keys = encryption.identities(identity)
                encryption.decrypted(source, keys, lambda plain: tar.read(plain, take=take))
            else:
                tar.read(source, take=take)
    except FileNotFoundError:
        raise Invalid(f"There is no file {archive}.") from None
    except tar.NotWhole as error:
        raise Invalid(f"{archive} is not a whole backup: {error}.") from error
    except OSError as error:
        raise Unavailable(f"{archive} cannot be unpacked: {error.strerror}.") from error


def _unpack_one(name: str, opened: IO[bytes] | None, folder: Path) -> None:
    """Why not tarfile's filter? It came with 3.11.4."""
    path = folder / name
    if ".." in Path(name).parts or not path.resolve().is_relative_to(folder.resolve()):
        raise tar.NotWhole(f"{name} leads out of it")
    if opened is None:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        return
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with path.open("xb") as out:
        path.chmod(0o600)
        shutil.copyfileobj(opened, out)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _to_disk(out: IO[bytes]) -> None:
    """Also out of the memory, so that what is read back comes from the disk."""
    out.flush()
    os.fsync(out.fileno())
    if hasattr(os, "posix_fadvise"):  # not on every Unix
        os.posix_fadvise(out.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
