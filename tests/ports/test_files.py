"""What every file store promises, and what the disk's own traps must not change."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrepot.core.errors import Invalid, NotFound
from entrepot.core.ports import Files
from entrepot.infra.files.disk import PART_BYTES, DiskFiles, PathTaken
from entrepot.infra.files.names import entries, word


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "files"


@pytest.fixture(params=["disk"])
def files(request: pytest.FixtureRequest, root: Path) -> Files:
    return DiskFiles(root)


async def parts_of(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


async def read(files: Files, name: str) -> bytes:
    return b"".join([part async for part in files.get(name)])


async def names(files: Files, prefix: str = "") -> list[str]:
    return [name async for name in files.names(prefix)]


def leftovers(root: Path) -> list[Path]:
    return list((root / "+incoming").iterdir())


# ---- every store ---------------------------------------------------------------------------------


async def test_what_is_put_can_be_got(files: Files) -> None:
    assert await files.put("packs/eu/2026.json", parts_of(b"one", b"", b"two")) == 6
    assert await read(files, "packs/eu/2026.json") == b"onetwo"


async def test_an_empty_file_is_a_file(files: Files) -> None:
    assert await files.put("empty", parts_of()) == 0
    assert await read(files, "empty") == b""


async def test_a_large_file_comes_back_in_small_parts(files: Files) -> None:
    sent = [os.urandom(50_000) for _ in range(40)]
    assert await files.put("large", parts_of(*sent)) == 2_000_000
    got = [part async for part in files.get("large")]
    assert b"".join(got) == b"".join(sent)
    assert max(map(len, got)) <= PART_BYTES


async def test_put_replaces(files: Files) -> None:
    await files.put("a", parts_of(b"long before"))
    await files.put("a", parts_of(b"after"))
    assert await read(files, "a") == b"after"


async def test_a_reader_keeps_the_file_it_began(files: Files) -> None:
    await files.put("a", parts_of(b"x" * 3 * PART_BYTES))
    reading = files.get("a")
    first = await anext(reading)
    await files.put("a", parts_of(b"y"))
    assert first + b"".join([part async for part in reading]) == b"x" * 3 * PART_BYTES


async def test_what_is_not_there_is_not_found(files: Files) -> None:
    await files.put("a/b", parts_of(b"x"))
    for name in ("c", "a", "a/c", "a/b/c"):
        with pytest.raises(NotFound):
            await read(files, name)


async def test_deleting_twice_is_fine(files: Files) -> None:
    await files.put("a/b", parts_of(b"x"))
    for name in ("a/b", "a/b", "a", "a/b/c"):
        await files.delete(name)
    with pytest.raises(NotFound):
        await read(files, "a/b")


async def test_deleting_a_folder_leaves_its_files(files: Files) -> None:
    await files.put("a/b", parts_of(b"x"))
    await files.delete("a")
    assert await read(files, "a/b") == b"x"


async def test_names_are_sorted_and_begin_with_the_prefix(files: Files) -> None:
    for name in ("b", "a/2", "a/10", "a.b", "ab/c", "A/x"):
        await files.put(name, parts_of(b""))
    assert await names(files) == ["A/x", "a.b", "a/10", "a/2", "ab/c", "b"]
    assert await names(files, "a/") == ["a/10", "a/2"]
    assert await names(files, "a") == ["a.b", "a/10", "a/2", "ab/c"]
    assert await names(files, "a/1") == ["a/10"]
    assert await names(files, "../") == []


async def test_names_that_differ_in_case_are_two(files: Files) -> None:
    await files.put("Invoice", parts_of(b"1"))
    await files.put("invoice", parts_of(b"2"))
    assert (await read(files, "Invoice"), await read(files, "invoice")) == (b"1", b"2")
    assert await names(files) == ["Invoice", "invoice"]


BAD_NAMES = (
    "", "/", "/etc/passwd", "a/", "a//b", ".", "..", "a/../b", "../a", "a/..", "./a", "a/.", "a\\b", "a b",
    "a\0b", "a\n", "\na", "ä", "a\u0308", "\uff0e\uff0e/a", "a:b", "a%2e", "+incoming/a", "~", "x" * 201,
)  # fmt: skip


@pytest.mark.parametrize("name", BAD_NAMES)
async def test_a_bad_name_is_refused_everywhere(files: Files, name: str) -> None:
    with pytest.raises(Invalid):
        await files.put(name, parts_of(b"x"))
    with pytest.raises(Invalid):
        await read(files, name)
    with pytest.raises(Invalid):
        await files.delete(name)


async def test_a_put_that_fails_changes_nothing(files: Files) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield b"half" * PART_BYTES
        raise ConnectionResetError("the caller went away")

    await files.put("a", parts_of(b"whole"))
    with pytest.raises(ConnectionResetError):
        await files.put("a", broken())
    assert await read(files, "a") == b"whole"


async def test_puts_and_deletes_at_once_leave_one_whole_file_or_none(files: Files) -> None:
    async def deletes() -> None:
        for _ in range(30):
            await files.delete("shared/folder/file")

    bodies = [bytes([number]) * 100_000 for number in range(15)]
    await asyncio.gather(deletes(), *(files.put("shared/folder/file", parts_of(body)) for body in bodies))
    if await names(files):
        assert await read(files, "shared/folder/file") in bodies


# ---- the disk ------------------------------------------------------------------------------------


@pytest.fixture
def disk(root: Path) -> DiskFiles:
    return DiskFiles(root)


async def test_a_cancelled_put_leaves_nothing(disk: DiskFiles, root: Path) -> None:
    begun = asyncio.Event()

    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield b"x" * 300_000
            begun.set()

    putting = asyncio.create_task(disk.put("a", endless()))
    await begun.wait()
    putting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await putting
    assert (await names(disk), leftovers(root)) == ([], [])


async def test_a_file_and_a_folder_cannot_share_a_name(disk: DiskFiles, root: Path) -> None:
    await disk.put("a", parts_of(b"1"))
    with pytest.raises(PathTaken):
        await disk.put("a/b", parts_of(b"2"))
    await disk.put("c/d", parts_of(b"3"))
    with pytest.raises(PathTaken):
        await disk.put("c", parts_of(b"4"))
    assert (await names(disk), leftovers(root)) == (["a", "c/d"], [])


async def test_an_emptied_folder_frees_its_name(disk: DiskFiles) -> None:
    await disk.put("a/b/c", parts_of(b"1"))
    await disk.delete("a/b/c")
    await disk.put("a", parts_of(b"2"))
    assert await read(disk, "a") == b"2"


async def test_an_empty_folder_left_by_a_crash_is_in_nobodys_way(disk: DiskFiles, root: Path) -> None:
    (root / "a").mkdir()
    await disk.put("a", parts_of(b"1"))
    assert await read(disk, "a") == b"1"


async def test_links_are_never_followed(disk: DiskFiles, root: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret").write_text("secret")
    (root / "folder").symlink_to(outside)
    (root / "file").symlink_to(outside / "secret")
    for name in ("folder/secret", "file"):
        with pytest.raises(NotFound):
            await read(disk, name)
    with pytest.raises(PathTaken):
        await disk.put("folder/new", parts_of(b"x"))
    await disk.delete("folder/secret")
    await disk.put("file", parts_of(b"ours"))
    assert [path.name for path in outside.iterdir()] == ["secret"]
    assert (outside / "secret").read_text() == "secret"
    assert await names(disk) == ["file"]


async def test_what_is_no_file_is_not_found(disk: DiskFiles, root: Path) -> None:
    os.mkfifo(root / "pipe")
    with pytest.raises(NotFound):
        await read(disk, "pipe")
    assert await names(disk) == []


async def test_files_are_for_their_owner_alone(disk: DiskFiles, root: Path) -> None:
    await disk.put("a/b", parts_of(b"x"))
    assert (root / "a").stat().st_mode & 0o077 == 0
    assert (root / "a/b").stat().st_mode & 0o077 == 0


async def test_a_start_removes_what_a_crash_left_but_not_what_is_being_written(root: Path) -> None:
    crash = """
import asyncio, os, sys
from pathlib import Path
from entrepot.infra.files.disk import DiskFiles

async def parts():
    yield b"x" * 300_000
    os._exit(9)

asyncio.run(DiskFiles(Path(sys.argv[1])).put("a", parts()))
"""
    assert subprocess.run([sys.executable, "-c", crash, str(root)], check=False).returncode == 9
    assert len(leftovers(root)) == 1

    writing = asyncio.Event()
    go_on = asyncio.Event()

    async def slow() -> AsyncIterator[bytes]:
        yield b"x" * 300_000
        writing.set()
        await go_on.wait()

    disk = DiskFiles(root)
    assert leftovers(root) == []
    putting = asyncio.create_task(disk.put("b", slow()))
    await writing.wait()
    DiskFiles(root)
    go_on.set()
    assert await putting == 300_000
    assert (await names(disk), leftovers(root)) == (["b"], [])


good_words = st.from_regex(r"[A-Za-z0-9._-]{1,20}", fullmatch=True).filter(
    lambda each: each not in (".", "..")
)


@given(st.lists(good_words, min_size=1, max_size=5).map("/".join))
def test_a_name_on_disk_can_be_read_back_and_has_no_capitals(name: str) -> None:
    on_disk = entries(name)
    assert "/".join(str(word(entry)) for entry in on_disk) == name
    assert "".join(on_disk) == "".join(on_disk).lower()


def test_a_word_too_long_for_a_disk_is_refused() -> None:
    with pytest.raises(Invalid):
        entries("A" * 128)
    assert entries("A" * 127)
