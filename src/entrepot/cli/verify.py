"""Reads a backup to its end, which needs no node; of the settings only where its keys are."""

import tempfile
from pathlib import Path

from entrepot.node import archive
from entrepot.node.backup_keys import look_through
from entrepot.settings import Settings

_NOT_LOOKED = (
    "Its databases are encrypted, and were compared with their checksums only: to look into them, name the"
    " folder of a node that has their keys, with --data."
)


async def verify(settings: Settings, file: Path, *, identity: Path | None) -> list[str]:
    """Read a backup to its end and look through its databases, with the keys in it or those of the settings.
    Return what it holds, in sentences.

    Raises: Invalid for a broken archive; Damaged for a broken database; Forbidden for the wrong identity;
    Locked for other keys; Unavailable.
    """
    with tempfile.TemporaryDirectory(prefix="entrepot-verify-") as work:
        folder = Path(work)
        await archive.unpack(file, folder, identity=identity)
        manifest, looked = await look_through(settings, folder)
        rows = sum(count for tables in manifest.rows.values() for count in tables.values())
        files = sum(path.is_file() for path in (folder / "files").rglob("*"))
        keys = "The keys are in it." if (folder / "keys").is_dir() else "The keys are not in it."
    return [
        f"{file} is whole: {len(manifest.databases)} databases with {rows:,} rows of"
        f" {manifest.taken_at:%Y-%m-%d %H:%M:%S} UTC, {files:,} files.",
        keys,
        *([] if looked else [_NOT_LOOKED]),
    ]
