"""A folder of backups, each a file that appears whole or not at all. It may hold those of other deployments
and whatever else; none of that is touched.
"""

import errno
import os
import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from entrepot.core.errors import Conflict, Unavailable
from entrepot.infra.backups.retention import kept
from entrepot.infra.durable import flush

_STAMP = "%Y%m%dT%H%M%SZ"
_PART = ".part"


class BackupFolder:
    """Backups of one deployment in a folder."""

    def __init__(self, folder: Path, deployment: str) -> None:
        self._folder, self._prefix = folder, f"entrepot-{deployment}-"
        self._named = re.compile(rf"{re.escape(self._prefix)}(\d{{8}}T\d{{6}}Z)\.tar(?:\.age)?")

    def name(self, taken_at: datetime, *, suffix: str) -> str:
        """Return a name that no backup has. Names tell seconds: a second one within one gets the next."""
        while (self._folder / (found := self._stamped(taken_at, suffix))).exists():
            taken_at += timedelta(seconds=1)
        return found

    def _stamped(self, taken_at: datetime, suffix: str) -> str:
        return f"{self._prefix}{taken_at.astimezone(UTC):{_STAMP}}.tar{suffix}"

    def begin(self, name: str) -> Path:
        """Return where to write the backup of this name; what earlier ones left unfinished is removed.

        Raises: Unavailable.
        """
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            for old in self._folder.glob(f".{self._prefix}*{_PART}"):
                old.unlink(missing_ok=True)
        except OSError as error:
            raise _unwritable(self._folder, error) from error
        return self._folder / f".{name}{_PART}"

    def finish(self, part: Path, name: str) -> Path:
        """Give a file, verified and on disk, its name. Raises: Conflict when there is one; Unavailable."""
        target = self._folder / name
        try:
            os.link(part, target)  # unlike a rename it replaces nothing
            part.unlink()
        except FileExistsError as error:
            raise Conflict(f"{target} is there already") from error
        except OSError as error:
            if error.errno not in (errno.EPERM, errno.ENOTSUP, errno.EMLINK) or target.exists():
                raise _unwritable(self._folder, error) from error
            part.rename(target)  # file systems without hard links
        flush(self._folder)
        return target

    def prune(self, rule: Mapping[str, int], *, zone: str) -> list[str]:
        """Remove what the rule does not keep. Return the names."""
        found = {file.name: at for file in self._folder.iterdir() if (at := self._taken(file)) is not None}
        keeps = kept(list(found.values()), rule, zone=zone)
        gone = sorted(name for name, at in found.items() if at not in keeps)
        for name in gone:
            with suppress(FileNotFoundError):
                (self._folder / name).unlink()
        return gone

    def _taken(self, file: Path) -> datetime | None:
        """Return when one of our backups was taken."""
        found = self._named.fullmatch(file.name)
        if found is None or not file.is_file():
            return None
        try:
            return datetime.strptime(found[1], _STAMP).replace(tzinfo=UTC)
        except ValueError:
            return None


def _unwritable(folder: Path, error: OSError) -> Unavailable:
    return Unavailable(f"The backup cannot be written to {folder}: {error.strerror}.")
