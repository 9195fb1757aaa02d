"""A node says that it is not ready while its disk, its bus or its database fails it, and is ready again when
they are back. What it can still do it does: a full disk leaves reads going, and a restart possible.
"""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from tests.journeys.command import Node, Refused, Shell, until
from tests.journeys.test_unfit_to_start import nats
from tests.suite.ports import free_port

from entrepot.infra.bus.outgoing import LARGEST_BYTES
from entrepot.node import readiness, reserve


def _ready(node: Node) -> tuple[int, list[str]]:
    with node.open("GET", "/readyz") as answer:
        said = json.loads(answer.read())
        return answer.status, said.get("reasons", [])


@contextmanager
def small_disk(folder: Path, *, megabytes: int, options: str = "") -> Iterator[Path]:
    """A disk of its own."""
    folder.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=700{options}", "tmpfs", folder],
        capture_output=True, text=True,
    )  # fmt: skip
    if done.returncode:
        pytest.skip(f"nobody may mount a disk here: {done.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def _fill(folder: Path) -> None:
    """Take all room there is."""
    with (folder / "filler").open("ab", buffering=0) as filler:
        for size in (1 << 20, 1 << 12):
            try:
                while filler.write(bytes(size)) == size:
                    pass
            except OSError:
                continue


def test_full_disk_is_said_leaves_reads_going_and_a_restart_possible(tmp_path: Path) -> None:
    shell = Shell(tmp_path, ENTREPOT_DISK_FLOOR_MB="1")
    with small_disk(tmp_path / "data", megabytes=64) as data:
        with shell.up() as node:
            kept = node.new_key("kept")["key"]["id"]
            assert _ready(node) == (200, [])
            _fill(data)
            until(lambda: "disk-full" in _ready(node)[1])
            with pytest.raises(Refused, match="503"):
                for _ in range(2_000):  # a page or two may still be free in the log
                    node.new_key("lost")
            assert kept in [each["id"] for each in node.all_keys()]
            node.kill()
        for _ in range(2):  # and once more, after an orderly end
            _fill(data)
            with shell.up() as node:
                assert kept in [each["id"] for each in node.all_keys()]
                _fill(data)
                assert node.interrupt() == 0
        with shell.up() as node:
            (data / "filler").unlink()
            until(lambda: _ready(node) == (200, []))
            node.new_key("after")
            assert node.interrupt() == 0


def test_reserve_is_given_up_only_where_the_disk_is_full_and_taken_back(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", megabytes=16) as disk:
        reserve.take_back(disk)
        size = (disk / "reserve").stat().st_size
        assert size == reserve.RESERVE_BYTES and (disk / "reserve").stat().st_mode & 0o077 == 0
        reserve.give_up(disk)
        assert (disk / "reserve").exists() or reserve.free_bytes(disk) >= size
        _fill(disk)
        reserve.give_up(disk)
        assert reserve.free_bytes(disk) >= size
        (disk / "started").write_bytes(bytes(1 << 20))
        reserve.take_back(disk)
        assert reserve.RESERVE_BYTES // 2 <= (disk / "reserve").stat().st_size < reserve.RESERVE_BYTES
        _fill(disk)
        (disk / "reserve").unlink()
        _fill(disk)
        reserve.take_back(disk)
        assert not (disk / "reserve").exists()


async def test_read_only_disk_is_said(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", megabytes=1, options=",ro") as disk:
        settings = SimpleNamespace(data=disk)
        node = SimpleNamespace(node=SimpleNamespace(parts=SimpleNamespace(settings=settings)), floor_bytes=0)
        found: Any = [each.reason async for each in readiness.disk(node)]  # type: ignore[arg-type]
    assert found == ["disk-read-only"]


def test_bus_that_is_away_is_said_until_it_is_back(tmp_path: Path) -> None:
    shell, config = Shell(tmp_path), tmp_path / "nats.conf"
    port = free_port()
    with nats(config, f"max_payload: {LARGEST_BYTES}", port=port) as url:
        shell.env["ENTREPOT_NATS"] = url
        running = shell.up()
        node = running.__enter__()
        assert _ready(node) == (200, [])
    try:
        until(lambda: "bus-away" in _ready(node)[1])
        with node.open("GET", "/healthz") as answer:
            assert answer.status == 200, "it lives, and nobody should restart it for that"
        with nats(config, f"max_payload: {LARGEST_BYTES}", port=port):
            until(lambda: _ready(node) == (200, []))
    finally:
        running.__exit__(None, None, None)


def test_contexts_that_nobody_serves_are_named(tmp_path: Path) -> None:
    with Shell(tmp_path).up("--only", "user") as node:
        with node.open("GET", "/readyz") as answer:
            said = json.loads(answer.read())
        assert said["reasons"] == ["context-away"] and "monitor" in said["missing"]
        assert said["detail"].startswith("Not ready. No process serves ")
