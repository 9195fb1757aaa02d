"""Reads a backup to its end, which needs neither a node nor its settings."""

import tempfile
from pathlib import Path

from entrepot.node import archive


async def verify(file: Path, *, identity: Path | None) -> list[str]:
    """Read a backup to its end and look through its databases. Return what it holds, in sentences.

    Raises: Invalid for a broken archive; Damaged for a broken database; Forbidden for the wrong identity;
    Unavailable.
    """
    with tempfile.TemporaryDirectory(prefix="entrepot-verify-") as work:
        folder = Path(work)
        await archive.unpack(file, folder, identity=identity)
        manifest = await archive.check_databases(folder / "databases")
        rows = sum(count for tables in manifest.rows.values() for count in tables.values())
        files = sum(path.is_file() for path in (folder / "files").rglob("*"))
        keys = "The keys are in it." if (folder / "keys").is_dir() else "The keys are not in it."
    return [
        f"{file} is whole: {len(manifest.databases)} databases with {rows:,} rows of"
        f" {manifest.taken_at:%Y-%m-%d %H:%M:%S} UTC, {files:,} files.",
        keys,
    ]
