"""What is looked at before a node starts changes nothing."""

from pathlib import Path

import pytest

from entrepot import wiring
from entrepot.infra.database.encrypted_folder import RECORD
from entrepot.infra.keys.key_file import KeysRefused
from entrepot.node import preflight
from entrepot.node.assembly import assemble
from entrepot.node.platform import choice
from entrepot.settings import Settings


async def test_looking_for_keys_makes_none(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    assert await preflight.keys_are_there(settings, assemble(wiring.CONTEXTS)) is None
    assert list(tmp_path.iterdir()) == []
    encryption = await choice.encryption(settings)  # comes next, and does
    assert encryption is not None and encryption.on and encryption.whole
    assert {each.name for each in tmp_path.iterdir()} == {RECORD, "keys"}
    (tmp_path / "keys" / "keys.json").unlink()
    with pytest.raises(KeysRefused, match="Without them nothing there opens again"):
        await preflight.keys_are_there(settings, assemble(wiring.CONTEXTS))
    assert not (tmp_path / "keys" / "keys.json").exists()
