"""What every key service promises, and how the node's own keys stand on disk."""

import asyncio
import hashlib
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from entrepot.core.errors import Conflict, Forbidden, Invalid
from entrepot.core.ports import Keys
from entrepot.infra.keys import wrapping
from entrepot.infra.keys.key_file import KeysRefused
from entrepot.infra.keys.local import LocalKeys

ANN = {"organisation": "acme", "person": "ann"}
MASTER, OLD_MASTER = b"m" * 32, b"o" * 32

Opener = Callable[[], Keys]
Rotate = Callable[[], None]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "keys"


@pytest.fixture(params=["file", "operator's master"])
def variant(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def opener(variant: str, folder: Path) -> Opener:
    """Opens the same service each time, as several processes would."""
    master = {"file": None, "operator's master": MASTER}[variant]
    return lambda: LocalKeys.open(folder, master=master)


@pytest.fixture
def keys(opener: Opener) -> Keys:
    return opener()


async def rotated(keys: Keys, variant: str, folder: Path) -> Keys:
    """With newer keys: by `rotate`, or by an operator who gives a new master and retires the old."""
    if variant == "file":
        await keys.rotate()
        return keys
    return LocalKeys.open(folder, master=b"n" * 32, retired=[MASTER])


def verified(public: bytes, signature: bytes, message: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except InvalidSignature:
        return False
    return True


# ---- every service -------------------------------------------------------------------------------


async def test_a_data_key_unwraps_with_its_context_alone(keys: Keys) -> None:
    made = await keys.generate(ANN)
    assert len(made.plain) == 32
    assert await keys.unwrap(made.wrapped, dict(reversed(ANN.items()))) == made.plain
    for other in (
        {},
        ANN | {"person": "bob"},
        ANN | {"more": ""},
        {"person": "ann"},
        {"organisationacme": ""},
    ):
        with pytest.raises(Forbidden):
            await keys.unwrap(made.wrapped, other)


async def test_no_two_data_keys_are_alike(keys: Keys) -> None:
    made = [await keys.generate(ANN) for _ in range(50)]
    assert len({each.plain for each in made}) == len({each.wrapped for each in made}) == 50


async def test_an_altered_data_key_is_refused(keys: Keys) -> None:
    wrapped = (await keys.generate(ANN)).wrapped
    altered = [wrapped[:at] + bytes([wrapped[at] ^ 1]) + wrapped[at + 1 :] for at in range(len(wrapped))]
    shortened = [wrapped[:length] for length in range(len(wrapped))]
    for bad in (*altered, *shortened, wrapped + b"\0"):
        with pytest.raises(Forbidden):
            await keys.unwrap(bad, ANN)


async def test_another_service_cannot_unwrap(keys: Keys, tmp_path: Path) -> None:
    wrapped = (await keys.generate(ANN)).wrapped
    with pytest.raises(Forbidden):
        await LocalKeys.open(tmp_path / "other").unwrap(wrapped, ANN)


async def test_old_keys_still_unwrap_and_verify_after_a_rotation(
    keys: Keys, variant: str, folder: Path
) -> None:
    made, (kid, signature) = await keys.generate(ANN), await keys.sign(b"message")
    newer = await rotated(keys, variant, folder)
    assert await newer.unwrap(made.wrapped, ANN) == made.plain
    assert verified((await newer.verifying_keys())[kid], signature, b"message")


async def test_a_rotation_makes_new_keys_for_what_follows(keys: Keys, variant: str, folder: Path) -> None:
    made, (old, _) = await keys.generate(ANN), await keys.sign(b"message")
    newer = await rotated(keys, variant, folder)
    rewrapped = await newer.rewrap(made.wrapped, ANN)
    assert await newer.unwrap(rewrapped, ANN) == made.plain
    assert rewrapped[1:9] == (await newer.generate(ANN)).wrapped[1:9] != made.wrapped[1:9]
    new, signature = await newer.sign(b"message")
    assert new != old
    assert list(await newer.verifying_keys()) == [old, new]
    assert verified((await newer.verifying_keys())[new], signature, b"message")


async def test_rewrapping_needs_the_context(keys: Keys) -> None:
    made = await keys.generate(ANN)
    with pytest.raises(Forbidden):
        await keys.rewrap(made.wrapped, {"person": "bob"})


async def test_a_signature_verifies_with_the_named_key(keys: Keys) -> None:
    kid, signature = await keys.sign(b"message")
    public = (await keys.verifying_keys())[kid]
    assert verified(public, signature, b"message")
    assert not verified(public, signature, b"another")


async def test_processes_agree(opener: Opener) -> None:
    one, other = opener(), opener()
    made = await one.generate(ANN)
    assert await other.unwrap(made.wrapped, ANN) == made.plain
    assert await one.verifying_keys() == await other.verifying_keys()


# ---- the file ------------------------------------------------------------------------------------


async def test_a_rotation_is_seen_by_other_processes_at_once(folder: Path) -> None:
    one, other = LocalKeys.open(folder), LocalKeys.open(folder)
    for _ in range(3):
        await one.rotate()
        assert (await one.sign(b"x"))[0] == (await other.sign(b"x"))[0]
        made = await one.generate(ANN)
        assert await other.unwrap(made.wrapped, ANN) == made.plain
    assert len(await other.verifying_keys()) == 4


async def test_rotations_at_once_all_count(folder: Path) -> None:
    processes = [LocalKeys.open(folder) for _ in range(8)]
    await asyncio.gather(*(each.rotate() for each in processes))
    assert len(await processes[0].verifying_keys()) == 9


def test_processes_that_start_together_make_one_set_of_keys(folder: Path) -> None:
    start = """
import asyncio, sys
from pathlib import Path
from entrepot.infra.keys.local import LocalKeys
sys.stdin.readline()
keys = LocalKeys.open(Path(sys.argv[1]))
print(asyncio.run(keys.sign(b""))[0])
"""
    command = [sys.executable, "-c", start, str(folder)]
    started = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(4)
    ]
    for process in started:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    said = {process.communicate()[0] for process in started}
    assert len(said) == 1
    assert said != {""}


def test_keys_are_for_their_owner_alone(folder: Path) -> None:
    LocalKeys.open(folder)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}


@pytest.mark.parametrize(("what", "mode"), [("keys.json", 0o640), ("keys.json", 0o604), (".", 0o750)])
def test_keys_that_others_may_read_are_refused(folder: Path, what: str, mode: int) -> None:
    LocalKeys.open(folder)
    (folder / what).chmod(mode)
    with pytest.raises(KeysRefused, match="chmod"):
        LocalKeys.open(folder)


def test_a_folder_open_to_others_gets_no_keys(folder: Path) -> None:
    folder.mkdir()
    folder.chmod(0o755)  # whatever the umask says
    with pytest.raises(KeysRefused, match="chmod 700"):
        LocalKeys.open(folder)
    assert not (folder / "keys.json").exists()


@pytest.mark.parametrize(
    "content", [b"", b"{}", b'{"form": 2, "pairs": []}', b"\xff", b'{"pairs": [{"master": "AA"}]}']
)
def test_a_damaged_file_is_refused_and_not_replaced(folder: Path, content: bytes) -> None:
    LocalKeys.open(folder)
    (folder / "keys.json").write_bytes(content)
    with pytest.raises(KeysRefused, match="damaged"):
        LocalKeys.open(folder)
    assert (folder / "keys.json").read_bytes() == content


async def test_nothing_is_wrapped_by_keys_that_are_gone(folder: Path) -> None:
    keys = LocalKeys.open(folder)
    (folder / "keys.json").unlink()
    with pytest.raises(KeysRefused):
        await keys.generate(ANN)


def test_a_link_to_keys_elsewhere_is_refused(folder: Path, tmp_path: Path) -> None:
    LocalKeys.open(tmp_path / "elsewhere")
    folder.mkdir(mode=0o700)
    (folder / "keys.json").symlink_to(tmp_path / "elsewhere" / "keys.json")
    with pytest.raises(KeysRefused):
        LocalKeys.open(folder)


def test_a_crash_while_writing_leaves_the_keys(folder: Path) -> None:
    LocalKeys.open(folder)
    before = (folder / "keys.json").read_bytes()
    (folder / "keys.json.new").write_bytes(b"half")
    keys = LocalKeys.open(folder)
    assert (folder / "keys.json").read_bytes() == before
    asyncio.run(keys.rotate())
    assert (folder / "keys.json").read_bytes().startswith(before[:100])


# ---- the operator's master -----------------------------------------------------------------------


async def test_one_master_opens_on_every_machine_and_leaves_no_file(tmp_path: Path) -> None:
    here = LocalKeys.open(tmp_path / "here", master=MASTER)
    there = LocalKeys.open(tmp_path / "there", master=MASTER)
    made = await here.generate(ANN)
    assert await there.unwrap(made.wrapped, ANN) == made.plain
    assert await here.verifying_keys() == await there.verifying_keys()
    assert list(tmp_path.iterdir()) == []


async def test_a_node_can_move_from_its_file_to_a_master(folder: Path) -> None:
    before = LocalKeys.open(folder)
    made, (kid, _) = await before.generate(ANN), await before.sign(b"")
    after = LocalKeys.open(folder, master=MASTER)
    assert await after.unwrap(made.wrapped, ANN) == made.plain
    assert kid in await after.verifying_keys()
    assert (await after.sign(b""))[0] != kid


async def test_the_operators_master_is_not_ours_to_rotate(folder: Path) -> None:
    with pytest.raises(Conflict):
        await LocalKeys.open(folder, master=MASTER).rotate()


async def test_a_retired_master_does_not_wrap(folder: Path) -> None:
    old = LocalKeys.open(folder, master=OLD_MASTER)
    new = LocalKeys.open(folder, master=MASTER, retired=[OLD_MASTER])
    with pytest.raises(Forbidden):
        await old.unwrap((await new.generate(ANN)).wrapped, ANN)


@pytest.mark.parametrize("length", [0, 16, 31, 33])
def test_a_master_of_another_length_is_refused(folder: Path, length: int) -> None:
    with pytest.raises(Invalid):
        LocalKeys.open(folder, master=b"m" * length)


async def test_derived_keys_never_change(folder: Path) -> None:
    """A change here would lock every operator with a master key out of what was sealed."""
    keys = LocalKeys.open(folder, master=bytes(range(32)))
    made = await keys.generate(ANN)
    public = next(iter((await keys.verifying_keys()).items()))
    assert (made.wrapped[:9].hex(), public[0], public[1].hex()) == DERIVED


DERIVED = (
    "01de4308dc3e8dd4b2",
    "BXsPt0cqdaB9k2868zVzUQ",
    "86523f1377aa7a21af93c5e89fd55160020bd86b7a91b7c7bd65f50555022d87",
)


# ---- the deployment ------------------------------------------------------------------------------


async def test_the_deployment_follows_from_the_first_key_and_outlives_rotations(
    keys: LocalKeys, variant: str, folder: Path
) -> None:
    deployment = keys.deployment
    assert re.fullmatch("[0-9a-f]{16}", deployment)
    newer = await rotated(keys, variant, folder)
    assert isinstance(newer, LocalKeys)
    assert newer.deployment == deployment
    assert LocalKeys.open(folder.with_name("other")).deployment != deployment


def test_a_copy_of_the_key_file_is_the_same_deployment(folder: Path, tmp_path: Path) -> None:
    keys, other = LocalKeys.open(folder), tmp_path / "other"
    other.mkdir(mode=0o700)
    shutil.copy(folder / "keys.json", other)
    assert LocalKeys.open(other).deployment == keys.deployment


def test_a_deployment_stays_when_an_operator_takes_the_keys_over_or_gives_them_back(folder: Path) -> None:
    filed = LocalKeys.open(folder)
    taken = LocalKeys.open(folder, master=MASTER)
    assert taken.deployment == filed.deployment
    assert LocalKeys.open(folder, master=b"n" * 32, retired=[MASTER]).deployment == filed.deployment
    other = folder.with_name("other")
    given = LocalKeys.open(other, master=MASTER)
    assert LocalKeys.open(other, retired=[MASTER]).deployment == given.deployment


def test_a_derived_deployment_never_changes(folder: Path) -> None:
    """A change here would lock every operator with a master key out of the databases."""
    assert LocalKeys.open(folder, master=bytes(range(32))).deployment == DEPLOYMENT


DEPLOYMENT = "7c684cfe600b0fcd"

# ---- the wrapped form ----------------------------------------------------------------------------


def test_the_wrapped_form_is_as_documented() -> None:
    master, nonce, plain = bytes(range(32)), bytes(range(12)), hashlib.sha256(b"data key").digest()
    context = {"person": "ann", "organisation": "Müller"}
    wrapped = wrapping.wrap(plain, context, master=master, nonce=nonce)
    assert wrapped.hex() == VECTOR
    masters = {wrapping.key_id(master): master}
    assert wrapping.unwrap(wrapped, context, masters=masters) == plain


VECTOR = (
    "01"  # version
    "5ef4d0506509fefa"  # key id
    "000102030405060708090a0b"  # nonce
    "5c05ed1f334ec7f256dfbafacdb966bd8f0c42fcadfa70c4325521f671d7ec84"  # the data key, sealed
    "57d0fe77f0943f5f0487d22e70d1a9b5"  # tag
)


contexts = st.dictionaries(st.text(max_size=4), st.text(max_size=4), max_size=3)


@given(contexts, contexts)
def test_two_contexts_are_one_only_if_they_are_equal(one: dict[str, str], other: dict[str, str]) -> None:
    assert (wrapping.canonical(one) == wrapping.canonical(other)) == (one == other)


def test_the_file_holds_what_it_says(folder: Path) -> None:
    LocalKeys.open(folder)
    stored = msgspec.json.decode((folder / "keys.json").read_bytes())
    assert stored["form"] == 1
    assert [sorted(pair) for pair in stored["pairs"]] == [["made_at", "master", "signing"]]
