"""Opens the node's own keys, from its data folder or under a master key of the operator."""

import base64
import binascii

from entrepot.infra.database.encrypted_folder import is_encrypted, wrap_again
from entrepot.infra.keys.key_file import KeyFile, KeysRefused
from entrepot.infra.keys.local import LocalKeys
from entrepot.settings import BadSetting, Settings


def open_keys(settings: Settings) -> LocalKeys:
    """Open the node's keys. Raises: BadSetting; the errors of the key file; KeysRefused when they are gone,
    and new ones would not open what is there.
    """
    master = _master_key(settings.master_key) if settings.master_key else None
    retired = [_master_key(text) for text in settings.retired_master_keys]
    folder = settings.data / "keys"
    if master is None and is_encrypted(settings.data) and not KeyFile(folder).exists():
        raise KeysRefused(
            f"The databases in {settings.data} are encrypted, and their keys are gone: put your copy of"
            f" keys.json into {folder}, or give the node the `master_key` that it had. Without them nothing"
            " there opens again."
        )
    return LocalKeys.open(folder, master=master, retired=retired)


def folder_is_encrypted(settings: Settings) -> bool:
    """Whether the node keeps what nothing opens but these keys."""
    return not settings.database and is_encrypted(settings.data)


async def rewrap_folder(settings: Settings) -> bool:
    """Wrap the key of the folder under the newest master key; False when it has none."""
    return is_encrypted(settings.data) and await wrap_again(settings.data, open_keys(settings))


_MASTER_KEYS = "master_key is 32 bytes in base64, and so is each of retired_master_keys"


def _master_key(text: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise BadSetting(f"{_MASTER_KEYS}; one is not base64.") from error
    if len(key) != 32:
        raise BadSetting(f"{_MASTER_KEYS}; one has {len(key)} bytes.")
    return key
