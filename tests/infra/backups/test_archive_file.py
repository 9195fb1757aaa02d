"""An archive is whole or it is refused, and nobody but its recipients reads it."""

import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from entrepot.core.errors import Forbidden, Invalid, Unavailable
from entrepot.infra.backups import encryption
from entrepot.infra.backups import file as archive_file
from entrepot.infra.backups.tar import Abandoned

LARGE = b"0123456789abcdef" * 200_000


@pytest.fixture
def sources(tmp_path: Path) -> dict[str, Path]:
    found = {"databases": tmp_path / "d", "files": tmp_path / "f", "keys": tmp_path / "k"}
    for folder in found.values():
        folder.mkdir()
    (found["databases"] / "one.db").write_bytes(LARGE)
    (found["files"] / "deep" / "er").mkdir(parents=True)
    (found["files"] / "deep" / "er" / "leaf").write_bytes(b"leaf")
    (found["files"] / "half").write_bytes(b"half")
    (found["keys"] / "keys.json").write_bytes(b"the secret of secrets")
    return found


def write(target: Path, sources: dict[str, Path], recipients: Sequence[Any] = ()) -> Path:
    archive_file.write(
        target, sources, recipients=recipients, leaves_out="files/half".__eq__, is_over=lambda: False
    )
    return target


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


EXPECTED = {
    "databases/one.db": LARGE,
    "files/deep/er/leaf": b"leaf",
    "keys/keys.json": b"the secret of secrets",
}


@pytest.fixture(params=["plain", "encrypted"])
def identity(request: pytest.FixtureRequest, tmp_path: Path) -> Path | None:
    if request.param == "plain":
        return None
    text, _ = encryption.new_identity()
    (tmp_path / "identity").write_text(text)
    return tmp_path / "identity"


def recipients_of(identity: Path | None) -> list[Any]:
    if identity is None:
        return []
    return encryption.recipients([identity.read_text().split()[3]])


def test_an_archive_comes_back_as_it_was(
    sources: dict[str, Path], identity: Path | None, tmp_path: Path
) -> None:
    archive = write(tmp_path / "a", sources, recipients_of(identity))
    assert archive.stat().st_mode & 0o777 == 0o600
    archive_file.unpack(archive, tmp_path / "out", identity=identity)
    assert contents(tmp_path / "out") == EXPECTED
    if identity is not None:
        assert b"secret of secrets" not in archive.read_bytes()


def test_an_archive_with_one_wrong_or_missing_byte_is_refused(
    sources: dict[str, Path], identity: Path | None, tmp_path: Path
) -> None:
    whole = write(tmp_path / "a", sources, recipients_of(identity)).read_bytes()
    damaged = tmp_path / "damaged"
    last = whole.rindex(b"}") if identity is None else len(whole) - 1
    for number, at in enumerate((520, 200_000, len(whole) // 2, last)):
        damaged.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        with pytest.raises((Invalid, Forbidden)):
            archive_file.unpack(damaged, tmp_path / f"wrong-{number}", identity=identity)
    for number, length in enumerate((0, 100, len(whole) // 3 // 512 * 512, last)):
        damaged.write_bytes(whole[:length])
        with pytest.raises((Invalid, Forbidden)):
            archive_file.unpack(damaged, tmp_path / f"short-{number}", identity=identity)


def test_an_archive_that_ends_between_two_members_is_refused(
    sources: dict[str, Path], tmp_path: Path
) -> None:
    """tar itself does not notice: what comes last would be missing in silence."""
    whole = write(tmp_path / "a", sources).read_bytes()
    end = next(at for at in range(0, len(whole), 512) if whole[at : at + 5] == b"leaf\0") + 512
    assert b"secret of secrets" in whole[end:]
    (tmp_path / "short").write_bytes(whole[:end])
    with pytest.raises(Invalid, match="ends too early"):
        archive_file.unpack(tmp_path / "short", tmp_path / "out", identity=None)


def test_only_an_identity_of_a_recipient_opens_it(sources: dict[str, Path], tmp_path: Path) -> None:
    mine, others = tmp_path / "mine", tmp_path / "others"
    for file in (mine, others):
        file.write_text(encryption.new_identity()[0])
    archive = write(tmp_path / "a", sources, recipients_of(mine))
    with pytest.raises(Invalid, match="--identity"):
        archive_file.unpack(archive, tmp_path / "1", identity=None)
    with pytest.raises(Forbidden):
        archive_file.unpack(archive, tmp_path / "2", identity=others)
    both = write(tmp_path / "b", sources, [*recipients_of(mine), *recipients_of(others)])
    for number, file in enumerate((mine, others)):
        archive_file.unpack(both, tmp_path / f"out-{number}", identity=file)
        assert contents(tmp_path / f"out-{number}") == EXPECTED


def test_an_ssh_key_may_be_a_recipient(sources: dict[str, Path], tmp_path: Path) -> None:
    key = tmp_path / "id"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
    public = key.with_suffix(".pub").read_text()
    archive = write(tmp_path / "a", sources, encryption.recipients([public]))
    archive_file.unpack(archive, tmp_path / "out", identity=key)
    assert contents(tmp_path / "out") == EXPECTED


@pytest.mark.parametrize("text", ["", "age1", "age1qqqq", "ssh-ed25519 nonsense", "AGE-SECRET-KEY-1QQ"])
def test_what_is_no_recipient_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="recipient"):
        encryption.recipients([text])


def test_a_full_disk_leaves_no_half_file(
    sources: dict[str, Path], identity: Path | None, tmp_path: Path
) -> None:
    import resource
    import signal

    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, hard))
    try:
        with pytest.raises(Unavailable, match="cannot be written"):
            write(tmp_path / "a", sources, recipients_of(identity))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)
    assert not (tmp_path / "a").exists()


def test_an_archive_that_nobody_waits_for_ends_and_leaves_nothing(
    sources: dict[str, Path], identity: Path | None, tmp_path: Path
) -> None:
    asked = iter([False] * 5 + [True] * 1_000)
    with pytest.raises(Abandoned):
        archive_file.write(
            tmp_path / "a", sources, recipients=recipients_of(identity), leaves_out=lambda name: False,
            is_over=lambda: next(asked),
        )  # fmt: skip
    assert not (tmp_path / "a").exists()


def test_a_file_that_changed_on_the_disk_is_found_when_it_is_read_back(
    sources: dict[str, Path], tmp_path: Path
) -> None:
    """As by a disk that lies: the source's bytes are hashed once, and read again from the archive."""
    target = tmp_path / "a"
    looked = 0

    def swap() -> bool:
        nonlocal looked
        looked += 1
        if target.exists() and target.stat().st_size > 3_000_000 and looked > 8:
            with target.open("r+b") as opened:
                opened.seek(100_000)
                opened.write(b"!")
        return False

    with pytest.raises(Exception, match="not what was written"):
        archive_file.write(target, sources, recipients=[], leaves_out=lambda name: False, is_over=swap)
    assert not target.exists()
