"""Backup folders: one or more files per database, and a manifest that is written last, so that a folder
without it is no backup.
"""

import asyncio
from collections.abc import Iterable, Mapping
from datetime import datetime
from hashlib import file_digest
from pathlib import Path

import msgspec

from entrepot.core.errors import Conflict, NotFound
from entrepot.core.ports import Dialect
from entrepot.core.time import now
from entrepot.infra.durable import flush

MANIFEST = "backup.json"


class Damaged(Conflict):
    """The backup is not what was written."""


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """`files` maps names to SHA-256, `rows` counts those of each table by database; `migrations` and
    `sequences` (PostgreSQL only) are per database. Manifests of older versions have no `rows`.
    """

    dialect: Dialect
    taken_at: datetime
    databases: list[str]
    files: dict[str, str]
    migrations: dict[str, list[tuple[str, int, str]]] = {}
    sequences: dict[str, dict[str, int]] = {}
    rows: dict[str, dict[str, int]] = {}


def make_folder(folder: Path) -> None:
    """Raises: Conflict when it already holds something."""
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise Conflict(f"the folder {folder.name} is not empty")


def seal(
    folder: Path,
    *,
    dialect: Dialect,
    databases: Iterable[str],
    migrations: Mapping[str, list[tuple[str, int, str]]] | None = None,
    sequences: Mapping[str, dict[str, int]] | None = None,
    rows: Mapping[str, dict[str, int]] | None = None,
) -> Manifest:
    """Flush every file to the disk and write the manifest over them."""
    files = {file.name: _digest(file) for file in sorted(folder.iterdir())}
    manifest = Manifest(
        dialect=dialect,
        taken_at=now(),
        databases=sorted(databases),
        files=files,
        migrations=dict(migrations or {}),
        sequences=dict(sequences or {}),
        rows=dict(rows or {}),
    )
    for name in files:
        flush(folder / name)
    (folder / MANIFEST).write_bytes(msgspec.json.format(msgspec.json.encode(manifest)))
    flush(folder / MANIFEST)
    flush(folder)
    return manifest


async def read_manifest(folder: Path) -> Manifest:
    """Return the manifest, after every file was compared with it. Raises: NotFound, Damaged."""
    return await asyncio.to_thread(_read_manifest, folder)


def manifest_of(folder: Path) -> Manifest:
    """Return the manifest alone. Raises: NotFound, Damaged."""
    try:
        return msgspec.json.decode((folder / MANIFEST).read_bytes(), type=Manifest)
    except FileNotFoundError as error:
        raise NotFound(f"{folder.name} holds no finished backup") from error
    except msgspec.MsgspecError as error:
        raise Damaged(f"{MANIFEST} cannot be read") from error


def _read_manifest(folder: Path) -> Manifest:
    manifest = manifest_of(folder)
    for name, digest in manifest.files.items():
        if not (folder / name).is_file() or _digest(folder / name) != digest:
            raise Damaged(f"{name} is not what was written")
    return manifest


def _digest(file: Path) -> str:
    with file.open("rb") as opened:
        return file_digest(opened, "sha256").hexdigest()
