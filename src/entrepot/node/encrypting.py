"""Encrypts the data folder of a node that does not run."""

from collections.abc import Callable
from pathlib import Path

from entrepot.core.errors import Conflict
from entrepot.infra import logs
from entrepot.infra.database.encrypted_folder import (
    begin_converting,
    end_converting,
    is_encrypted,
    is_whole,
)
from entrepot.infra.database.encrypting import Progress as Progress
from entrepot.infra.database.encrypting import check_room, encrypt_files, left_in_the_clear, needed_bytes
from entrepot.infra.mail.folder import FolderPost
from entrepot.node.node_keys import open_keys
from entrepot.node.stopped import migrate_all
from entrepot.settings import Settings


def foreseen(settings: Settings) -> int:
    """Return how many bytes must be free to encrypt it. Raises: Conflict when there is nothing to do."""
    if settings.database:
        raise Conflict(
            "The data stand in PostgreSQL, which encrypts nothing: put its files on an encrypted volume."
        )
    if is_encrypted(settings.data) and is_whole(settings.data):
        raise Conflict(f"{settings.data} is encrypted already.")
    return needed_bytes(settings.data)


async def encrypt(
    settings: Settings, *, progress: Progress, stage: Callable[[str], None] = lambda name: None
) -> tuple[int, list[Path]]:
    """Encrypt every database of the folder, which nobody may use; how many there were, and what else stands
    there in the clear. It finishes what was killed before.

    Raises: Conflict, Unavailable, Error; as `migrate_all`.
    """
    foreseen(settings)
    check_room(settings.data)
    if not is_encrypted(settings.data):
        await migrate_all(settings)  # a move between databases that was killed ends before the files change
    logs.configure(settings.log_format, settings.log_level)
    keys = open_keys(settings)
    encryption = await begin_converting(settings.data, keys)
    stage("begun")
    FolderPost(settings.data / "mail", key=encryption.key_for("letters")).seal_all()
    count = await encrypt_files(settings.data, encryption, progress=progress, stage=stage)
    end_converting(settings.data)
    return count, left_in_the_clear(settings.data)
