"""Which keys open a backup, and what is in it: also for a command that knows no context."""

from dataclasses import replace
from pathlib import Path

from entrepot.core.ports import Keys
from entrepot.infra.database.backup import Manifest, read_manifest
from entrepot.infra.database.encrypted_folder import OpenKeys, encryption_of_copies
from entrepot.infra.database.encryption import Locked
from entrepot.node import archive
from entrepot.node.node_keys import open_keys
from entrepot.settings import Settings


class KeysNotHere(Locked):
    """A backup is encrypted, and there are no keys at all."""


def keys_for(settings: Settings, unpacked: Path) -> OpenKeys:
    """Return the keys that a node will have on a backup: those in it, or what is there already."""

    def keys() -> Keys:
        """Raises: KeysNotHere."""
        brought = (unpacked / "keys").is_dir()
        if not (brought or settings.master_key or (settings.data / "keys" / "keys.json").exists()):
            raise KeysNotHere(
                "This backup is encrypted, and came without keys: put a copy of them into"
                f" {settings.data / 'keys'} (or set `master_key`), and restore it again."
            )
        return open_keys(replace(settings, data=unpacked) if brought else settings)

    return keys


async def look_through(settings: Settings, unpacked: Path) -> tuple[Manifest, bool]:
    """Look through the databases of an unpacked backup. Return its manifest, and whether that was possible:
    without any keys, only checksums are compared. Raises: as `archive.check_databases`.
    """
    databases = unpacked / "databases"
    try:
        encryption = await encryption_of_copies(databases, keys_for(settings, unpacked))
    except KeysNotHere:
        return await read_manifest(databases), False
    return await archive.check_databases(databases, encryption=encryption), True
